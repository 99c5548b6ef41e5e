"""Marks in every block of convcalc's functions: which of them run, in whatever process, is seen in one shared table of bytes.

`install` has Python's own loader compile the modules of convcalc with `__mark__[17] = 1` at the beginning of each block. The table is mapped
from a file before anything is loaded, so that a process which may open no file any more still marks it. Lines and columns stay.
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import json
import mmap
import os

from tools.mutation.kinds import blocks

SIZE = 1 << 17
PACKAGE = "convcalc"


def files(tree: str) -> list[str]:
    """The modules of the package, in a fixed order."""
    found = []
    for folder, _, names in os.walk(os.path.join(tree, PACKAGE)):
        found += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    return sorted(found)


def identities(tree: str) -> list[str]:
    """What each number stands for: a module (`check/losses.py`), or a block of it (`check/losses.py|Found.of:2`)."""
    found: list[str] = []
    for path in files(tree):
        name = os.path.relpath(path, os.path.join(tree, PACKAGE)).replace(os.sep, "/")
        with open(path, "rb") as stream:
            found += [name, *(f"{name}|{block}" for block, _ in blocks(ast.parse(stream.read())))]
    assert len(found) < SIZE
    return found


def marked(source: bytes, first: int) -> ast.Module:
    """The tree of a source with a mark in each block; the number `first` itself is the module's own."""
    tree = ast.parse(source)
    for place, (_, body) in enumerate(list(blocks(tree)), first + 1):
        start = body[0]
        documented = (
            isinstance(start, ast.Expr) and isinstance(start.value, ast.Constant) and isinstance(start.value.value, str)
        )
        mark = ast.parse(f"__mark__[{place}] = 1").body[0]
        for node in ast.walk(mark):
            if "lineno" in node._attributes:
                ast.copy_location(node, body[-1 if documented and len(body) == 1 else int(documented)])
        body.insert(int(documented), mark)
    return tree


def install(tree: str, table: str) -> None:
    """Mark what this process, and those that it forks, run of the package in the table at that path."""
    low = []  # what a process without standard streams would write to the table
    while (spare := os.open(os.devnull, os.O_RDONLY)) < 3:
        low.append(spare)
    with open(table, "r+b") as stream:
        builtins.__mark__ = mmap.mmap(stream.fileno(), SIZE)  # type: ignore[attr-defined]
    for number in (*low, spare):
        os.close(number)
    with open(os.path.join(os.path.dirname(table), "blocks.json"), encoding="utf8") as stream_of_names:
        named = json.load(stream_of_names)
    first = {os.path.join(tree, PACKAGE, name): number for number, name in enumerate(named) if "|" not in name}
    plain = importlib.machinery.SourceFileLoader.source_to_code

    def source_to_code(self, data, path, *, _optimize=-1):  # type: ignore[no-untyped-def]
        if path in first and isinstance(data, bytes):
            return compile(marked(data, first[path]), path, "exec", dont_inherit=True, optimize=_optimize)
        return plain(self, data, path, _optimize=_optimize)

    importlib.machinery.SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign]
