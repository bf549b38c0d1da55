import duckdb
from hypothesis import given
from hypothesis import strategies as st

from baserate.audit.counting import may_hold, split_conditions
from baserate.audit.expressions import expand, text_literal
from baserate.audit.manifest import Manifest

CONNECTION = duckdb.connect()


@given(st.text())
def test_any_text_survives_quoting(text):
    assert CONNECTION.execute(f"SELECT {text_literal(text)}").fetchall() == [(text.replace("\x00", ""),)]


@given(st.lists(st.text(), min_size=1))
def test_any_list_of_the_manifest_survives(texts):
    sql = expand("m_list(roles)", manifest=Manifest({"roles": texts}), seen=())
    assert CONNECTION.execute(f"SELECT {sql}").fetchall() == [([t.replace("\x00", "") for t in texts],)]


def test_a_silent_manifest_is_null():
    for kind in ("list", "text", "number"):
        assert expand(f"m_{kind}(x.y)", manifest=Manifest({}), seen=()).startswith("NULL::")


def test_marked_reads_an_empty_cell_as_no_only_where_the_column_is_used():
    assert expand("marked(a)", manifest=Manifest({}), seen={"a"}) == "coalesce(a, FALSE)"
    assert expand("marked(a)", manifest=Manifest({}), seen=set()) == "NULL::BOOLEAN"


@given(st.lists(st.sampled_from([None, True, False]), min_size=1, max_size=4))
def test_rows_are_left_aside_only_where_they_are_out_of_scope(values):
    """``may_hold`` is false exactly where the conjunction is false, in three values."""
    texts = ["NULL::BOOLEAN" if v is None else str(v).upper() for v in values]
    conjunction = " AND ".join(texts)
    sql = f"SELECT ({conjunction}) IS FALSE, {may_hold(split_conditions(conjunction))}"
    ((is_false, kept),) = CONNECTION.execute(sql).fetchall()
    assert kept is not is_false
