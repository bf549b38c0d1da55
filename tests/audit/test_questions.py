"""The questions name fields that exist, and between them every field that a log has to have."""

import pytest

from baserate.audit.questions import choose_questions, questions, questions_for
from baserate.columns import MANIFEST, TABLES
from baserate.errors import InputError
from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.outcomes.sensitivity import unknowns

FIELDS = {f"{table}.{column.name}": column for table, columns in TABLES.items() for column in columns}
KEYS = {key.top for key in MANIFEST}
# Of every row, whatever is asked.
PLAIN = {
    "search_event.schema_version", "search_event.time_end_utc", "search_event.probe_ref", "search_event.latency_ms",
    "review.confidence", "search_event.edit_time_utc", "search_event.notification_ref",
}  # fmt: skip


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.id)
def test_fields_and_documents_are_those_of_the_schema(question):
    assert set(question.fields) <= set(FIELDS)
    assert set(question.documents) <= KEYS
    assert question.asks.endswith("?")
    assert question.tells.endswith(".")


def test_every_field_is_asked_for_by_some_question():
    assert set(FIELDS) - {field for question in questions() for field in question.fields} == PLAIN


def test_ids_are_unique_and_unknown_ones_are_all_named():
    ids = [question.id for question in questions()]
    assert len(set(ids)) == len(ids)
    with pytest.raises(InputError) as error:
        choose_questions(["threshold", "nonsense", "else"])
    assert len(error.value.problems) == 2


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_undisclosed_input_of_every_scenario_has_its_question(name):
    keys = [unknown.key for unknown in unknowns(load_scenario(name))]
    assert [key for key in keys if not questions_for([key])] == []
