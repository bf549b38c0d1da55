"""The explorer in Chromium: every control moves it; by keyboard, without JavaScript, on a phone, for all eyes."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests.web.served import FIRST

from baserate.web.guard import POLICY

NAME = "a-small-one"
HERE = f"/scenario/{NAME}"
PHONE = {"width": 390, "height": 844}
TOO_WIDE = """() => {
  const end = document.documentElement.clientWidth + 1;
  if (document.documentElement.scrollWidth > end) return ["the page scrolls sideways"];
  return [...document.querySelectorAll("body *")]
    .filter(e => !e.closest(".scroll, pre, svg, .skip, .hidden, details:not([open])"))
    .filter(e => e.getBoundingClientRect().right > end)
    .map(e => e.tagName + " " + (e.id || e.className));
}"""
LINK = "() => document.querySelector('.shown').dataset.link"
SETTLED = "() => document.querySelector('.shown').dataset.settled === 'yes'"
OPEN_ALL = "() => document.querySelectorAll('details').forEach(details => { details.open = true; })"


@pytest.fixture
def open_page(chromium: Any, explorer: str) -> Iterator[Callable[..., Any]]:
    """Open a page of the explorer; at the end nothing was asked of another host and the console is empty."""
    faults: list[str] = []
    contexts = []

    def opened(path: str, *, expect: int = 200, **context: Any) -> Any:
        made = chromium.new_context(base_url=explorer, **context)
        made.set_default_timeout(90_000)  # a machine may be busy: nothing here is a matter of time
        contexts.append(made)
        page = made.new_page()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((f"{explorer}/", "data:")) else faults.append(asked.url),
        )
        answer = page.goto(path)
        assert answer.status == expect
        assert answer.headers["content-security-policy"] == POLICY
        return page

    yield opened
    for context in contexts:
        context.close()
    # That an input cannot be is an answer with status 422, which Chromium notes by itself.
    assert not [fault for fault in faults if "status of 422" not in fault]


def linked(page: Any, text: str) -> None:
    """Wait until the answer on the page is to a state whose link holds a text."""
    page.wait_for_function("text => document.querySelector('.shown').dataset.link.includes(text)", arg=text)


# Either the answer follows, or the page says why this cannot be, as with a share that alone is no longer all.
FOLLOWED = """([link, problem]) =>
    document.querySelector('.shown').dataset.link.includes(link) || problems.innerText.includes(problem)"""


def followed(page: Any, letter: str, key: str) -> None:
    page.wait_for_function(FOLLOWED, arg=[f"{letter}={quote(key, safe='')}%3D", "annot be"])


def test_every_control_moves_the_answer(open_page):
    page = open_page(HERE)
    page.evaluate(OPEN_ALL)
    sides = page.query_selector_all("#inputs .side")
    assert len(sides) > 40
    for side in sides:
        names = [_moved(side, field) for field in side.query_selector_all("[data-own]")]
        sliders = side.query_selector_all("input[type=range]")
        assert len(sliders) == (0 if len(names) == 1 else 2)
        followed(page, "a", names[0][2:].removesuffix(".low"))
        reset = side.query_selector(".reset")
        reset.press("Enter")
        assert not reset.is_visible()
    page.wait_for_function(f"() => ({LINK})() === '{HERE}' && !problems.innerText && ({SETTLED})()")


# Moves every control of one policy's side as its own events would, and resets it.
MOVE = """side => {
  for (const control of side.querySelectorAll("select, input")) {
    const before = control.value;
    if (control.type === "range") control.value = before === "77" ? "99" : "77";
    else if (control.type === "text") control.value = before === "0.5" ? "0.6" : "0.5";
    else control.value = [...control.options].map(option => option.value).find(value => value !== before);
    control.dispatchEvent(new Event("input", {bubbles: true}));
    if (control.value === before || !side.classList.contains("changed")) throw new Error(control.name);
  }
}"""


def test_every_control_of_the_second_policy_moves_it_alone(open_page):
    page = open_page(f"{HERE}?two=yes")
    page.evaluate(OPEN_ALL)
    sides = page.query_selector_all("#inputs .side.b")
    assert len(sides) > 40
    for side in sides:
        side.evaluate(MOVE)
        followed(page, "b", side.query_selector(".reset").get_attribute("value")[2:])
        assert "?a=" not in page.evaluate(LINK)
        side.evaluate("side => side.querySelector('.reset').click()")
    page.wait_for_function(f"() => ({LINK})() === '{HERE}?two=yes' && !problems.innerText && ({SETTLED})()")


def _moved(side, field) -> str:
    """Move a control by keyboard: type into a field, press an arrow on its slider, choose another option."""
    name, before = field.get_attribute("name"), field.input_value()
    if field.evaluate("field => field.tagName") == "SELECT":
        options = field.evaluate("field => [...field.options].map(option => option.value)")
        field.select_option(next(option for option in options if option != before))
    else:
        slider = field.evaluate_handle("field => field.closest('.field').querySelector('input[type=range]')")
        at_end = slider.evaluate("slider => slider.value === slider.max")
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        slid = field.input_value()
        assert slid
        assert slid != before
        field.fill(next(number for number in ("0.5", "0.6", "0.7") if number not in (before, slid)))
        assert slider.get_attribute("aria-valuetext") == field.input_value()
    assert field.input_value() != before
    assert "changed" in side.get_attribute("class")
    return str(name)


def test_the_settled_answer_is_that_of_the_command(open_page):
    page = open_page(f"/scenario/{FIRST}")
    slider = page.locator("[data-key='population.flagged_share'] input[type=range]").first
    for _ in range(5):
        slider.press("PageUp")
    linked(page, "population.flagged_share")
    page.wait_for_function(SETTLED)
    assert page.locator("#status").inner_text().startswith("Settled. Chance that an alert is wrong: A 1 in ")
    low = page.locator("[name='a.population.flagged_share.low']").input_value()
    assert low not in ("0.001", "")
    setting = f"population.flagged_share={low}..0.3,log_uniform"
    command = [sys.executable, "-m", "baserate", "expect", FIRST, "--set", setting]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in printed.splitlines() if "Chance that an alert is wrong" in line)
    number = page.locator(".card .number").inner_text().replace("\n", " ")
    assert line.split("wrong", 1)[1].strip() == number.replace(" from ", " (") + ")"
    assert setting in page.locator(".keep code").inner_text()
    page.reload()  # the address has followed
    assert page.locator(".card .number").inner_text().replace("\n", " ") == number


def test_by_keyboard_alone(open_page):
    page = open_page(HERE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.type || ''"))
        if seen[-1] == "range":
            break
    assert "two" in seen
    page.keyboard.press("ArrowRight")
    linked(page, "a=")
    assert page.evaluate("document.activeElement.type") == "range"  # the answer came, and the focus stayed
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "reset":
            break
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({LINK})() === '{HERE}'")
    page.focus("input[name=two]")
    page.keyboard.press("Space")
    page.wait_for_selector(".card.b")


def test_without_javascript(open_page):
    page = open_page(HERE, java_script_enabled=False)
    assert page.locator("input[type=range]").count() == 0
    page.fill("[name='a.population.enrolled_share.low']", "0.5")
    page.fill("[name='a.population.enrolled_share.high']", "")
    page.locator("button.main").first.click()
    assert page.url.endswith("?a=population.enrolled_share%3D0.5")
    assert "1 input changed" in page.locator(".card .who").inner_text()
    page.check("[name=two]")
    page.locator("button.main").first.click()
    assert page.url.endswith("&b=population.enrolled_share%3D0.5&two=yes")
    page.locator(".side.b button.reset >> visible=true").click()
    assert page.url.endswith("?a=population.enrolled_share%3D0.5&two=yes")


def test_without_javascript_what_cannot_be_is_told_and_stays_typed(chromium, explorer):
    page = chromium.new_context(base_url=explorer, java_script_enabled=False).new_page()
    page.goto(HERE)
    page.fill("[name='a.population.enrolled_share.low']", "7")
    page.locator("button.main").first.click()
    assert "it can be from 0 to 1" in page.locator(".problems").inner_text()
    assert page.input_value("[name='a.population.enrolled_share.low']") == "7"
    page.context.close()


def test_settings_are_saved_and_opened(open_page, tmp_path):
    page = open_page(f"{HERE}?a=population.enrolled_share%3D0.5")
    with page.expect_download() as saving:
        page.click("text=Save the settings as a file")
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    page.goto("/")
    page.set_input_files("#file", file)
    page.click("text=Open it")
    assert page.url.endswith(f"{HERE}?a=population.enrolled_share%3D0.5")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", f"{HERE}?a=population.enrolled_share%3D0.5&two=yes"])
def test_for_all_eyes_and_ears(open_page, path, scheme):
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    page = open_page(path, color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    rules = None if scheme == "light" else {"runOnly": ["color-contrast"]}
    found = Axe().run(page, options=rules).response["violations"]
    told = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert not told, json.dumps(told, indent=1)


@pytest.mark.parametrize("path", ["/", HERE, f"{HERE}?two=yes", f"/scenario/{FIRST}?two=yes"])
@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_need_not_scroll_sideways(open_page, path, width):
    page = open_page(path, viewport={"width": width, "height": 700})
    page.evaluate(OPEN_ALL)
    assert page.evaluate(TOO_WIDE) == []


def test_the_answer_stays_in_sight_on_a_phone(open_page):
    page = open_page(HERE, viewport=PHONE)
    page.locator("[data-key='population.enrolled_share']").scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    box = page.locator(".card .number").bounding_box()
    assert 0 <= box["y"] < 200
