"""The second count of rows agrees with Python's reader, wherever blocks end."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.errors import InputError
from baserate.inputs.formats import line_count, read_file
from baserate.inputs.formats.opening import open_file

FIELDS = st.text(st.sampled_from('ab,"\n\r 1'), max_size=6)
BLOCKS = st.integers(1, 40)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(FIELDS, FIELDS), max_size=12), st.sampled_from(["\n", "\r\n"]), st.integers(1, 40), st.booleans()
)
def test_rows_of_written_csv(tmp_path_factory, rows, end, block, packed):
    stream = io.StringIO()
    csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("x", "y"), *rows])
    body = stream.getvalue().encode()
    path = tmp_path_factory.mktemp("count") / "x"
    path.write_bytes(gzip.compress(body) if packed else body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_count, "_BLOCK", block)
        assert line_count.count_rows(open_file(path), quotes=True) == len(rows) + 1


@pytest.mark.parametrize(
    ("body", "count"),
    [(b"\xef\xbb\xbfa\n\n\nb", 2), (b"\n\r\n\r", 0), (b"a\rb\nc\r\nd", 4), (b'"\n"', 2), (b"\xef\xbb\xbf\nb\n", 1)],
)
def test_lines_that_hold_anything(body, count, tmp_path):
    (tmp_path / "x").write_bytes(body)
    assert line_count.count_rows(open_file(tmp_path / "x"), quotes=False) == count


def test_rows_that_the_engine_skips_are_missed(tmp_path, monkeypatch):
    """A blank first line with another line end than the header's: the engine reads no row at all, without an error."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"\nmated,score\r\n1,0.5\r\n0,0.25\r\n")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert {problem.code for problem in caught.value.problems} <= {"rows-lost", "unreadable-file"}
    path.write_bytes(b"mated,score\n1,0.5\n0,0.25\n")
    monkeypatch.setattr("baserate.inputs.formats.csv_table.count_rows", lambda *_, **__: 4)
    with pytest.raises(InputError, match="3 rows follow the header, and 2 were read"):
        read_file(path)
