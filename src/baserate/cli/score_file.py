"""Scores from a CSV or Parquet file with the columns ``mated`` and ``score``, and ``subject`` where people repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from baserate.errors import InputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_READERS = {
    ".csv": "read_csv(?, header = true, all_varchar = true)",
    ".csv.gz": "read_csv(?, header = true, all_varchar = true)",
    ".parquet": "read_parquet(?)",
}
_MOST_ROWS = 50_000_000
_TRUE, _FALSE = "('1', '1.0', 'true', 't', 'yes')", "('0', '0.0', 'false', 'f', 'no')"


@dataclass(frozen=True)
class ScoreRows:
    """Scores by kind of search, with the subject of each as a number where the file names subjects."""

    non_mated: NDArray[np.float64]
    mated: NDArray[np.float64]
    non_mated_subjects: NDArray[np.int64] | None
    mated_subjects: NDArray[np.int64] | None


def read_score_file(path: Path) -> ScoreRows:
    """Read scores; an empty score is a search that returned nobody.

    Parameters
    ----------
    path
        ``.csv``, ``.csv.gz`` or ``.parquet`` with ``mated`` (true/false or 1/0), ``score`` and optionally ``subject``.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    reader, place = _reader(path), [str(path.absolute())]
    with duckdb.connect(":memory:") as connection:
        _lock_down(connection, path)
        try:
            names = [row[0] for row in connection.execute(f"DESCRIBE FROM {reader}", place).fetchall()]
            _check_columns(path, names)
            connection.execute(_typed(reader, has_subject="subject" in names), place)
            _check_rows(path, connection, has_subject="subject" in names)
            columns = connection.execute("SELECT mated, score, subject FROM scores ORDER BY row").fetchnumpy()
        except duckdb.Error as error:
            first_line = str(error).split("\n", 1)[0]
            raise InputError(
                [Problem("unreadable-file", str(path), f"it cannot be read: {first_line}", _SHAPE_REMEDY)]
            ) from error
    return _by_kind(columns, has_subject="subject" in names)


_SHAPE_REMEDY = "Give a CSV or Parquet file with the columns mated and score"


def _reader(path: Path) -> str:
    suffix = next((suffix for suffix in _READERS if path.name.lower().endswith(suffix)), None)
    if not path.is_file():
        raise InputError([Problem("no-such-file", str(path), "there is no such file", "Check the path")])
    if suffix is None:
        raise InputError(
            [Problem("unknown-file-kind", str(path), f"the name does not end in {', '.join(_READERS)}", _SHAPE_REMEDY)]
        )
    return _READERS[suffix]


def _lock_down(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let the engine read this one file and nothing else: the file is not trusted."""
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    quoted = str(path.absolute()).replace("'", "''")
    connection.execute(f"SET allowed_paths = ['{quoted}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _typed(reader: str, *, has_subject: bool) -> str:
    """Query that keeps what was written beside what was understood."""
    subject = "CAST(subject AS VARCHAR)" if has_subject else "NULL"
    return f"""
        CREATE TABLE scores AS
        SELECT row_number() OVER () AS row,
               CASE WHEN lower(trim(CAST(mated AS VARCHAR))) IN {_TRUE} THEN true
                    WHEN lower(trim(CAST(mated AS VARCHAR))) IN {_FALSE} THEN false END AS mated,
               nullif(trim(CAST(score AS VARCHAR)), '') AS written,
               CASE WHEN nullif(trim(CAST(score AS VARCHAR)), '') IS NULL THEN CAST('-inf' AS DOUBLE)
                    ELSE TRY_CAST(score AS DOUBLE) END AS score,
               {subject} AS subject
        FROM {reader} LIMIT {_MOST_ROWS + 1}"""  # noqa: S608 - the parts are constants of this file


def _check_columns(path: Path, names: list[str]) -> None:
    missing = [name for name in ("mated", "score") if name not in names]
    if missing:
        found = ", ".join(names[:20])
        what = f"the column {' and the column '.join(missing)} is not there; found: {found}"
        raise InputError(
            [Problem("missing-column", str(path), what, "Name the columns mated and score, in lower case")]
        )


def _check_rows(path: Path, connection: duckdb.DuckDBPyConnection, *, has_subject: bool) -> None:
    """Raise all that is wrong with the rows at once."""
    n = _count(connection, "true")
    if n > _MOST_ROWS:
        remedy = "Give the largest non-mated score of each search, or a sample of the comparisons"
        raise InputError([Problem("too-many-rows", str(path), f"it has more than {_MOST_ROWS:,} rows", remedy)])
    problems = []
    if n == 0:
        problems.append(Problem("no-rows", str(path), "it has no rows", "Give at least 600 non-mated searches"))
    for column, fault, remedy in (*_FAULTS, *([_NO_SUBJECT] if has_subject else [])):
        found = _count(connection, fault)
        if found:
            rows = connection.execute(f"SELECT row FROM scores WHERE {fault} ORDER BY row LIMIT 10").fetchall()  # noqa: S608
            where = f"{path}: column {column}"
            listed = ", ".join(str(row[0]) for row in rows)
            problems.append(
                Problem(f"bad-{column}", where, f"{found} values cannot be used (data rows {listed})", remedy)
            )
    if problems:
        raise InputError(problems)


_FAULTS = (
    ("mated", "mated IS NULL", "Write true or false, or 1 or 0"),
    (
        "score",
        "score IS NULL OR isnan(score) OR (written IS NOT NULL AND isinf(score))",
        "Write a finite number, and leave the score empty where a search returned nobody",
    ),
)

_NO_SUBJECT = (
    "subject",
    "subject IS NULL OR trim(subject) = ''",
    "Write who was searched in every row, as a pseudonym, or leave the column out",
)


def _count(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM scores WHERE {condition}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _by_kind(columns: dict[str, NDArray[np.generic]], *, has_subject: bool) -> ScoreRows:
    mated = np.asarray(columns["mated"], dtype=bool)
    score = np.asarray(columns["score"], dtype=np.float64)
    if not has_subject:
        return ScoreRows(score[~mated], score[mated], None, None)
    _, subject = np.unique(np.ma.filled(columns["subject"], "").astype(str), return_inverse=True)
    subject = subject.astype(np.int64)
    return ScoreRows(score[~mated], score[mated], subject[~mated], subject[mated])
