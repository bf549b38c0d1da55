"""A Chromium for tests: import the fixture ``chromium`` into a folder's ``conftest.py``."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

FLAGS: list[str] = run_path(str(Path(__file__).parents[1] / "tools" / "look.py"))["FLAGS"]


# Of a module and not of the session: while a Playwright runs, no other event loop can in its thread.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; where there is none the test is skipped, unless this is a machine that must have one."""
    found = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("BASERATE_NEEDS_CHROMIUM"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
