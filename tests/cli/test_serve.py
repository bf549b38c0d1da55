"""``baserate serve`` itself: what it needs, where it listens, what it refuses before it starts."""

import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from baserate.cli import serve
from baserate.cli.main import main
from baserate.errors import InputError


def test_the_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr(serve, "find_spec", lambda name: None if name == "uvicorn" else object())
    error = CliRunner().invoke(main, ["serve"]).exception
    assert isinstance(error, InputError)
    assert error.problems[0].code == "missing-extra"
    assert "(uvicorn)" in str(error)
    assert "pip install 'baserate[app]'" in str(error)


def test_a_scenario_that_cannot_be_used_is_refused_before_anything_is_served(tmp_path):
    (tmp_path / "bad.toml").write_text("name = 1")
    error = CliRunner().invoke(main, ["serve", str(tmp_path / "bad.toml")]).exception
    assert isinstance(error, InputError)
    assert len(error.problems) > 5


def test_a_port_that_is_taken_ends_with_2_and_no_traceback():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "baserate", "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "[port-taken]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--host=0.0.0.0", "--port=70000"])
def test_there_is_no_other_address(option):
    assert CliRunner().invoke(main, ["serve", option]).exit_code == 2


def test_it_listens_to_this_machine_only():
    command = [sys.executable, "-m", "baserate", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0])
        try:
            for address, answers in (("127.0.0.1", True), ("127.0.0.2", False)):  # both are this machine's
                with socket.socket() as caller:
                    assert (caller.connect_ex((address, port)) == 0) is answers
        finally:
            server.terminate()
