"""Numbers as text: right, and with no more digits than the range leaves."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baserate.reports import words

NAMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def parsed(text: str) -> float:
    """Read an amount back."""
    number, _, name = text.replace(",", "").partition(" ")
    return float("1" if number == "a" else number) * NAMES.get(name, 1)


def parsed_rate(text: str) -> float:
    """Read a probability back."""
    if text in ("none", "all"):
        return {"none": 0.0, "all": 1.0}[text]
    if text.endswith("%"):
        return float(text.removesuffix("%").removeprefix("more than ")) / 100
    part, _, whole = text.partition(" in ")
    return int(part) / parsed(whole)


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.05, 1 / 300, 1 / 3, "1 in 20 (1 in 300 to 1 in 3)"),
        (0.0667, 0.01, 0.2, "1 in 15 (1 in 100 to 1 in 5)"),
        (0.4, 0.1, 0.9, "40% (10% to 90%)"),
        (0.412, 0.4, 0.42, "41% (40% to 42%)"),
        (0.72, 0.3, 0.95, "72% (30% to 95%)"),
        (0.9997, 0.99, 0.99999, "99.97% (99.0% to 99.999%)"),
        (0.5, 0.5, 0.5, "50%"),
        (0.003, 0.003, 0.003, "0.3%"),
        (1e-9, 0, 1e-6, "1 in a billion (none to 1 in a million)"),
        (0.0, 0.0, 0.0, "none"),
        (0.0, 0.0, 0.2, "none (none to 1 in 5)"),
        (1.0, 1.0, 1.0, "all"),
        (1.0, 0.5, 1.0, "all (1 in 2 to all)"),
        (0.05, None, None, "1 in 20"),
        (1 / 19.96, 0.05, 0.0502, "5.01% (5% to 5.02%)"),
        (1e-5, 0.99e-5, 1.01e-5, "1 in 100,000 (1 in 101,000 to 1 in 99,000)"),
        (0.9999999999, None, None, "more than 99.9999%"),
        (0.05, 0.003, 0.34, "1 in 20 (1 in 300 to 1 in 3)"),
        (0.0067, 1 / 12000, 0.56, "1 in 150 (1 in 12,000 to 3 in 5)"),
        (0.01, 0.0001, 0.998, "1 in 100 (1 in 10,000 to 499 in 500)"),
        (0.104, 0.0083, 0.63, "1 in 10 (1 in 120 to 3 in 5)"),
        (0.52, 0.38, 0.65, "52% (38% to 65%)"),
        (0.3, 0.0005, 0.6, "3 in 10 (1 in 2,000 to 3 in 5)"),
        (0.0969, 0.0894, 0.11, "1 in 10 (1 in 11 to 1 in 9)"),
    ],
)
def test_rates(value, low, high, said):
    assert str(words.rate(value, low=low, high=high)) == said


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (12345, 300, 90000, "12,000 (300 to 90,000)"),
        (23456, 300, 90000, "20,000 (300 to 90,000)"),
        (200_000, 200_000, 200_000, "200,000"),
        (1_234_567, 1_234_567, 1_234_567, "1,234,567"),
        (1_234_567, 1e6, 1.5e6, "1.2 million (1 million to 1.5 million)"),
        (999_999, 9e5, 1.1e6, "1 million (900,000 to 1.1 million)"),
        (0, 0, 0, "0"),
        (0, 0, 3, "0 (0 to 3)"),
        (0.03, 0.001, 0.2, "0.03 (0.001 to 0.2)"),
        (5, 1, 9, "5 (1 to 9)"),
        (123.456, 123, 124, "123.5 (123 to 124)"),
        (3e14, 1, 4e15, "300 trillion (1 to 4,000 trillion)"),
        (1e-12, 0, 1e-11, "less than 0.000000001 (0 to less than 0.000000001)"),
        (12345, None, None, "12,000"),
    ],
)
def test_counts(value, low, high, said):
    assert str(words.count(value, low=low, high=high)) == said


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (880.2, 600, 990, "880 (600 to 990)"),
        (0.3, 0, 2, "fewer than 1 (0 to 2)"),
        (0.004, 0.001, 0.07, "fewer than 1 (fewer than 1)"),
        (0, 0, 0, "0"),
        (1000, 1000, 1000, "1,000"),
    ],
)
def test_parts_of_a_thousand(value, low, high, said):
    assert str(words.of_1000(value, low=low, high=high)) == said


def test_about_is_said_of_what_is_uncertain_only():
    assert words.count(12345, low=300, high=90000).about == "about 12,000"
    assert words.count(200_000, low=200_000, high=200_000).about == "200,000"
    assert words.rate(0.0, low=0.0, high=0.1).about == "none"


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=3, max_size=3), st.sampled_from([1, 2]))
def test_a_range_is_said_in_one_form(numbers, least):
    low, value, high = sorted(numbers)
    said = words.rate(value, low=low, high=high, least=least)
    forms = {"%" in word for word in (said.middle, said.low, said.high) if word not in ("", "none", "all")}
    beyond_words = any(word.startswith("less than") for word in (said.low, said.middle))
    assert len(forms) <= 1 or beyond_words, said


@pytest.mark.parametrize(("target", "reached"), [(0.003, 0.0029), (0.01, 0.0094), (0.0003, 0.00025), (0.03, 0.021)])
def test_a_rate_beside_its_target_does_not_seem_to_exceed_it(target, reached):
    beside = words.rate(reached, low=reached / 3, high=reached * 3, least=2).middle
    assert parsed_rate(beside) < parsed_rate(words.rate(target).middle)
    assert parsed_rate(beside) == pytest.approx(reached, rel=0.05)


@given(st.floats(min_value=1e-12, max_value=1, exclude_max=True), st.sampled_from([None, 0.01, 0.1, 3.0]))
def test_a_rate_says_nearly_what_it_is(value, width):
    low, high = (None, None) if width is None else (max(0.0, value * (1 - width)), min(1.0, value * (1 + width)))
    text = words.rate(value, low=low, high=high).middle
    back = parsed_rate(text)
    missing = min(value, 1 - value) or value
    assert abs(back - value) <= 0.34 * missing + 1e-6 * (value > 0.5)
    assert text not in ("none", "all", "0%", "100%")


@given(st.floats(min_value=1e-8, max_value=9e14), st.sampled_from([None, 0.01, 0.1, 3.0]))
def test_a_count_says_nearly_what_it_is(value, width):
    low, high = (None, None) if width is None else (max(0.0, value * (1 - width)), value * (1 + width))
    assert parsed(words.count(value, low=low, high=high).middle) == pytest.approx(value, rel=0.26)


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=0.5, max_value=100))
def test_a_wide_range_leaves_two_digits_at_most(value, width):
    text = words.count(value, low=0, high=value * (1 + width)).middle
    digits = re.sub(r"\D", "", text.partition(" ")[0]).strip("0")
    assert len(digits) <= 2


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_an_input_is_written_without_loss(value):
    text = words.plain(value)
    assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (True, "yes"), (False, "no"), ("hotlist", "hotlist"), (3e-10, "3e-10"), (2e20, "2e+20"), (15, "15")],
)
def test_inputs_that_are_no_common_number(value, said):
    assert words.plain(value) == said
