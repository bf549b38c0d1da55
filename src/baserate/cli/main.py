"""The command group, and the one place where an error becomes a message and an exit status."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from baserate import __version__
from baserate.errors import BaserateError

# name -> (module that holds the command of the same name, one line for --help). Modules are imported on use, so that
# a command costs what it needs and no more.
COMMANDS: dict[str, tuple[str, str]] = {
    "scenarios": ("scenarios", "List the scenarios that come with Baserate."),
    "expect": ("expect", "Outcomes of a scenario in closed form, with their ranges."),
    "simulate": ("simulate", "Simulate a scenario on synthetic people, and write its search log."),
    "report": ("report", "Write the report of a folder of results."),
    "measure": ("measure", "Measure error rates from scores or candidate lists."),
    "plan": ("plan", "Plan a test: searches and people for a wanted precision."),
    "check": ("check", "Say what is wrong with a file of scores, candidate lists or a scenario."),
    "extrapolate": ("extrapolate", "Carry rates to a gallery of another size, with an interval."),
    "log": ("log", "Check, chain and convert a search log; count what it keeps; read published tables."),
    "inventory": ("inventory", "Flag a public AI inventory's unassessed uses and misplaced answers."),
    "audit": ("audit", "Hold a search log against the rules, and say what it can and cannot show."),
    "bundle": ("bundle", "Make a folder of results a bundle of evidence: digests, versions, how to run it again."),
    "verify": ("verify", "Check a bundle's digests and run it again: what matches, what differs."),
    "release": ("release", "Counts of a log that may be published: small ones withheld, or noise in all."),
    "request": ("request", "Write a records request that names the exact fields for chosen questions."),
    "checklist": ("checklist", "What should have been recorded and disclosed for one event of a log."),
    "disclose": ("disclose", "What is not disclosed of a scenario, what matters most first."),
    "programmes": ("programmes", "What operators keep, of whom, for how long, and whether they ask."),
    "policies": ("policies", "List the named policies that scenarios can be compared under."),
    "compare": ("compare", "Two policies on the same people: differences with their ranges."),
    "weigh": ("weigh", "The chance that a displayed match is right, with every assumption."),
    "retention": ("retention", "What is kept over 30 years under different limits."),
    "explain": ("explain", "What is known, claimed, assumed and unknown, sentence by sentence."),
    "exposure": ("exposure", "Which stores one search touches, and what a further link adds."),
    "serve": ("serve", "A local web page: move a scenario's inputs, and the answer follows."),
    "incidents": ("incidents", "Rates that agree with a number of reported wrong identifications."),
}


class _Commands(click.Group):
    """Commands of :data:`COMMANDS`, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"baserate.cli.{COMMANDS[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="baserate")
def main() -> None:
    """Measure, simulate and audit one-to-many biometric identification.

    Exit status: 0 done, 1 a fault of Baserate's own or an output closed before its end, 2 an input or option that has
    to be changed.
    """


def run() -> None:
    """Run the command line: a message and exit status 2 for bad input, never a traceback."""
    try:
        main.main(prog_name="baserate")
    except BaserateError as error:
        _leave(str(error), 2)
    except Exception as error:
        _leave(
            f"baserate {__version__} failed: {type(error).__name__}: {error}\n"
            "This is a fault of Baserate's, not of your input. Please report it with the command you ran.",
            1,
        )


def _leave(message: str, status: int) -> None:
    click.echo(message, err=True)
    sys.exit(status)
