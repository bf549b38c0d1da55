"""Write the pages that say what the code already says: commands, scenario file, outcomes, faults, scenarios, README.

python tools/reference.py           write the pages
python tools/reference.py --check   exit with status 1 if a page is not what would be written
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import click
from pydantic import BaseModel

from baserate.cli.main import COMMANDS, main
from baserate.models.counts import COUNTS, STATUSES
from baserate.models.facts import facts_used, reported_facts, unused_facts
from baserate.models.planting import FAULTS
from baserate.models.policies import shipped_policies
from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.models.scenario_schema import Choice, Quantity, ScenarioTable
from baserate.models.source import KINDS
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.exposure import Exposure
from baserate.outcomes.names import OUTCOMES
from baserate.outcomes.record import results_of
from baserate.outcomes.results import schema
from baserate.reports.explain import QUESTION, explanation
from baserate.reports.programmes import PROGRAMMES_NOTE, programme_table
from baserate.reports.summary import summary_lines
from baserate.reports.to_markdown import markdown_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from baserate.models.scenario import Scenario

ROOT = Path(__file__).parents[1]


def commands_page() -> str:
    """Every command with its help."""
    context = click.Context(main, info_name="baserate", **main.context_settings)
    text = (
        "# Commands\n\nExit status: 0 done, 1 a fault of Baserate's own, 2 an input or option that has to be changed.\n"
    )
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is not None:
            command._help_option = None  # click keeps that of the first call, which may have had no -h
            shown = command.get_help(click.Context(command, context, info_name=name, max_content_width=100))
            text += f"\n## baserate {name}\n\n```text\n{shown}\n```\n"
    return text


def scenario_page() -> str:
    """Every key of a scenario file, with unit, bounds and meaning."""
    text = """# The scenario file

A scenario is a TOML file. Every quantity and choice is a small table with its unit and its source, never a bare value:

```toml
[galleries.faces]
size = { value = 200000000, unit = "images", source = "S001" }
image_dependence = { low = 0, high = 1, unit = "share", source = { kind = "assumed", title = "Nobody has said" } }
```

A quantity is a `value`, or a range from `low` to `high` with `distribution` `uniform` (the default), `log_uniform`, or
`triangular` with its peak as `value`. A choice is a `value`, or `options` with `weights`. `source` names an entry of
`[sources]`, or is a table of its own. `baserate check FILE` lists everything that is wrong with a file at once.

A source has `kind`, `title`, and where they apply `publisher`, `date`, `locator` and `ids`. The kinds:

"""
    text += "".join(f"* `{kind}`: {meaning}.\n" for kind, meaning in KINDS.items())
    text += """
## Several modalities

A scenario compares faces unless `matcher.modality` says another thing. One that searches with several modalities has a
table `[modalities.NAME]` for each further one, with its matcher, its threshold and, where it differs, who is enrolled;
the name is the modality. Galleries and capture conditions say which modality they have; those that do not have that of
`[matcher]`. A search meets the galleries of its own modality only (contactless and contact fingerprints count as one),
so that the shares of the conditions are also the shares of the modalities:

```toml
[galleries.prints]
modality = "finger_contact"                # and title, searched, size and the rest

[modalities.finger_contactless]
enrolled_share = { low = 0.1, high = 0.6, unit = "share", source = "..." }
matcher = { title = "...", points = [] }   # as [matcher]
threshold = { fpir_target = "..." }        # as [policy.threshold]

[encounters.conditions.fingers]
modality = "finger_contactless"            # and share, failure_to_acquire and the rest
```

Outcomes are then also given for each modality: one rate over faces and fingers hides more than it tells.
"""
    text += "\n## Keys\n\n`NAME` stands for a name of your own; under `modalities` for the modality.\n\n"
    text += "| key | what it may be | meaning |\n|---|---|---|\n"
    return text + "".join(f"| `{key}` | {what} | {meaning} |\n" for key, what, meaning in _keys(ScenarioTable, ""))


def _keys(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        yield from _key(hints[name], f"{prefix}{name}", field.description or "", optional=not field.is_required())


def _key(hint: Any, key: str, meaning: str, *, optional: bool) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401
    rules = [part for part in _parts(hint) if isinstance(part, Quantity | Choice)]
    tables = [part for part in _parts(hint) if isinstance(part, type) and issubclass(part, BaseModel)]
    shown = key + ".NAME" if "dict[" in str(hint) else key + "[]" if "list[" in str(hint) else key
    suffix = "; optional" if optional else ""
    if rules:
        yield shown, _rule(rules[0]) + suffix, meaning
    elif tables and key != "sources":
        yield from _keys(tables[0], f"{shown}.")
    elif not tables:
        words = [str(word) for part in _parts(hint) if get_origin(part) is Literal for word in get_args(part)]
        kind = "true or false" if hint is bool else f"one of {', '.join(words)}" if len(words) > 1 else "text"
        yield shown, ("1" if key == "schema_version" else kind) + suffix, meaning


def _parts(hint: Any) -> Iterator[Any]:  # noqa: ANN401
    yield hint
    yield from getattr(hint, "__metadata__", ())
    for argument in get_args(hint):
        yield from _parts(argument)


def _rule(rule: Quantity | Choice) -> str:
    if isinstance(rule, Choice):
        options = [str(option) for option in rule.options]
        return "one of " + ", ".join(options if len(options) < 12 else [*options[:2], "...", options[-1]])
    return f"{rule.bounds}, in {' or '.join(rule.units)}"


def outcomes_page() -> str:
    """Every outcome, what it means, and the counts behind them."""
    text = """# Outcomes

The names in `results.json` and `--json`. Each stands for everybody (`all`), each group of people (`group:NAME`) and
each status (`status:NAME`): """
    text += ", ".join(f"`{status}`" for status in STATUSES)
    text += """. A scenario that searches with several modalities has
each of them too (`modality:NAME`): a rate over all of them is a mixture. `value`, `low` and `high` are the median and
the 90 % range over the unknown inputs, in closed form. `undefined` says why there is no value. `simulated_NAME` is the
same outcome counted in the simulated searches of the reference world, with its exact 95 % interval and `n`, the number
of trials.

| name | label | meaning |
|---|---|---|
"""
    text += "".join(f"| `{name}` | {record.label} | {record.meaning} |\n" for name, record in OUTCOMES.items())
    text += "\n## Counts\n\nOutcomes are sums and ratios of these counts of live searches.\n"
    text += "\n| count | meaning |\n|---|---|\n"
    return text + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in COUNTS.items())


def scenarios_page() -> str:
    """Every shipped scenario, with what is known and what is not."""
    text = "# Scenarios\n\n"
    for name in shipped_scenarios():
        text += _scenario(load_scenario(name))
    text += "## Facts that no scenario uses\n\nOf the reported facts that ship with Baserate, and why.\n\n"
    text += "| fact | about | why no scenario uses it |\n|---|---|---|\n"
    facts = reported_facts()
    return text + "".join(f"| {fact} | {facts[fact].component} | {why} |\n" for fact, why in unused_facts().items())


def _scenario(scenario: Scenario) -> str:
    table = scenario.table
    text = f"## {scenario.name}\n\n**{table.question}**\n\n{' '.join(table.summary.split())}\n"
    text += "\nWhat the sources leave open:\n\n"
    text += "".join(f"* {line}\n" for line in table.unknown)
    text += "\n| input | value or range | unit | kind | source |\n|---|---|---|---|---|\n"
    for parameter in scenario.parameters.values():
        source = parameter.source
        where = ", ".join(part for part in (source.title, source.publisher, " ".join(source.ids)) if part)
        text += f"| `{parameter.key}` | {_value(parameter)} | {parameter.unit} | {source.kind} | {where} |\n"
    return f"{text}\n{_facts(scenario)}"


def _facts(scenario: Scenario) -> str:
    """The reported facts that a scenario uses, in our words, with the article each stands in."""
    facts = [reported_facts()[fact] for fact in facts_used(scenario)]
    if not facts:
        return "It uses none of the reported facts: its sources stand in the table.\n\n"
    lines = [f"* {fact.id}, {fact.component}: {fact.fact}. *{fact.article}*, {fact.publisher}.\n" for fact in facts]
    return f"Reported facts that it uses:\n\n{''.join(lines)}\n"


def policies_page() -> str:
    """Every named policy, with what it sets."""
    text = """# Named policies

What people argue about, each as settings of a scenario: `baserate compare SCENARIO --policy-a NAME --policy NAME`.
Several can be laid on one side, the later over the earlier, and `--set` over all of them. A scenario that lacks a key
which a policy sets is refused with the key's name.

| question | name | what it means | settings |
|---|---|---|---|
"""
    for policy in shipped_policies().values():
        settings = " ".join(f"`{setting}`" for setting in policy.settings)
        text += f"| {policy.group} | `{policy.name}` | {policy.meaning} | {settings} |\n"
    return text


def programmes_page() -> str:
    """What each scenario's operator keeps, and asks."""
    table = programme_table([load_scenario(name) for name in shipped_scenarios()])
    text = f"""# Programmes beside each other

{PROGRAMMES_NOTE}

`baserate programmes` prints the same, and `--json` gives it with the sources.

"""
    text += f"| {' | '.join(column.label for column in table.columns)} |\n|{'---|' * len(table.columns)}\n"
    return text + "".join(f"| {' | '.join(row)} |\n" for row in table.rows)


def _value(parameter: Any) -> str:  # noqa: ANN401
    if parameter.is_choice:
        return " or ".join(map(str, parameter.options))
    return f"{parameter.low:g} to {parameter.high:g}" if parameter.is_uncertain else f"{parameter.value:,g}"


def faults_page() -> str:
    """How faults are planted in a simulated log, and every one there is."""
    text = """# Plant faults, and see an audit find them

An audit that has never found anything may be a good one of a good log, or a blind one. A simulated log can have known
faults, in a known share of its rows:

    baserate simulate mobile-fortify --searches 20000 --seed 7 --out out --plant no-location=0.02 --chain
    baserate audit out/log --out found

`FAULT=RATE` plants a fault in each row that can have it with that chance, above 0 and at most 1; `--plant` can be given
more than once. Where two faults would change one cell, the one given first does. Which rows have it depends on the
seed, the fault's name and the event's id alone, so that the same command plants the same rows on any number of
processes.

`--adjudicated 0.5 --adjudicated-others 0.1` write the truth of half of the alerts and of a tenth of the other live
searches into the log, so that the bounds that the audit gives can be held against it. `--chain` gives the log its chain
of hashes; a fault that alters rows after the chain was made brings the chain with it.

## What lies beside the log

| in `out/log` | what it holds |
|---|---|
| `search_event/`, or `search_event.parquet` with a chain | the log as an operator would hand it over, faults and all |
| `manifest.json` | what the simulated operator states: roles, galleries, retention, the year's total |
| `planted/` | `seq` and `fault` of every row that a fault was planted in. No audit reads it |
| `truth/` | for every `seq`, what no operator knows: the person's group, whether a mate is enrolled and was shown |
| `run.json` | scenario, number, seed, version and plan: faults with rates, what was adjudicated, the chain |

A claim that is too high is one of the manifest and of no row: it stands in `run.json` only, and its rate is how much
too high it is.

A log without faults is no log without findings: rules that need what a scenario knows nothing of answer *cannot tell*,
and a described policy can itself be what a rule forbids. What a fault adds is the difference to the log without it.
Every fault here is planted, found and counted in `tests/agreement/test_planted_faults.py`.

## The faults

The rows that can have one are those for which the condition holds, over the log's columns.

| fault | what is wrong | rows that can have it | found by |
|---|---|---|---|
"""
    for fault in FAULTS:
        rows = "the manifest" if fault.kind == "claim" else "every row" if fault.where == "true" else f"`{fault.where}`"
        text += f"| `{fault.name}` | {fault.what} | {rows} | {', '.join(f'`{name}`' for name in fault.found_by)} |\n"
    return text


def plain_page(name: str) -> str:
    """The plain page of a scenario, without the line that says which version wrote it."""
    written = markdown_of(explanation(load_scenario(name)))
    _, _, text = written.rpartition("\n\nWritten by ")[0].partition("\n")
    return f"# {name}: {QUESTION[:1].lower()}{QUESTION[1:]}\n{text}\n"


def readme() -> str:
    """The README, with what ``baserate expect mobile-fortify`` prints between its two marks."""
    before, _, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(_START)
    after = rest.partition(_END)[2]
    lines = summary_lines(results_of(expected_worlds(load_scenario("mobile-fortify"))))
    return f"{before}{_START}\n```text\n" + "\n".join(lines) + f"\n```\n{_END}{after}"


_START, _END = "<!-- expect:start -->", "<!-- expect:end -->"

PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/commands.md": commands_page,
    "docs/reference/scenario_file.md": scenario_page,
    "docs/reference/outcomes.md": outcomes_page,
    "docs/reference/scenarios.md": scenarios_page,
    "docs/reference/policies.md": policies_page,
    "docs/reference/programmes.md": programmes_page,
    "docs/guides/plant_faults.md": faults_page,
    "README.md": readme,
    "src/baserate/outcomes/schemas/exposure-1.json": partial(schema, Exposure),
    **{f"docs/plain/{name}.md": partial(plain_page, name) for name in shipped_scenarios()},
}


def run(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    stale = []
    for name, page in PAGES.items():
        path, text = ROOT / name, page()
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"not up to date: {', '.join(stale)}. Run: make reference", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
