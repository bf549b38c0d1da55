"""The explorer's pages. Each does what a command does, with the same functions; nothing is stored."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from baserate.errors import BaserateError, InputError
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.exposure import exposure
from baserate.outcomes.results import Curves, from_json, to_json
from baserate.reports.build import document_of
from baserate.reports.to_html import html_of, page_policy
from baserate.web import page
from baserate.web.answers import Answers
from baserate.web.guard import Guard
from baserate.web.state import State, file_of_state, is_form, scenarios_of, state_of_file, state_of_form, state_of_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from baserate.errors import Problem
    from baserate.models.scenario import Scenario
    from baserate.web.answers import Answer, Side

STATIC = Path(__file__).parent / "static"
NO_LONGER_WANTED = 204  # the browser has asked for something newer and reads no answer


@dataclass(frozen=True, slots=True)
class Explorer:
    """What the pages need: the answers and the templates.

    Parameters
    ----------
    answers, templates
        Shared by all requests.
    turn
        Held by the request whose answer is being settled; the others wait, and leave when nobody waits for them.
    """

    answers: Answers
    templates: Environment
    turn: asyncio.Lock

    # -- pages ----------------------------------------------------------------------------------------------------

    async def start(self, request: Request) -> Response:  # noqa: ARG002 - every page has this shape
        """List the scenarios."""
        return HTMLResponse(page.start_page(self.templates, self.answers.scenarios))

    async def open_file(self, request: Request) -> Response:
        """Go to the state that a settings file holds."""
        async with request.form(max_files=1, max_fields=1) as form:
            given = form.get("file")
            raw = await given.read() if isinstance(given, UploadFile) else b""
        digests = {name: scenario.digest for name, scenario in self.answers.scenarios.items()}
        try:
            state = state_of_file(raw, digests)
            scenarios_of(self.answers.scenarios[state.scenario], state)
        except InputError as error:
            text = page.start_page(self.templates, self.answers.scenarios, error.problems)
            return HTMLResponse(text, status_code=422)
        return _to(state)

    async def scenario(self, request: Request) -> Response:
        """Show a scenario; what the form sent becomes a link first."""
        own = self._own(request)
        given = request.query_params.multi_items()
        try:
            state = self._state(own, given)
            if is_form(given):
                scenarios_of(own, state)
                return _to(state)
            return HTMLResponse(await self._page(state))
        except InputError as error:
            problems, typed = error.problems, dict(given) if is_form(given) else {}
        two = ("two", "yes") in given
        return HTMLResponse(await self._page(State(own.name, (), () if two else None), problems, typed), 422)

    async def part(self, request: Request) -> Response:
        """The answer alone, for the script: with ``worlds=few`` at once, otherwise settled."""
        own = self._own(request)
        given = request.query_params.multi_items()
        try:
            state = self._state(own, given)
            if ("worlds", "few") in given:
                answer = await run_in_threadpool(self.answers.first, state)
            elif (found := await self._settle(state, request)) is None:
                return Response(status_code=NO_LONGER_WANTED)
            else:
                answer = found
        except InputError as error:
            return HTMLResponse(page.problems_part(self.templates, error.problems), status_code=422)
        return HTMLResponse(page.answer_part(self.templates, answer, self.answers.base(own.name)))

    # -- the same for programs and for keeping --------------------------------------------------------------------

    async def as_json(self, request: Request) -> Response:
        """The settled answer as JSON: each policy as ``results.json`` has it, and the differences."""
        own = self._own(request)
        try:
            state = self._state(own, request.query_params.multi_items())
            answer = await self._settle(state, request)
        except InputError as error:
            problems = [asdict(problem) for problem in error.problems]
            return Response(json.dumps({"problems": problems}, indent=2), 422, media_type="application/json")
        if answer is None:
            return Response(status_code=NO_LONGER_WANTED)
        return Response(_json_of(answer), media_type="application/json")

    async def report(self, request: Request) -> Response:
        """The report of one policy, as `baserate report` writes it; ``side`` is a or b."""
        answer = await self._settled_or_problems(request)
        letter = request.query_params.get("side", "a")
        side = next((side for side in answer.sides if side.letter == letter), None)
        if side is None:
            raise HTTPException(404, "There is no such policy.")
        async with self.turn:
            text = await run_in_threadpool(_report_of, side)
        # The report holds its style and says by which digest; it needs nothing else from here.
        return HTMLResponse(text, headers={"Content-Security-Policy": f"{page_policy()}; frame-ancestors 'none'"})

    async def settings_file(self, request: Request) -> Response:
        """The state as a file to keep and to send."""
        own = self._own(request)
        try:
            state = self._state(own, request.query_params.multi_items())
            scenarios_of(own, state)
        except InputError as error:
            raise HTTPException(422, str(error)) from None
        name = f"{own.name}-settings.toml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return PlainTextResponse(file_of_state(state, own.digest), headers=headers, media_type="application/toml")

    # -- what they share ------------------------------------------------------------------------------------------

    def _own(self, request: Request) -> Scenario:
        scenario = self.answers.scenarios.get(request.path_params["name"])
        if scenario is None:
            raise HTTPException(404, "There is no such scenario here.")
        return scenario

    def _state(self, own: Scenario, given: Sequence[tuple[str, str]]) -> State:
        return state_of_form(own, given) if is_form(given) else state_of_query(own.name, given)

    async def _page(
        self, state: State, problems: Sequence[Problem] = (), typed: Mapping[str, str] | None = None
    ) -> str:
        async with self.turn:
            answer = await run_in_threadpool(self.answers.settled, state)
        base = self.answers.base(state.scenario)
        sides = scenarios_of(base.scenario, state)
        return page.scenario_page(self.templates, answer, base, sides, problems=problems, typed=typed or {})

    async def _settle(self, state: State, request: Request) -> Answer | None:
        """The settled answer when it is this request's turn; ``None`` if its browser has gone by then."""
        async with self.turn:
            if await request.is_disconnected():
                return None
            return await run_in_threadpool(self.answers.settled, state)

    async def _settled_or_problems(self, request: Request) -> Answer:
        try:
            state = self._state(self._own(request), request.query_params.multi_items())
            async with self.turn:
                return await run_in_threadpool(self.answers.settled, state)
        except InputError as error:
            raise HTTPException(422, str(error)) from None

    async def trouble(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - Starlette's shape
        """Show what a page cannot do."""
        status = error.status_code if isinstance(error, HTTPException) else 422
        text = error.detail if isinstance(error, HTTPException) else str(error)
        return HTMLResponse(page.trouble_page(self.templates, f"This cannot be shown ({status})", text), status)

    async def fault(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - Starlette's shape
        """Own up to a fault, without its inner workings."""
        text = f"This is a fault of Baserate's, not of your input ({type(error).__name__}). Please report it."
        return HTMLResponse(page.trouble_page(self.templates, "The explorer failed", text), 500)


def _to(state: State) -> Response:
    query = f"?{state.query}" if state.query else ""
    return RedirectResponse(f"/scenario/{state.scenario}{query}", status_code=303)


def _json_of(answer: Answer) -> str:
    sides = {side.letter.upper(): json.loads(to_json(side.results)) for side in answer.sides}
    differences = [asdict(one) for one in answer.differences]
    return json.dumps({"scenario": answer.state.scenario, **sides, "differences": differences}, indent=2) + "\n"


def _report_of(side: Side) -> str:
    curves = from_json(to_json(scenario_curves(side.worlds)), Curves, where="curves")
    return html_of(document_of(side.results, curves, exposure(side.worlds.scenario)))


def create_app(scenarios: Mapping[str, Scenario], given: Mapping[str, str] | None = None) -> ASGIApp:
    """Build the application.

    Parameters
    ----------
    scenarios
        What it shows, by name; nothing else can be asked for.
    given
        What the command line calls those of them that are files, by name.
    """
    explorer = Explorer(Answers(scenarios), page.environment(given or {}), asyncio.Lock())
    app = Starlette(
        routes=[
            Route("/", explorer.start),
            Route("/open", explorer.open_file, methods=["POST"]),
            Route("/scenario/{name}.json", explorer.as_json),
            Route("/scenario/{name}", explorer.scenario),
            Route("/scenario/{name}/answer", explorer.part),
            Route("/scenario/{name}/report", explorer.report),
            Route("/scenario/{name}/settings.toml", explorer.settings_file),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={
            HTTPException: explorer.trouble,
            BaserateError: explorer.trouble,
            Exception: explorer.fault,
        },
    )
    return Guard(app)  # around everything, so that pages about faults have its headers too
