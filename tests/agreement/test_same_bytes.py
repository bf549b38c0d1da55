"""The same run gives the same bytes: again, on more processes, on a lesser processor, and after it was killed.

Every run here is a process of its own that does what the command line does, and every file that it writes is compared.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from numpy._core import _multiarray_umath as numpy_core  # type: ignore[attr-defined]

from baserate.errors import InputError
from baserate.models.encounters import CHUNK
from baserate.models.scenario import load_scenario
from baserate.models.simulate import simulate

SEARCHES = 3 * CHUNK + 1_000  # four parts, the last one short
# What the command line does, with a tenth of its draws, so that the many runs of this file stay short.
PROGRAM = """
import sys
from pathlib import Path
from baserate.models.scenario import load_scenario, override
from baserate.models.simulate import simulate
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.folder import claim_results, write_results
from baserate.outcomes.record import results_of

if __name__ == "__main__":
    folder, searches, seed, workers = Path(sys.argv[1]), *map(int, sys.argv[2:])
    settings = ["policy.response=candidate_list", "policy.list_length=3"]
    scenario = override(load_scenario("mobile-fortify"), settings)
    claim_results(folder)
    simulation = simulate(scenario, searches=searches, seed=seed, workers=workers, log_folder=folder / "log")
    worlds = expected_worlds(scenario, n_draws=100)
    results = results_of(worlds, settings=settings, simulation=simulation)
    write_results(folder, scenario, results, scenario_curves(worlds), simulation)
"""
# What differs between processors in NumPy's own functions; printed so that a switch without effect is noticed.
PROBE = (
    "import hashlib, numpy as np; from numpy._core import _multiarray_umath as core;"
    "print(','.join(name for name, on in core.__cpu_features__.items() if on));"
    "x = np.linspace(0.01, 40, 200_001);"
    "print(hashlib.sha256(np.exp(x).tobytes() + np.log(x).tobytes() + (x ** 1.1).tobytes()).hexdigest())"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as a file: worker processes import it anew."""
    path = tmp_path_factory.mktemp("program") / "program.py"
    path.write_text(PROGRAM)
    return path


def command(program: Path, folder: Path, *, seed=7, workers=1) -> list[str]:
    return [sys.executable, str(program), str(folder), str(SEARCHES), str(seed), str(workers)]


def run(program: Path, folder: Path, *, seed=7, workers=1, disable="") -> None:
    environment = os.environ | ({"NPY_DISABLE_CPU_FEATURES": disable} if disable else {})
    subprocess.run(command(program, folder, seed=seed, workers=workers), env=environment, check=True)


def digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def reference(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference") / "out"
    run(program, folder)
    return folder


def test_a_run_writes_every_part(reference):
    parts = [f"log/{table}/part-{number:05d}.parquet" for table in ("search_event", "truth") for number in range(4)]
    others = ["curves.json", "exposure.json", "log/manifest.json", "log/run.json", "manifest.json", "results.json"]
    others += ["scenario.toml"]
    assert list(digests(reference)) == sorted([*parts, *others])


@pytest.mark.parametrize("workers", [1, 2], ids=["again", "two processes"])
def test_again_and_on_two_processes(program, reference, tmp_path, workers):
    run(program, tmp_path / "out", workers=workers)
    assert digests(tmp_path / "out") == digests(reference)


def test_another_seed_gives_another_log(program, reference, tmp_path):
    """Else the comparisons of this file could not fail."""
    run(program, tmp_path / "out", seed=8)
    found, wanted = digests(tmp_path / "out"), digests(reference)
    assert found["log/search_event/part-00000.parquet"] != wanted["log/search_event/part-00000.parquet"]
    assert found["curves.json"] == wanted["curves.json"]  # the closed form has draws of its own


# -- other processors -------------------------------------------------------------------------------------------------

HERE = [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__.get(name)]
"""Features that NumPy chooses code by and that this processor has: these can be switched off."""

NO_AVX512 = [name for name in HERE if "AVX512" in name or name == "X86_V4"]


def probe(disable: str) -> tuple[set[str], str]:
    environment = os.environ | ({"NPY_DISABLE_CPU_FEATURES": disable} if disable else {})
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, env=environment, check=True)
    features, digest = done.stdout.split()
    return set(features.split(",")), digest


@pytest.mark.parametrize("switched_off", [NO_AVX512, HERE], ids=["without AVX-512", "without AVX2, FMA3 and AVX-512"])
def test_on_a_lesser_processor(program, reference, tmp_path, switched_off):
    if not switched_off:
        pytest.skip(f"this processor has none of the features that could be switched off: NumPy lists {HERE}")
    disable = ",".join(switched_off)
    features, digest = probe(disable)
    assert not features & set(switched_off), "NumPy did not switch them off"
    if switched_off == HERE:
        assert digest != probe("")[1], "NumPy's own functions give the same bits: this test would show nothing"
    run(program, tmp_path / "out", disable=disable)
    assert digests(tmp_path / "out") == digests(reference)


# -- killed runs ------------------------------------------------------------------------------------------------------


def test_a_run_that_lost_parts_goes_on_to_the_same_bytes(program, reference, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(reference, folder)
    (folder / "log/search_event/part-00001.parquet").unlink()
    (folder / "log/truth/part-00002.parquet").unlink()
    for name in ("results.json", "manifest.json", "curves.json"):
        (folder / name).unlink()
    for name in ("log/search_event/.part-00001.parquet.unfinished", ".results.json.unfinished"):
        (folder / name).write_bytes(b"half of a fi")
    kept = folder / "log/truth/part-00000.parquet"
    before = kept.stat().st_mtime_ns
    run(program, folder)
    assert digests(folder) == digests(reference)
    assert kept.stat().st_mtime_ns == before  # what was there was not made again


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_while_it_writes_goes_on_to_the_same_bytes(program, reference, tmp_path):
    folder = tmp_path / "out"
    with subprocess.Popen(command(program, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        first = folder / "log/truth/part-00000.parquet"
        while not first.exists():
            assert process.poll() is None, "ended before it wrote anything"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (folder / "manifest.json").exists(), "was done before it could be killed"
    run(program, folder)
    assert digests(folder) == digests(reference)


def test_another_runs_folder_is_refused_and_left_alone(reference, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(reference, folder)
    with pytest.raises(InputError, match="Give another folder") as raised:
        simulate(load_scenario("mobile-fortify"), searches=SEARCHES, seed=7, log_folder=folder / "log")
    assert [problem.code for problem in raised.value.problems] == ["another-run"]
    assert digests(folder) == digests(reference)


def test_parts_hold_the_rows_they_should(reference):
    path = str(reference / "log/search_event/*.parquet")
    counts = duckdb.execute(
        "SELECT count(*), count(DISTINCT seq), min(seq), max(seq) FROM read_parquet(?)", [path]
    ).fetchall()[0]
    assert counts == (SEARCHES, SEARCHES, 1, SEARCHES)
