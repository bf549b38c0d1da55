"""Every format, layout and check is on its page."""

from pathlib import Path

import pytest

from baserate.inputs.checks import CHECKS
from baserate.inputs.formats import FORMATS
from baserate.inputs.formats.layouts import LAYOUTS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_format_is_on_the_page(one):
    assert f"| `{one.name}` |" in (REFERENCE / "formats.md").read_text(encoding="utf-8")


def test_layouts_are_on_the_page():
    page = (REFERENCE / "formats.md").read_text(encoding="utf-8")
    for layout in LAYOUTS:
        assert f"| {layout.title.split(':')[0]} |" in page


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_is_on_the_page(check):
    assert f".. automodule:: {check.__module__}\n" in (REFERENCE / "checks.md").read_text(encoding="utf-8")
