"""Packages that import lazily: what they have stands as a list of imports under `if TYPE_CHECKING`, and the package puts another module in its own place.

    if TYPE_CHECKING:
        from .configuration_bert import *
        from .modeling_bert import BertModel
    else:
        sys.modules[__name__] = _LazyModule(__name__, ..., _import_structure)

The list says the same as the table that the other module is made of, and is what type checkers go by. So the list is taken: as promises, of
which each is redeemed when its name is asked for. Which of hundreds of `import *` has a name is read from the texts of those modules.
"""

from __future__ import annotations

import ast

from . import scanning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .lazy_modules import State
    from .loading import Loader


class Listing:
    """What the list of a lazy package says: `promised` maps a name to the module (with leading dots) and the name there; `stars` are modules."""

    __slots__ = ("promised", "stars", "tree")

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree  # of the rest, which is run
        self.promised: dict[str, tuple[str, str]] = {}
        self.stars: list[str] = []

    def take(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Takes the imports of names; returns the other statements."""
        others: list[ast.stmt] = []
        for statement in statements:
            if not isinstance(statement, ast.ImportFrom):
                others.append(statement)
                continue
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                if alias.name == "*":
                    self.stars.append(module)
                else:
                    self.promised[alias.asname or alias.name] = (module, alias.name)
        return others


def listing_of(text: bytes) -> Listing | None:
    """The list of a package by its text; None where it is no lazy one, or no Python."""
    if b"TYPE_CHECKING" not in text or b"sys.modules[__name__]" not in text:
        return None
    try:
        tree: Any = compile(text, "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    branch = next(
        (s for s in tree.body if isinstance(s, ast.If) and _asks_for_types(s.test) and _replacement(s.orelse)), None
    )
    if branch is None:
        return None
    tables = {
        node.id for node in ast.walk(_replacement(branch.orelse)) if type(node) is ast.Name and node.id[:2] != "__"
    } - _defined(tree)
    listing = Listing(tree)
    kept: list[ast.stmt] = []
    for statement in tree.body:
        if statement is branch:
            kept += listing.take(branch.body)
        elif isinstance(statement, _PLAIN) or not any(
            type(node) is ast.Name and node.id in tables for node in ast.walk(statement)
        ):
            kept.append(statement)
    tree.body = kept
    return listing


_PLAIN = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def _asks_for_types(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(_asks_for_types(value) for value in test.values)
    return getattr(test, "id", None) == "TYPE_CHECKING" or getattr(test, "attr", None) == "TYPE_CHECKING"


def _replacement(statements: list[ast.stmt]) -> Any:
    """What is put in the module's own place, or None."""
    for statement in statements:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "sys.modules[__name__]":
            return statement.value
    return None


def _defined(tree: ast.Module) -> set[str]:
    """The names that a module imports or defines: they are no tables of its own."""
    found: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name for alias in statement.names)
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.add(statement.name)
    return found


def provider(loader: Loader, stars: list[str], name: str) -> State | None:
    """The module among those of `import *` that has a name: those whose own name the name begins with are asked first."""
    for star in _in_order(stars, name):
        state = loader.state(star)
        if state is not None and state.is_foreign and _has(loader, state, name):
            return state
    return None


def _in_order(stars: list[str], name: str) -> Iterator[str]:
    start = name.lower().replace("_", "")
    likely = [star for star in stars if start.startswith(star.rpartition(".")[2].replace("_", ""))]
    likely.sort(key=len, reverse=True)
    yield from likely
    yield from (star for star in stars if star not in likely)


def _has(loader: Loader, state: State, name: str) -> bool:
    listing = loader.listing(state)
    if listing is not None:
        if name in listing.promised:
            return True
        below = [loader.resolve_in(state, star) for star in listing.stars]
        return provider(loader, below, name) is not None
    text = loader.text_of(state)
    if not scanning.mentions(text, name) and b"import *" not in text:
        return False
    known = scanning.exported_names(text)
    return name in (loader.exported(state) if known is None else known)
