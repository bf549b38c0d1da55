"""What the outcomes of each shipped scenario cost: 1,000 worlds in closed form, as `baserate expect` computes them.

    python benchmarks/scenarios.py

Prints seconds of the processor for each scenario (the best of three; a busy machine is no fault of theirs), and how
many times that goes into two seconds. A figure below 1 says that somebody waits longer. The last line is the whole
command in a process of its own, imports included.
"""

import json
import resource
import subprocess
import sys
import time

from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of

ROUNDS = 3
WANTED = 2.0  # seconds


def seconds(name: str) -> float:
    """Load, compute and record a scenario; the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        results_of(expected_worlds(load_scenario(name)))
        best = min(best, time.process_time() - start)
    return best


def command_seconds(name: str) -> float:
    """What the command costs, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "baserate", "expect", name], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    took = {name: seconds(name) for name in shipped_scenarios()}
    slowest = max(took, key=lambda name: took[name])
    rows = {name: {"seconds": round(one, 3), "times_into_2_s": round(WANTED / one, 1)} for name, one in took.items()}
    print(json.dumps(rows, indent=2))
    print(
        f"slowest as a command: baserate expect {slowest}: {min(command_seconds(slowest) for _ in range(ROUNDS)):.2f} s"
    )
