"""The RO-Crate of a bundle: a page of JSON-LD made from the record alone, so that the same record gives the same bytes.

RO-Crate 1.1, https://w3id.org/ro/crate/1.1; the run is a ``CreateAction`` as in its section on software provenance.
Without a date there is no ``datePublished``, which RO-Crate asks for: no clock is read, and a writer who wants it gives
one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baserate.outcomes.bundle.record import Bundle, BundleFile, BundleInput

FILE = "ro-crate-metadata.json"
_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
_FORMATS = {
    "json": "application/json",
    "toml": "application/toml",
    "html": "text/html",
    "md": "text/markdown",
    "txt": "text/plain",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_RUN, _PROGRAM = "#run", "#baserate"


def crate_json(bundle: Bundle) -> str:
    """Write the metadata of the crate."""
    entities = [_descriptor(), _root(bundle), _run(bundle), *_programs(bundle)]
    entities += [_file(file) for file in bundle.files]
    entities += [_left_out(given) for given in bundle.inputs if not given.included]
    return json.dumps({"@context": _CONTEXT, "@graph": entities}, indent=2, allow_nan=False) + "\n"


def _descriptor() -> dict[str, Any]:
    return {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }


def _root(bundle: Bundle) -> dict[str, Any]:
    dated = {"datePublished": bundle.date} if bundle.date else {}
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Results of baserate {bundle.command}",
        "description": "What was run, on what, and what came out, with digests; baserate verify checks and re-runs it.",
        **dated,
        "hasPart": [{"@id": file.path} for file in bundle.files],
        "mentions": {"@id": _RUN},
    }


def _run(bundle: Bundle) -> dict[str, Any]:
    return {
        "@id": _RUN,
        "@type": "CreateAction",
        "name": f"baserate {bundle.command}",
        "description": f"Options: {json.dumps(bundle.options, ensure_ascii=False)}",
        "instrument": {"@id": _PROGRAM},
        "object": [{"@id": _name(given)} for given in bundle.inputs],
        "result": [{"@id": file.path} for file in bundle.results],
    }


def _programs(bundle: Bundle) -> list[dict[str, Any]]:
    own = {"@id": _PROGRAM, "@type": "SoftwareApplication", "name": "Baserate", "softwareVersion": bundle.baserate,
           "softwareRequirements": [{"@id": f"#{name}"} for name in bundle.versions]}  # fmt: skip
    return [own, *(
        {"@id": f"#{name}", "@type": "SoftwareApplication", "name": name, "softwareVersion": version}
        for name, version in bundle.versions.items()
    )]  # fmt: skip


def _file(file: BundleFile) -> dict[str, Any]:
    kind = _FORMATS.get(file.path.rpartition(".")[2], "application/octet-stream")
    size = {} if file.size is None else {"contentSize": str(file.size)}
    return {"@id": file.path, "@type": "File", "encodingFormat": kind, **size, "sha256": file.sha256}


def _left_out(given: BundleInput) -> dict[str, Any]:
    return {
        "@id": _name(given),
        "@type": "CreativeWork",
        "name": f"{given.role}: {given.file.path}",
        "description": "Not part of this bundle; whoever verifies it has to hold the file with this digest.",
        "sha256": given.file.sha256,
    }


def _name(given: BundleInput) -> str:
    return given.file.path if given.included else f"#{given.file.path}"
