"""How soon the explorer answers: from a slider's movement to the picture on the page, and to the settled numbers.

python benchmarks/explorer.py            in Chromium, as its readers see it
python benchmarks/explorer.py --no-browser   without one, at the level of HTTP

Prints medians and 95th percentiles in milliseconds: of the processor's time that an answer takes, whatever else the
machine does, and of the time that passes; and the ratio of the first answer to the full computation.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from runpy import run_path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
SCENARIO = "mobile-fortify"
MOVES = 40
FLAGS: list[str] = run_path(str(ROOT / "tools" / "look.py"))["FLAGS"]
# Moves the slider, and gives the milliseconds until the answer to that movement has been drawn.
MOVE = """([name, at]) => new Promise(resolve => {
  const field = document.getElementsByName(name)[0];
  const slider = field.closest(".field").querySelector("input[type=range]");
  const start = performance.now();
  const seen = new MutationObserver(() => {
    if (document.querySelector(".shown")?.dataset.settled === "yes" && at !== 0) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  });
  seen.observe(document.getElementById("answer"), {childList: true});
  slider.value = at;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
})"""
SETTLED = "() => document.querySelector('.shown').dataset.settled === 'yes'"
INPUTS = ("a.population.flagged_share.low", "a.policy.threshold.fpir_target.high")


def main() -> None:
    """Start the explorer, move inputs, print what was seen."""
    command = [sys.executable, "-m", "baserate", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        address = next(word for word in server.stdout.readline().split() if word.startswith("http")).rstrip("/")
        try:
            found = on_processor() | at_http(address)
            if "--no-browser" not in sys.argv:
                found |= in_browser(address)
        finally:
            server.terminate()
    print(json.dumps(found, indent=2))


def on_processor() -> dict[str, object]:
    """Time the processor for what the server does between a request and its answer."""
    from baserate.models.scenario import load_scenario
    from baserate.web import page
    from baserate.web.answers import Answers
    from baserate.web.state import State

    answers = Answers({SCENARIO: load_scenario(SCENARIO)})
    base, templates = answers.base(SCENARIO), page.environment({})
    states = [State(SCENARIO, (f"population.enrolled_share=0.{number:03d}",)) for number in range(101, 101 + MOVES)]
    spent: dict[str, list[float]] = {"first": [], "settled": []}
    for kind, answer, some in (("first", answers.first, states), ("settled", answers.settled, states[:5])):
        for state in some:
            start = time.thread_time()
            page.answer_part(templates, answer(state), base)
            spent[kind].append(1000 * (time.thread_time() - start))
    return {
        "worlds of a first answer": len(base.few),
        "processor, first answer, ms": _spread(spent["first"]),
        "processor, settled answer, ms": _spread(spent["settled"]),
        "processor, first / settled": round(statistics.median(spent["first"]) / statistics.median(spent["settled"]), 3),
    }


def at_http(address: str) -> dict[str, object]:
    """Time the two requests of a movement."""
    part = f"{address}/scenario/{SCENARIO}/answer"
    _timed(part)  # the scenario as it stands, worked out once
    states = [f"a=population.enrolled_share%3D0.{number:03d}" for number in range(101, 101 + MOVES)]
    first = [_timed(f"{part}?worlds=few&{state}") for state in states]
    settled = [_timed(f"{part}?{state}") for state in states[:5]]
    again = [_timed(f"{part}?worlds=few&{state}") for state in states[:5]]
    ratio = statistics.median(first) / statistics.median(settled)
    return {
        "http, first answer, ms": _spread(first),
        "http, settled answer, ms": _spread(settled),
        "http, answer in memory, ms": _spread(again),
        "http, first / settled": round(ratio, 3),
    }


def _timed(url: str) -> float:
    start = time.perf_counter()
    with urlopen(url) as answer:  # noqa: S310 - the server started above
        answer.read()
    return 1000 * (time.perf_counter() - start)


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    last = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"n": len(times), "median": round(statistics.median(times), 1), "95th percentile": round(last, 1)}


def in_browser(address: str) -> dict[str, object]:
    """Time from a slider's movement until the picture is drawn, and from rest until the numbers are settled."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.goto(f"{address}/scenario/{SCENARIO}")
        moves = [page.evaluate(MOVE, [INPUTS[n % 2], 100 + n]) for n in range(MOVES)]
        start = time.perf_counter()
        page.wait_for_function(SETTLED)
        settled = 1000 * (time.perf_counter() - start)
        browser.close()
    return {"browser, movement to picture, ms": _spread(moves), "browser, rest to settled, ms": round(settled, 1)}


if __name__ == "__main__":
    main()
