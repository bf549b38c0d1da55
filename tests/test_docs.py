"""The documentation says what the code says: generated pages are current, every shipped thing has its page."""

import importlib.util
import re
from pathlib import Path

import pytest

from baserate.cli.main import COMMANDS
from baserate.models.scenario import shipped_scenarios
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.names import OUTCOMES

ROOT = Path(__file__).parents[1]


def generator():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", list(generator().PAGES))
def test_generated_page_is_current(name):
    assert (ROOT / name).read_text(encoding="utf-8") == generator().PAGES[name](), "run: make reference"


def test_every_command_scenario_and_outcome_is_documented():
    reference = ROOT / "docs" / "reference"
    commands = (reference / "commands.md").read_text(encoding="utf-8")
    assert all(f"## baserate {name}\n" in commands for name in COMMANDS)
    scenarios = (reference / "scenarios.md").read_text(encoding="utf-8")
    assert all(f"## {name}\n" in scenarios for name in shipped_scenarios())
    assert {definition.name for definition in DEFINITIONS} <= set(OUTCOMES)


def test_the_line_stands_in_the_readmes_first_screen():
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:16]
    assert "never crossed" in "\n".join(first_screen)


def test_links_between_pages_lead_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        if "_build" in page.parts:
            continue
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"
