"""Write docs/reference/rules.md from the rules' records: ``PYTHONPATH=src python tools/write_rules_page.py``."""

from pathlib import Path

from baserate.audit.page import rules_page

Path(__file__).parent.parent.joinpath("docs", "reference", "rules.md").write_text(rules_page(), encoding="utf-8")
