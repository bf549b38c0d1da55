"""The results that the public API hands out, found by walking it: what documented functions say that they return."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from pkgutil import walk_packages
from types import FunctionType, ModuleType

from baserate import outcomes

ROOT = Path(__file__).parents[1]
#: Where results are made; reports, the command line and the web page show them.
FOLDERS = ("inputs", "estimates", "models", "outcomes", "audit")


def public_results() -> dict[type, str]:
    """Give each class of the package that a public function returns, with the function."""
    return {
        cls: f"{function.__module__}.{function.__qualname__}"
        for function in public_functions()
        for cls in returned(function)
    }


def public_functions() -> Iterator[FunctionType]:
    """Give the functions that the documentation lists, those that packages list as theirs, and those of outcomes."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for module, members in re.findall(
            r"\.\. automodule:: (\S+)\n(?:\s+:(?!members)\S.*\n)*\s+:members:(.*)", page.read_text(encoding="utf-8")
        ):
            yield from _functions(importlib.import_module(module), members.replace(",", " ").split())
    for folder in FOLDERS:
        module = importlib.import_module(f"baserate.{folder}")
        yield from _functions(module, getattr(module, "__all__", ()))
    for found in walk_packages(outcomes.__path__, "baserate.outcomes."):
        yield from _functions(importlib.import_module(found.name), ())


def _functions(module: ModuleType, names: Iterable[str]) -> Iterator[FunctionType]:
    own = [name for name, one in vars(module).items() if getattr(one, "__module__", None) == module.__name__]
    for name in names or own:
        one = getattr(module, name)
        if isinstance(one, FunctionType) and not name.startswith("_"):
            yield one


def returned(function: FunctionType) -> Iterator[type]:
    """Resolve the names in what a function says that it returns, also those that are imported for types alone."""
    module = importlib.import_module(function.__module__)
    imported = _imports(module)
    for name in re.findall(r"[A-Za-z_]\w*", str(function.__annotations__.get("return", ""))):
        one = getattr(module, name, None)
        if one is None and name in imported:
            one = getattr(importlib.import_module(imported[name]), name, None)
        if inspect.isclass(one) and _is_result(one):
            yield one


def _imports(module: ModuleType) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(module))
    return {
        name.asname or name.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }


def _is_result(cls: type) -> bool:
    inside = cls.__module__.startswith(tuple(f"baserate.{folder}" for folder in FOLDERS))
    return inside and not issubclass(cls, Exception)
