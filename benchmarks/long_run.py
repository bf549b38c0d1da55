"""The memory of a long run: ten million searches simulated and written.

    python benchmarks/long_run.py [SEARCHES]

Runs `baserate simulate` with two processes and prints seconds, the size of the log, and the largest resident memory of
any of its processes; together they stay below three times that.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Run and print."""
    searches = sys.argv[1] if len(sys.argv) > 1 else "10000000"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["simulate", "mobile-fortify", "--searches", searches, "--workers", "2", "--out", str(out)]
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "baserate", *command], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(
        json.dumps(
            {
                "searches": int(searches),
                "seconds": round(seconds, 1),
                "microseconds_a_search": round(seconds / int(searches) * 1e6, 2),
                "log_megabytes": round(size / 1e6),
                "largest_process_megabytes": round(peak / 1e6),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
