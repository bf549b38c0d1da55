"""A Chromium, and the explorer as it is started from the command line."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser import chromium
from tests.web.served import SMALL

__all__ = ["chromium", "explorer"]


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running `baserate serve` with the small scenario."""
    file = tmp_path_factory.mktemp("served") / "small.toml"
    file.write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-m", "baserate", "serve", "--port", "0", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://127.0.0.1:")).rstrip("/")
        server.terminate()
