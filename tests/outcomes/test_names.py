"""Each outcome is named once, in words."""

from baserate.outcomes.names import OUTCOMES, PARTS_PREFIX, outcome_name


def test_every_outcome_has_words_of_its_own():
    assert len({record.label for record in OUTCOMES.values() if not record.name.startswith(PARTS_PREFIX)}) == len(
        [name for name in OUTCOMES if not name.startswith(PARTS_PREFIX)]
    )
    for name, record in OUTCOMES.items():
        assert name == record.name
        assert record.meaning.endswith(".")
        assert record.label[0].isupper()


def test_the_names_that_scripts_rely_on_are_there():
    promised = {"searches", "alerts", "false_alerts", "missed", "alert_is_wrong", "fpir", "fnir", "wrongful_actions"}
    assert promised <= set(OUTCOMES)


def test_a_name_without_a_record_is_its_own_label():
    unknown = outcome_name("hours_of_review", unit="hours")
    assert (unknown.label, unknown.shown_as, unknown.meaning) == ("Hours of review", "count", "")
    assert outcome_name("share_seen", unit="probability").shown_as == "rate"
