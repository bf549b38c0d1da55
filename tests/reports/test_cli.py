"""``baserate report DIR``."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.reports.made import DATA

from baserate.cli.main import main
from baserate.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("results.json", "curves.json"):
        shutil.copy(DATA / name, tmp_path)
    return tmp_path


def report(folder: Path) -> Result:
    return CliRunner().invoke(main, ["report", str(folder)])


def test_both_files_are_written_and_named(folder):
    done = report(folder)
    assert done.exit_code == 0
    assert done.output.split() == ["wrote", str(folder / "report.html"), "wrote", str(folder / "report.md")]
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (folder / "report.md").read_text(encoding="utf-8").startswith("# When officers")


def test_the_problems_of_both_files_are_told_together(folder):
    (folder / "results.json").unlink()
    (folder / "curves.json").write_text("{}", encoding="utf-8")
    error = report(folder).exception
    assert isinstance(error, InputError)
    assert [problem.code for problem in error.problems] == ["cannot-read", *["not-the-shape"] * 3]
    assert not (folder / "report.html").exists()


def test_files_of_two_runs_are_not_mixed(folder):
    curves = (folder / "curves.json").read_text(encoding="utf-8")
    (folder / "curves.json").write_text(curves.replace("street-example", "another"), encoding="utf-8")
    assert "not-the-same-scenario" in str(report(folder).exception)


def test_who_reads_the_old_page_meanwhile_finds_no_half_of_the_new_one(folder):
    (folder / "report.html").write_text("old", encoding="utf-8")
    (folder / "reader").hardlink_to(folder / "report.html")  # as an open file would be
    assert report(folder).exit_code == 0
    assert (folder / "reader").read_text(encoding="utf-8") == "old"


def test_a_place_that_cannot_be_written_to_is_named(folder):
    (folder / "report.html").mkdir()
    assert "file-unwritable" in str(report(folder).exception)


def test_a_folder_that_is_not_there_ends_with_2_and_no_traceback(tmp_path):
    command = [sys.executable, "-m", "baserate", "report", str(tmp_path / "nowhere")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot-read" in done.stderr
    assert "Traceback" not in done.stderr
