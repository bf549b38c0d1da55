"""United Kingdom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.uk import (
    uk01_who_and_where,
    uk02_nonmatches_deleted,
    uk03_alerts_deleted,
    uk04_false_alert_ceiling,
    uk05_threshold,
    uk06_confirmed_after_engagement,
    uk07_watchlist_fresh,
    uk08_dpia,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    uk01_who_and_where.RULE,
    uk02_nonmatches_deleted.RULE,
    uk03_alerts_deleted.RULE,
    uk04_false_alert_ceiling.RULE,
    uk05_threshold.RULE,
    uk06_confirmed_after_engagement.RULE,
    uk07_watchlist_fresh.RULE,
    uk08_dpia.RULE,
)
