"""``python -m baserate`` is the command line."""

from baserate.cli.main import run

run()
