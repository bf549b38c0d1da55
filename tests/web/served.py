"""A scenario small enough that all of its worlds are a blink, and the explorer over it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from baserate.models.scenario import Scenario, load_scenario
from baserate.web.app import create_app

BASE = "http://127.0.0.1:8765"
FIRST = "mobile-fortify"
SMALL = """
schema_version = 1
name = "a-small-one"
title = "A small <b>scenario</b>"
question = "How often is an alert wrong?"
summary = "Made for tests."

[sources.T001]
kind = "published"
title = "A laboratory's <script>alert(1)</script> page"

[galleries.faces]
title = "faces"
searched = true
size = { value = 10000, unit = "individuals", source = "T001" }
images_per_person = { value = 1, unit = "images per person", source = "T001" }
image_dependence = { value = 1, unit = "share", source = "T001" }
flagged_share = { low = 0.5, high = 1.0, unit = "share", source = "T001", note = "Watch & list." }

[matcher]
title = "an algorithm"
n_exponent = { low = 0.1, high = 0.5, unit = "exponent", source = { kind = "assumed", title = "nobody has said" } }
lapse_share_of_misses = { value = 0.1, unit = "share", source = "T001" }
heterogeneity = { value = 0, unit = "w", source = { kind = "assumed", title = "alike" } }

[[matcher.points]]
gallery_size = { value = 1000, unit = "individuals", source = "T001" }
fpir = { value = 0.003, unit = "share", source = "T001" }
fnir = { value = 0.02, unit = "share", source = "T001" }

[population.enrolled_share]
low = 0.001
high = 0.1
distribution = "log_uniform"
unit = "share"
source = { kind = "assumed", title = "nobody has said" }

[population]
flagged_share = { value = 1, unit = "share", source = "T001" }
groups.everybody.share = { value = 1, unit = "share", source = "T001" }

[encounters]
searches_per_year = { value = 100000, unit = "searches per year", source = "T001" }
training_share = { value = 0, unit = "share", source = "T001" }
repeat_share = { value = 0, unit = "share", source = "T001" }
repeat_fresh_share = { value = 1, unit = "share", source = "T001" }
max_attempts = { value = 1, source = "T001" }
[encounters.conditions.any]
share = { value = 1, unit = "share", source = "T001" }
failure_to_acquire = { value = 0.01, unit = "share", source = "T001" }
fmr_factor = { value = 1, unit = "factor", source = "T001" }
miss_factor = { value = 1, unit = "factor", source = "T001" }

[policy]
list_length = { value = 1, source = "T001" }
gate = { value = "none", source = "T001" }
response = { value = "single", source = "T001" }
consent = { value = "not_asked", source = "T001" }
declined_share = { value = 0, unit = "share", source = "T001" }
second_modality_share = { value = 0, unit = "share", source = "T001" }
second_modality_accepts_wrong = { value = 0, unit = "share", source = "T001" }
second_modality_rejects_right = { value = 0, unit = "share", source = "T001" }
document_offered_share = { value = 0, unit = "share", source = "T001" }
document_weight = { value = 0, unit = "share", source = "T001" }
action_share = { value = 1, unit = "share", source = "T001" }
[policy.threshold]
fpir_target = { value = 0.001, unit = "share", source = "T001" }
set_at_gallery_size = { value = 1000, unit = "individuals", source = "T001" }
reset_for_gallery = { options = ["yes", "no"], source = { kind = "assumed", title = "nobody has said" } }
[policy.review]
reviewers = { options = [0, 1], source = { kind = "assumed", title = "nobody has said" } }
accepts_wrong = { value = 0.1, unit = "share", source = "T001" }
rejects_right = { value = 0.1, unit = "share", source = "T001" }
dependence = { value = 0, unit = "share", source = "T001" }

[retention]
matched = { value = 1, unit = "years", source = "T001" }
unmatched = { value = 0, unit = "years", source = "T001" }
deletion_failure_share = { value = 0, unit = "share", source = "T001" }
"""


def small(folder: Path) -> Scenario:
    path = folder / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return load_scenario(path)


class Client:
    """Asks the application as a browser on this machine would, one request after the other."""

    def __init__(self, *scenarios: Scenario, base: str = BASE, client: str = "127.0.0.1") -> None:
        app = create_app({scenario.name: scenario for scenario in scenarios})
        self.base = base
        self.transport = httpx.ASGITransport(app, client=(client, 50000), raise_app_exceptions=False)

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=self.base) as client:
                return await client.request(method, path, **given)

        # In a thread of its own: a browser's tests may have left a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, asked()).result()

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("POST", path, **given)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption = ""
        self._within = ""

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        if tag in ("td", "th", "caption"):
            self._within = tag

    def handle_endtag(self, tag):
        if tag == "table":
            self.tables.setdefault(self._caption.strip(), self._rows)
        if tag in ("td", "th", "caption"):
            self._within = ""

    def handle_data(self, data):
        if self._within == "caption":
            self._caption += data
        elif self._within:
            self._rows[-1][-1] += data


def tables_of(page: str) -> dict[str, list[list[str]]]:
    """Cells of every table of a page, by its caption; of two with one caption, the first."""
    parser = _Tables()
    parser.feed(page)
    return parser.tables
