"""Training, test and demonstration searches that pass for use, and use that passes for training."""

from __future__ import annotations

from baserate.audit.integrity.finding import RowCheck

#: Outcomes that only real use has.
REAL_OUTCOMES = (
    "released", "continued_stop", "detained", "arrested", "transported", "referred", "admitted", "refused_entry",
    "lead_only",
)  # fmt: skip
_REAL = ", ".join(f"'{outcome}'" for outcome in REAL_OUTCOMES)

TEST_AS_USE = RowCheck(
    check="test-counted-as-use",
    bad="SELECT row FROM search_event WHERE mode = 'live' AND purpose_code = 'audit_test'",
    scope="mode = 'live'",
    needs=("mode", "purpose_code"),
    noun="live row",
    found="have the purpose audit_test: tests that inflate use.",
    good="No live row states a test as its purpose.",
    cannot_show="A test search that is logged as live with another purpose.",
    none="No row is in live mode.",
)
USE_AS_TEST = RowCheck(
    check="use-counted-as-test",
    bad=(
        "SELECT row FROM search_event WHERE mode IN ('training', 'test', 'demo') "  # noqa: S608 - constants
        f"AND (outcome IN ({_REAL}) OR enrolled_into_gallery)"
    ),
    scope="mode IN ('training', 'test', 'demo')",
    needs=("mode", "outcome"),
    noun="training, test or demo row",
    found="have an outcome for a person or joined a gallery: use that is hidden.",
    good="No training, test or demo row has an outcome for a person.",
    cannot_show="Use logged as training without its outcome.",
    none="No row is in training, test or demo mode.",
)
MODE_UNKNOWN = RowCheck(
    check="mode-unknown",
    bad="SELECT row FROM search_event WHERE mode IS NULL OR mode = 'unknown'",
    scope="true",
    needs=("mode",),
    found="do not say whether this was use; no count of use is exact.",
    good="Every row says whether it was use.",
    cannot_show="Whether what it says is true.",
)
