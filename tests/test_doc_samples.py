"""What the pages say that a command prints, it prints; and every command on a page is one.

A page's files are blocks with a name in ``:caption:``, its commands the lines of ``console`` blocks that begin with
``$``, and what stands below a command is its output, broken into lines as the page needs it. ``[...]`` stands for text
that is left out.
"""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.errors import BaserateError

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("[!_]*/*.md"))]
FILE = re.compile(r"^```\{code-block\} \w+\n:caption: ([\w./-]+)\n\n?(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:    )?(?:\$ )?(baserate [^\n`|]*)$", re.MULTILINE)
LEFT_OUT = "[...]"
#: Pages that show output, so that a change of how it is marked cannot turn the check off.
WITH_OUTPUT = {"audit-a-log", "check-a-file", "measure", "read-a-log", "retention_and_reports"}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(page: Path) -> list[str]:
    return [found.rstrip() for found in COMMAND.findall(re.sub(r"\\\n\s*", " ", text_of(page)))]


def samples(page: Path) -> list[tuple[str, str]]:
    """Commands of ``baserate`` with the output that the page shows below each."""
    found = []
    for block in CONSOLE.findall(text_of(page)):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = re.sub(r"\\\n\s*", " ", part).partition("\n")
            if output.strip() and command.startswith("baserate "):
                found.append((command, output))
    return found


def same(shown: str, printed: str) -> bool:
    """Compare without regard to where lines are broken."""
    pieces = [" ".join(piece.split()) for piece in shown.split(LEFT_OUT)]
    return re.fullmatch(r" ?.*? ?".join(map(re.escape, pieces)), " ".join(printed.split()), re.DOTALL) is not None


def output_of(command: str) -> str:
    """What somebody sees who types the command: both streams, and the message of what it refuses."""
    result = CliRunner().invoke(main, shlex.split(command, comments=True)[1:])
    assert result.exception is None or isinstance(result.exception, SystemExit | BaserateError)
    return result.output + (str(result.exception) if isinstance(result.exception, BaserateError) else "")


def test_pages_that_show_output_are_known():
    assert {page.stem for page in PAGES if samples(page)} == WITH_OUTPUT


@pytest.mark.parametrize("page", [page for page in PAGES if samples(page)], ids=lambda page: page.stem)
def test_a_page_shows_what_its_commands_print(page, tmp_path, monkeypatch):
    (tmp_path / "tests").symlink_to(ROOT / "tests")  # a page may name a file of the repository
    for name, content in FILE.findall(text_of(page)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command, shown in samples(page):
        printed = output_of(command)
        assert same(shown, printed), f"{page.name}: {command}\n{printed}"


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_every_command_on_a_page_is_one(page, tmp_path, monkeypatch):
    """Its name and options are there; it is not run."""
    monkeypatch.chdir(tmp_path)
    for folder in ("LOG", "result"):  # what a page calls a log and a folder of results
        (tmp_path / folder).mkdir()
    for line in commands(page):
        command: click.Command = main
        context, words = click.Context(main), shlex.split(line, comments=True)[1:]
        while isinstance(command, click.Group):
            name, found, words = command.resolve_command(context, words)
            assert found is not None, line
            command, context = found, click.Context(found, parent=context, info_name=name)
        command.make_context(command.name, words)


@pytest.mark.parametrize(("shown", "printed", "alike"), [
    ("one two\n  three", "one two three\n", True),
    ("one [...] three", "one two and a half three", True),
    ("one\n[...]", "one two", True),
    ("one [...] four", "one two three", False),
    ("one two", "one two three", False),
])  # fmt: skip
def test_output_is_compared_whole(shown, printed, alike):
    assert same(shown, printed) is alike
