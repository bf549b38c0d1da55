"""Folders stand in the order of the data's way; a file imports only from its own folder and from those before it."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import baserate

ROOT = Path(baserate.__file__).parent
ORDER = ["errors", "notebook", "columns", "engines", "inputs", "estimates", "models", "outcomes", "audit", "reports",
         "web", "cli"]  # fmt: skip
FILES = sorted(ROOT.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = ("baserate", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Modules of ours that a file imports, also inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name for name in found if name.startswith("baserate")}


def layer(name: str) -> int:
    parts = name.split(".")
    return ORDER.index(parts[1]) if len(parts) > 1 and parts[1] in ORDER else -1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    own = module_name(path)
    if own in ("baserate", "baserate.__main__"):  # the front door may name anything
        return
    assert layer(own) >= 0, f"{own} stands in no folder of the order {ORDER}"
    late = {name for name in imports(path) if layer(name) > layer(own)}
    assert not late, f"{own} imports from later folders: {late}"


def test_no_import_cycle():
    modules = {module_name(path): path for path in FILES}
    graph = {
        name: {found for found in imports(path) if found in modules and found not in (name, "baserate")}
        for name, path in modules.items()
        if name != "baserate"
    }
    # A package's __init__ gathers its files: that edge is the list, not a dependency of the file on its package.
    graph = {name: {found for found in before if not name.startswith(f"{found}.")} for name, before in graph.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reaches_the_network_or_an_image(path):
    banned = {"socket", "requests", "urllib.request", "http.client", "cv2", "PIL", "face_recognition", "dlib"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert not {name for name in names if any(name == b or name.startswith(f"{b}.") for b in banned)}


def test_no_keyword_bag_is_handed_on():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.args.kwarg is None, f"{path}:{node.lineno} {node.name} takes **{node.args.kwarg}"
