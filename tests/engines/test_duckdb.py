"""The connection reads what it was given and nothing else, and says how far it is."""

from pathlib import Path

import duckdb
import pytest

from baserate.engines.duckdb import connect, name, text
from baserate.engines.progress import reporting


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    given, other = tmp_path / "given.csv", tmp_path / "other.csv"
    for file in (given, other):
        file.write_text("a\n1\n", encoding="utf-8")
    return given, other


@pytest.mark.parametrize("query", [
    "SELECT * FROM read_csv({other})", "SELECT * FROM read_text({other})", "SELECT * FROM glob('/etc/*')",
    "INSTALL httpfs", "LOAD httpfs", "ATTACH {other}", "COPY (SELECT 1) TO {other}",
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']", "SELECT * FROM 'https://example.org/a.csv'", "EXPORT DATABASE '/tmp/x'",
])  # fmt: skip
def test_what_was_not_given_is_refused(files, query):
    given, other = files
    connection = connect([given])
    assert connection.execute(f"SELECT a FROM read_csv({text(given)})").fetchall() == [(1,)]  # noqa: S608
    with pytest.raises(duckdb.Error):
        connection.execute(query.format(other=text(other))).fetchall()
    assert other.read_text(encoding="utf-8") == "a\n1\n"


def test_a_folder_gives_what_is_in_it(files):
    given, _ = files
    rows = connect([given.parent]).execute(f"SELECT a FROM read_csv({text(given)})").fetchall()  # noqa: S608
    assert rows == [(1,)]


def test_python_variables_are_not_tables():
    secret = [1, 2]
    with pytest.raises(duckdb.Error):
        connect([]).execute("SELECT * FROM secret").fetchall()
    assert secret == [1, 2]


@pytest.mark.parametrize("odd", ['a"b', "a'b", "a;--", "select", "ä\n"])
def test_names_and_texts_are_quoted(odd):
    found = connect([]).execute(f"SELECT {text(odd)} AS {name(odd)}")
    assert found.description[0][0] == odd
    assert found.fetchall() == [(odd,)]


def test_more_than_fits_spills_and_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    connection = connect([], "60MB")
    connection.execute("CREATE TABLE big AS SELECT range AS n, hash(range) AS h FROM range(4000000) ORDER BY h")
    assert connection.execute("SELECT count(*) FROM big").fetchall() == [(4_000_000,)]
    assert list(tmp_path.rglob("*.tmp"))
    connection.close()
    assert not list(tmp_path.rglob("*.tmp"))


def test_progress_is_reported_from_0_to_100():
    connection = connect([])
    seen: list[float] = []
    with reporting(connection, seen.append, every=0.01):
        connection.execute("SELECT count(DISTINCT hash(range) % 1000000) FROM range(6000000)").fetchall()
    assert seen
    assert all(0 <= percent <= 100 for percent in seen)
