"""Bundles of evidence: what matches is said to match, what was changed is found, and nothing in a bundle is trusted."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]
from tests.audit.made_log import write_log

from baserate.cli.main import main
from baserate.errors import InputError
from baserate.outcomes.bundle.files import digest, inside
from baserate.outcomes.bundle.record import read_bundle


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    return write_log(tmp_path_factory.mktemp("log") / "log", a_day=10)


@pytest.fixture(scope="module")
def audited(log, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audited") / "result"
    assert run("audit", log, "--packs", "us_federal", "--out", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def bundled(audited, log, tmp_path_factory) -> Path:
    folder = Path(shutil.copytree(audited, tmp_path_factory.mktemp("bundled") / "result"))
    assert run("bundle", folder, "--input", log, "--date", "2026-11-26").exit_code == 0
    return folder


@pytest.fixture
def bundle(bundled, tmp_path) -> Path:
    return Path(shutil.copytree(bundled, tmp_path / "bundle"))


def test_a_whole_bundle_matches(bundle):
    result = run("verify", bundle)
    assert result.exit_code == 0, result.output
    assert "Everything matches." in result.output
    assert "re-run: audit.json: the same findings, estimates, integrity, retention" in result.output


def test_the_crate_is_read_by_the_library_that_defines_it(bundle):
    crate = ROCrate(str(bundle))
    parts = {entity.id: entity for entity in crate.root_dataset["hasPart"]}
    assert {"audit.json", "audit.html", "inputs/log/search_event.parquet", "inputs/manifest.json"} <= set(parts)
    assert parts["audit.json"]["sha256"] == digest(bundle / "audit.json")
    assert all((bundle / path).is_file() for path in parts)
    action = crate.dereference("#run")
    assert action.type == "CreateAction"
    assert action["instrument"]["softwareVersion"]
    assert {entity.id for entity in action["result"]} == {path for path in parts if not path.startswith("inputs")}
    assert crate.root_dataset["datePublished"]


def test_the_same_folder_gives_the_same_bundle_and_no_clock_is_read(bundle, log, audited, tmp_path):
    again = Path(shutil.copytree(audited, tmp_path / "again"))
    run("bundle", again, "--input", log, "--date", "2026-11-26")
    for name in ("bundle.json", "ro-crate-metadata.json"):
        assert (again / name).read_bytes() == (bundle / name).read_bytes()
    run("bundle", again, "--input", log)
    assert "datePublished" not in (again / "ro-crate-metadata.json").read_text(encoding="utf-8")


def test_a_log_that_may_not_be_shared_is_given_by_whoever_verifies(audited, log, tmp_path):
    folder = Path(shutil.copytree(audited, tmp_path / "without"))
    assert "3 inputs left out" in run("bundle", folder).output
    assert not (folder / "inputs").exists()
    alone = run("verify", folder)
    assert alone.exit_code == 2
    assert "0 differ, 4 could not be checked" in alone.output
    assert run("verify", folder, "--input", log).exit_code == 0
    assert len(ROCrate(str(folder)).dereference("#run")["object"]) == 3


def test_another_log_is_noticed(audited, tmp_path):
    folder = Path(shutil.copytree(audited, tmp_path / "without"))
    run("bundle", folder)
    other = write_log(tmp_path / "other", a_day=11)
    result = run("verify", folder, "--input", other)
    assert result.exit_code == 2
    assert "differs     inputs/log/search_event.parquet" in result.output
    with pytest.raises(InputError, match="not-the-same-input"):
        run("bundle", folder, "--input", other)


@pytest.mark.parametrize("name", ["audit.json", "audit.md", "inputs/log/review.parquet", "inputs/manifest.json"])
def test_every_changed_byte_is_found(bundle, name):
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    result = run("verify", bundle, "--no-rerun")
    assert result.exit_code == 2
    assert f"differs     {name}: has other content than recorded" in result.output


def test_a_file_that_is_missing_or_longer_is_found(bundle):
    (bundle / "audit.md").unlink()
    (bundle / "audit.txt").write_text("", encoding="utf-8")
    result = run("verify", bundle, "--no-rerun")
    assert result.exit_code == 2
    assert "audit.md: is not there as a plain file" in result.output
    assert "audit.txt: has 0 bytes and should have" in result.output
    assert "was not repeated, as asked" in result.output


def record(bundle: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    return found


def write_record(bundle: Path, changed: dict[str, object]) -> None:
    (bundle / "bundle.json").write_text(json.dumps(changed), encoding="utf-8")


def test_results_that_were_doctored_with_their_digests_are_found_by_running_again(bundle):
    """Whoever rewrites a finding, its digest and the crate is caught by the log."""
    from baserate.outcomes.bundle.crate import crate_json

    result = json.loads((bundle / "audit.json").read_text(encoding="utf-8"))
    failing = next(finding for finding in result["findings"] if finding["status"] == "fail")
    failing["status"] = "pass"
    (bundle / "audit.json").write_text(json.dumps(result), encoding="utf-8")
    changed = record(bundle)
    for file in changed["results"]:  # type: ignore[attr-defined]
        if file["path"] == "audit.json":
            file |= {"sha256": digest(bundle / "audit.json"), "size": (bundle / "audit.json").stat().st_size}
    write_record(bundle, changed)
    text = (bundle / "bundle.json").read_bytes()
    (bundle / "ro-crate-metadata.json").write_text(crate_json(read_bundle(text, where="x")), encoding="utf-8")
    shown = run("verify", bundle)
    assert shown.exit_code == 2
    assert f"re-run: audit.json: 1 of 12 findings differ ({failing['rule']})" in shown.output
    assert "Not verified: 1 differ, 0 could not be checked." in shown.output


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "C:\\x", "a//b", "", ".hidden", "a\u0000b"])
def test_a_path_out_of_the_bundle_is_refused(bundle, path):
    changed = record(bundle)
    changed["results"][0]["path"] = path  # type: ignore[index]
    write_record(bundle, changed)
    with pytest.raises(InputError, match="unsafe-path"):
        run("verify", bundle)


def test_two_names_for_one_file_are_refused(bundle):
    changed = record(bundle)
    changed["results"].append(changed["results"][0] | {"path": "AUDIT.html"})  # type: ignore[attr-defined, index]
    write_record(bundle, changed)
    with pytest.raises(InputError, match="path-twice"):
        run("verify", bundle)


def test_links_are_not_followed(bundle, tmp_path):
    outside = tmp_path / "outside.md"
    shutil.move(bundle / "audit.md", outside)
    (bundle / "audit.md").symlink_to(outside)
    assert inside(bundle, "audit.md") is None
    with pytest.raises(InputError, match="not-a-plain-file"):
        run("verify", bundle)
    (bundle / "audit.md").unlink()
    shutil.move(bundle / "inputs", tmp_path / "inputs")
    (bundle / "inputs").symlink_to(tmp_path / "inputs")
    assert inside(bundle, "inputs/manifest.json") is None


@pytest.mark.parametrize(
    "change",
    [
        {"command": "report"},
        {"options": {"packs": ["us_federal"], "integrity": True, "out": "elsewhere"}},
        {"options": {"packs": ["mars"], "integrity": True}},
        {"options": {"packs": "us_federal", "integrity": True}},
        {"results": []},
        {"surprise": 1},
        {"schema_version": "2"},
    ],
)
def test_a_record_that_is_none_is_refused(bundle, change):
    write_record(bundle, record(bundle) | change)
    with pytest.raises(InputError, match=r"not-a-bundle|not-our-results"):
        run("verify", bundle)


def test_a_file_that_nobody_lists_is_not_read_into_the_new_run(bundle):
    """A side table laid beside the log would change the findings if the folder were read as it stands."""
    (bundle / "inputs" / "log" / "disclosure.csv").write_text("event_id,to\nx,court\n", encoding="utf-8")
    result = run("verify", bundle)
    assert result.exit_code == 0
    assert "note        inputs/log/disclosure.csv: lies in the folder and is not part" in result.output


def test_strangers_are_not_bundled(audited, tmp_path):
    folder = Path(shutil.copytree(audited, tmp_path / "result"))
    (folder / "notes.docx").write_text("private", encoding="utf-8")
    with pytest.raises(InputError, match="stranger"):
        run("bundle", folder)
    with pytest.raises(InputError, match="not-our-results"):
        run("bundle", tmp_path)
    with pytest.raises(InputError, match="not-a-bundle"):
        run("verify", tmp_path)


def test_a_simulation_is_run_again_to_the_same_bytes(tmp_path):
    folder = tmp_path / "simulated"
    run("simulate", "mobile-fortify", "--searches", 200, "--seed", 5, "--workers", 1, "--out", folder)
    assert run("bundle", folder).exit_code == 0
    result = run("verify", folder, "--json")
    assert result.exit_code == 0, result.output
    checks = json.loads(result.output)["checks"]
    again = {c["what"] for c in checks if c["what"].startswith("re-run") and c["found"] == "the same bytes"}
    assert {"re-run: results.json", "re-run: curves.json", "re-run: log/search_event/part-00000.parquet"} <= again


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("planted") / "simulated"
    plan = ("--plant", "no-location=0.3", "--plant", "inflated-claim=0.1", "--adjudicated", 0.5,
            "--adjudicated-others", 0.25, "--chain")  # fmt: skip
    run("simulate", "mobile-fortify", "--searches", 200, "--seed", 5, "--workers", 1, "--out", folder, *plan)
    assert run("bundle", folder).exit_code == 0
    return folder


def test_a_simulation_is_run_again_with_the_faults_and_truths_of_its_log(planted):
    result = run("verify", planted)
    assert result.exit_code == 0, result.output
    for name in ("search_event.parquet", "manifest.json", "run.json", "planted/part-00000.parquet"):
        assert f"re-run: log/{name}: the same bytes" in result.output


@pytest.mark.parametrize(
    ("hidden", "differs"),
    [
        ({"plant": ["no-location=0.2", "inflated-claim=0.1"]}, "log/planted/part-00000.parquet"),
        ({"adjudicated_others": 0.0}, "log/search_event.parquet"),
    ],
)
def test_a_record_that_hides_what_was_planted_is_found(planted, tmp_path, hidden, differs):
    folder = Path(shutil.copytree(planted, tmp_path / "copy"))
    changed = record(folder)
    write_record(folder, changed | {"options": changed["options"] | hidden})
    result = run("verify", folder)
    assert result.exit_code == 2
    assert f"differs     re-run: {differs}" in result.output


@pytest.mark.parametrize(
    ("option", "value"),
    [("plant", ["no-such=0.5"]), ("plant", ["no-location=nan"]), ("adjudicated", 2), ("adjudicated", True),
     ("chain", "yes")],
)  # fmt: skip
def test_a_plan_that_is_none_is_refused(planted, tmp_path, option, value):
    folder = Path(shutil.copytree(planted, tmp_path / "copy"))
    changed = record(folder)
    write_record(folder, changed | {"options": changed["options"] | {option: value}})  # type: ignore[operator]
    with pytest.raises(InputError, match=r"not-our-results|no-such-fault|not-a-rate"):
        run("verify", folder)


def test_a_measurement_is_run_again_to_the_same_estimates(tmp_path):
    scores = tmp_path / "scores.csv"
    rows = [
        f"{0.3 + i * 37 % 400 / 1000},{i % 3 == 0},p{i % 40},{'p' if i % 3 == 0 else 'r'}{i % 40}" for i in range(400)
    ]
    scores.write_text("score,mated,probe_subject,reference_subject\n" + "\n".join(rows) + "\n", encoding="utf-8")
    folder = tmp_path / "measured"
    assert run("measure", scores, "--fmr", "0.1", "--out", folder).exit_code == 0
    estimates = json.loads((folder / "estimates.json").read_text(encoding="utf-8"))
    estimates["manifest"].setdefault("command", "baserate measure scores.csv --fmr 0.1 --level 0.95 --seed 1")
    (folder / "estimates.json").write_text(json.dumps(estimates), encoding="utf-8")
    assert run("bundle", folder, "--input", scores).exit_code == 0
    result = run("verify", folder)
    assert result.exit_code == 0, result.output
    assert "re-run: estimates.json" in result.output
    changed = record(folder)
    for words in (
        ["scores.csv", "--out", "elsewhere"],
        ["/etc/passwd"],
        ["scores.csv", "--searches", "/etc/passwd"],
    ):
        write_record(folder, changed | {"options": {"words": words}})
        with pytest.raises(InputError, match="not-our-results"):
            run("verify", folder)
