"""Each fault of a scenario file: its code, the line it is on and a remedy that helps."""

from importlib import resources
from typing import Any

import pytest

from baserate.errors import InputError
from baserate.models.scenario import check_scenario, load_scenario, override

SHIPPED = (resources.files("baserate.models") / "scenarios" / "mobile-fortify.toml").read_text(encoding="utf-8")
SIZE = '[galleries.traveler_faces.size]\nvalue = 200000000\nsource = "S001"\nunit = "images"\n'
SHARE = "[population.enrolled_share]\nlow = 0.1\nhigh = 0.9\n"
GATE = '[policy.gate]\nvalue = "hotlist"\n'
REVIEWERS = "options = [0, 1, 2]\nweights = [0.45, 0.45, 0.1]\n"
POINT = "fpir = { value = 0.003, "
TARGET = SHIPPED[SHIPPED.index("[policy.threshold.fpir_target]") : SHIPPED.index("[policy.threshold.set_at")]
GALLERIES = SHIPPED[SHIPPED.index("[galleries.traveler_faces]") : SHIPPED.index("[matcher]")]
PRINTS = SHIPPED[SHIPPED.index("[galleries.fingerprint_store]") : SHIPPED.index("[galleries.fingerprint_store.size]")]
FINGERS = '[encounters.conditions.fingers]\nmodality = "finger_contactless"\n'
COOPERATIVE = "[encounters.conditions.cooperative.share]\n"
FINGER_TARGET = SHIPPED[
    SHIPPED.index("[modalities.finger_contactless.threshold.fpir_target]") : SHIPPED.index(
        "[modalities.finger_contactless.threshold.set_at"
    )
]
EXPONENT = SHIPPED[SHIPPED.index("[matcher.n_exponent]") : SHIPPED.index("[matcher.lapse_share")]

# ruff: noqa: E501 - a table
# name: (code, what is replaced, by what, key that the message names, words of the remedy)
FAULTS = {
    "no source": ("missing-source", SIZE, SIZE.replace('source = "S001"\n', ""), "galleries.traveler_faces.size", "Add source ="),
    "a source that is not there": ("unknown-source", SIZE, SIZE.replace("S001", "S0001"), "galleries.traveler_faces.size", "Add [sources.S0001]"),
    "a gallery without unit": ("missing-unit", SIZE, SIZE.replace('unit = "images"\n', ""), "galleries.traveler_faces.size", "unit = 'images' or"),
    "another unit": ("wrong-unit", SIZE, SIZE.replace('"images"', '"faces"'), "galleries.traveler_faces.size", "Give it in 'images'"),
    "a negative size": ("out-of-bounds", SIZE, SIZE.replace("200000000", "-5"), "galleries.traveler_faces.size", "Give a number from 1"),
    "a negative share": ("out-of-bounds", SHARE, SHARE.replace("0.1", "-0.1"), "population.enrolled_share", "from 0 to 1"),
    "a share above 1": ("out-of-bounds", SHARE, SHARE.replace("0.9", "1.9"), "population.enrolled_share", "from 0 to 1"),
    "not a number": ("not-a-number", SHARE, SHARE.replace("0.1", "nan"), "population.enrolled_share", "Give a number"),
    "infinite": ("not-a-number", SHARE, SHARE.replace("0.9", "inf"), "population.enrolled_share", "Give a number"),
    "a word for a number": ("not-a-number", SHARE, SHARE.replace("0.1", '"low"'), "population.enrolled_share", "Give a number"),
    "a range upside down": ("range-upside-down", SHARE, SHARE.replace("0.1", "0.95"), "population.enrolled_share", "low that is below high"),
    "half a range": ("half-a-range", SHARE, SHARE.replace("high = 0.9\n", ""), "population.enrolled_share", "low and high"),
    "no value": ("missing-value", SHARE, "[population.enrolled_share]\n", "population.enrolled_share", "Give value"),
    "a value and a range": ("value-and-range", SHARE, SHARE + "value = 0.5\n", "population.enrolled_share", "one of them"),
    "triangular without peak": ("missing-peak", SHARE, SHARE + 'distribution = "triangular"\n', "population.enrolled_share", "peak as value"),
    "logarithmic from 0": ("log-of-zero", SHARE, SHARE.replace("0.1", "0") + 'distribution = "log_uniform"\n', "population.enrolled_share", "low above 0"),
    "options of a quantity": ("not-a-choice", SHARE, SHARE + 'options = ["a"]\n', "population.enrolled_share", "low and high"),
    "a range of a choice": ("not-a-quantity", GATE, GATE + "low = 1\n", "policy.gate", "options"),
    "not an option": ("not-an-option", GATE, GATE.replace("hotlist", "hot list"), "policy.gate", "Choose among none, hotlist"),
    "an option twice": ("repeated-option", REVIEWERS, REVIEWERS.replace("[0, 1, 2]", "[0, 1, 1]"), "policy.review.reviewers", "once"),
    "weights that sum to 1.4": ("bad-weights", REVIEWERS, REVIEWERS.replace("0.1]", "0.5]"), "policy.review.reviewers", "sum 1"),
    "too few weights": ("bad-weights", REVIEWERS, REVIEWERS.replace(", 0.1]", "]"), "policy.review.reviewers", "each option"),
    "a negative weight": ("bad-weights", REVIEWERS, REVIEWERS.replace("0.45, 0.45", "1.45, -0.55"), "policy.review.reviewers", "each option"),
    "an unknown key": ("unknown-key", SHARE, "[population.enroled_share]\nlow = 0.1\nhigh = 0.9\n", "population.enroled_share", "Rename"),
    "a missing key": ("missing-key", GATE, '[policy.gatte]\nvalue = "hotlist"\n', "policy.gate", "It says: Whether everybody found is shown"),
    "a wrong kind of source": ("wrong-value", 'kind = "reported"\n', 'kind = "rumour"\n', "sources.S001.kind", "See"),
    "shares above 1": ("shares-above-one", "[population.groups.male_elsewhere.share]\nlow = 0.4\nhigh = 0.8", "[population.groups.male_elsewhere.share]\nlow = 0.95\nhigh = 0.99", "population.groups", "Lower"),
    "an unknown group": ("unknown-group", "[matcher.groups.male_elsewhere.fmr_factor]", "[matcher.groups.men_elsewhere.fmr_factor]", "matcher.groups.men_elsewhere", "same group names"),
    "a group of no gallery": ("unknown-group", "[matcher.groups.male_elsewhere.fmr_factor]", '[matcher.groups.male_elsewhere.against.old]\nvalue = 1\nunit = "factor"\nsource = "S001"\n[matcher.groups.male_elsewhere.fmr_factor]', "matcher.groups.male_elsewhere.against.old", "Give the gallery's groups"),
    "half a threshold": ("threshold-unclear", TARGET, "", "policy.threshold", "Add fpir_target"),
    "two thresholds": ("threshold-unclear", TARGET, TARGET + '[policy.threshold.false_match_rate]\nvalue = 1e-9\nunit = "share"\nsource = "S001"\n', "policy.threshold", "alone"),
    "one point without exponent": ("one-point", EXPONENT, "", "matcher.points", "Add a second point"),
    "a law and points": ("matcher-law", EXPONENT, EXPONENT + '[matcher.law]\nmean = { value = 5, unit = "z", source = "S001" }\nspread = { value = 1, unit = "z", source = "S001" }\n', "matcher", "Give published points"),
    "a shorter limit for nobody": ("half-a-limit", "[retention.unmatched]\n", '[retention.shorter]\nvalue = 12\nunit = "hours"\nsource = "S044"\n\n[retention.unmatched]\n', "retention", "Add shorter_share"),
    "nothing is searched": ("nothing-searched", GALLERIES, GALLERIES.replace("searched = true", "searched = false"), "galleries", "searched = true"),
    "several images of an individual": ("images-of-individuals", SIZE, SIZE.replace('"images"', '"individuals"'), "galleries.traveler_faces.images_per_person", "Write value = 1"),
    "a modality without matcher": ("no-matcher", COOPERATIVE, '[encounters.conditions.cooperative]\nmodality = "iris"\n' + COOPERATIVE, "encounters.conditions.cooperative", "Add [modalities.iris]"),
    "a modality without gallery": ("no-gallery", PRINTS, PRINTS.replace("searched = true", "searched = false"), "encounters.conditions.fingers", 'modality = "finger_contactless"'),
    "a matcher that nobody uses": ("unused-matcher", FINGERS, "[encounters.conditions.fingers]\n", "modalities.finger_contactless", 'modality = "finger_contactless"'),
    "a gallery that nobody meets": ("unmet-gallery", PRINTS, PRINTS.replace("finger_contact", "gait"), "galleries.fingerprint_store", "searched = false"),
    "two matchers of a modality": ("matcher-twice", '[matcher]\n', '[matcher]\nmodality = "finger_contactless"\n', "modalities.finger_contactless", "Leave one of the two out"),
    "a modality of no sensor": ("wrong-value", PRINTS, PRINTS.replace("finger_contact", "smell"), "galleries.fingerprint_store.modality", "What its entries are"),
    "half a threshold of a modality": ("threshold-unclear", FINGER_TARGET, "", "modalities.finger_contactless.threshold", "Add fpir_target"),
    "a rate of 1": ("out-of-bounds", POINT, POINT.replace("0.003", "1.0"), "matcher.points[0].fpir", "to 0.99"),
}  # fmt: skip


@pytest.fixture
def path(tmp_path) -> Any:
    return tmp_path / "a.toml"


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_code_its_line_and_its_remedy(path, name):
    code, old, new, key, remedy = FAULTS[name]
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    found = [problem for problem in check_scenario(path) if problem.code == code]
    assert len(found) == 1, check_scenario(path)
    where, problem = found[0].where, found[0]
    assert where.endswith(f": {key}")
    assert remedy in problem.remedy
    named, line, _ = where.split(":", 2)
    assert named == "a.toml"
    table, leaf = key.rpartition(".")[::2]
    shown = text.splitlines()[int(line) - 1]
    assert leaf.split("[")[0] in shown or table.rpartition(".")[2] in shown, f"line {line} is {shown!r}"
    with pytest.raises(InputError, match=r"\[" + code):
        load_scenario(path)


def test_the_line_of_a_bare_value_is_its_own(path):
    text = SHIPPED.replace(SIZE, "[galleries.traveler_faces]\nsize = 200000000\n").replace(
        '[galleries.traveler_faces]\ntitle = "face images taken when travelers enter the country"\nsearched = true\n',
        "",
    )
    path.write_text(text, encoding="utf-8")
    problem = next(problem for problem in check_scenario(path) if problem.code == "bare-value")
    assert problem.remedy == 'Write size = { value = 200000000, unit = "images", source = "..." }'
    assert text.splitlines()[int(problem.where.split(":")[1]) - 1] == "size = 200000000"


def test_all_faults_of_a_file_are_reported_at_once(path):
    together = ("no source", "a negative share", "not an option", "too few weights", "a rate of 1", "half a threshold")
    text = SHIPPED
    for name in together:
        text = text.replace(FAULTS[name][1], FAULTS[name][2], 1)
    path.write_text(text, encoding="utf-8")
    assert {FAULTS[name][0] for name in together} <= {problem.code for problem in check_scenario(path)}


@pytest.mark.parametrize(
    ("code", "raw", "words"),
    [
        ("not-toml", b"a = \n", "line 1"),
        ("not-toml", b"a = 1\na = 2\n", "Correct the syntax"),
        ("not-toml", b"[" * 5_000, "Correct the syntax"),
        ("wrong-encoding", b"schema_version = 1\nname = '\xff'\n", "a.toml:2"),
        ("wrong-encoding", "name = 'x'".encode("utf-16"), "Save the file as UTF-8"),
        ("file-too-large", b"#" * 1_000_001, "1,000,001 bytes"),
    ],
    ids=["syntax", "a key twice", "deep", "Latin-1", "UTF-16", "huge"],
)
def test_files_that_are_no_scenario(path, code, raw, words):
    path.write_bytes(raw)
    (problem,) = check_scenario(path)
    assert problem.code == code
    assert words in str(problem)


def test_a_byte_order_mark_is_read_over(path):
    path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.encode())
    assert check_scenario(path) == ()


def test_no_file(path):
    (problem,) = check_scenario(path)
    assert problem.code == "file-unreadable"
    (problem,) = check_scenario("mobile-fortfy")
    assert (problem.code, "did you mean 'mobile-fortify'" in problem.what) == ("unknown-scenario", True)
    (problem,) = check_scenario(path.parent)
    assert problem.code == "file-unreadable"


# -- override ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("population.enrolled_shar=0.5", "unknown-key"),
        ("population.enrolled_share", "unknown-key"),
        ("=", "unknown-key"),
        ("population.enrolled_share=2", "out-of-bounds"),
        ("population.enrolled_share=half", "not-a-number"),
        ("population.enrolled_share=nan", "not-a-number"),
        ("population.enrolled_share=inf", "not-a-number"),
        ("population.enrolled_share=", "not-a-number"),
        ("population.enrolled_share=0.5..0.2", "range-upside-down"),
        ("population.enrolled_share=0.5..", "not-a-number"),
        ("policy.gate=yes", "not-an-option"),
        ("policy.list_length=0", "not-an-option"),
        ("policy.list_length=5.5", "not-an-option"),
    ],
)
def test_bad_settings(setting, code):
    with pytest.raises(InputError) as raised:
        override(load_scenario("mobile-fortify"), [setting])
    assert {problem.code for problem in raised.value.problems} == {code}
    assert raised.value.problems[0].where == f"--set {setting}"


def test_all_bad_settings_are_reported_at_once():
    with pytest.raises(InputError) as raised:
        override(load_scenario("mobile-fortify"), ["a=1", "policy.gate=x", "population.enrolled_share=3"])
    assert [problem.code for problem in raised.value.problems] == ["unknown-key", "not-an-option", "out-of-bounds"]


def test_good_settings():
    scenario = load_scenario("mobile-fortify")
    changed = override(
        scenario,
        [" population.enrolled_share = 0.2..0.4 ", "policy.list_length=5", "galleries.traveler_faces.size=1_000"],
    )
    share = changed.parameters["population.enrolled_share"]
    assert (share.low, share.high, share.distribution, share.source.kind) == (0.2, 0.4, "uniform", "assumed")
    assert changed.parameters["policy.list_length"].options == (5,)
    assert changed.parameters["galleries.traveler_faces.size"].value == 1000
    assert changed.digest != scenario.digest
    assert scenario.parameters["population.enrolled_share"].low == 0.1  # the first is as it was


def test_settings_that_do_not_fit_together_are_refused():
    """Each within its own bounds, but the shares of the groups can no longer sum to 1."""
    with pytest.raises(InputError) as raised:
        override(load_scenario("mobile-fortify"), ["population.groups.male_elsewhere.share=0.01"])
    assert [problem.code for problem in raised.value.problems] == ["shares-below-one"]
