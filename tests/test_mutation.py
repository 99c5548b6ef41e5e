"""Mutation testing itself: what can be planted where, that it compiles, and that marks tell which blocks run."""

from __future__ import annotations

import ast
import builtins
import pathlib
from typing import Any

import pytest

from tools.mutation import equivalent
from tools.mutation.kinds import blocks, mutants, planted
from tools.mutation.marks import marked

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = b'''"""Not this -1."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    SIZE = 3
TABLE = {"a": 1, "b": 2}


@operation("x", "y")
def rule(size: int = 2, *, flag=True):
    """Nor this: 1 < 2."""
    if size < 3 and flag:
        raise ShapeError(f"{size} is not 3", "argument", expected=3, actual=size)
    note(size)
    return [size - 1, -size, 1000]
'''
PLANTED = {
    ("table without an entry", '{"a": 1, "b": 2}', '{ "b": 2}'), ("table without an entry", '{"a": 1, "b": 2}', '{"a": 1}'),
    ("table without an entry", '@operation("x", "y")', '@operation( "y")'), ("constant by one", "size: int = 2", "size: int = 3"),
    ("constant turned", "flag=True", "flag=False"), ("comparison turned", "size < 3", "size <= 3"), ("comparison turned", "size < 3", "size >= 3"),
    ("and, or exchanged", "and flag", "or flag"), ("condition negated", "if size < 3 and flag:", "if not (size < 3 and flag):"),
    ("refusal without its rule", '"argument", expected', "None, expected"), ("expected and actual swapped", "expected=3, actual=size", "expected=size, actual=3"),
    ("call dropped", "note(size)", "pass"), ("returned value dropped", "return [size - 1, -size, 1000]", "return None"),
    ("wrong sign", "size - 1", "size + 1"), ("wrong sign", "-size", "(+size)"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "after"), sorted(PLANTED))
def test_a_fault_is_planted(kind: str, before: str, after: str) -> None:
    found = [planted(SOURCE, mutant) for mutant in mutants("x.py", SOURCE) if mutant.kind == kind]
    assert SOURCE.decode().replace(before, after).encode() in found


def test_every_fault_compiles_and_changes_one_stretch() -> None:
    found = mutants("x.py", SOURCE)
    assert len(found) == len({planted(SOURCE, mutant) for mutant in found})
    for mutant in found:
        assert ast.dump(ast.parse(planted(SOURCE, mutant))) != ast.dump(ast.parse(SOURCE))


def test_what_is_no_code_is_left_alone() -> None:
    kept = [b'"""Not this -1."""', b'"""Nor this: 1 < 2."""', b"SIZE = 3", b"1000", b'f"{size} is not 3"', b"size: int"]
    for mutant in mutants("x.py", SOURCE):
        if mutant.kind not in ("refusal dropped", "returned value dropped", "table without an entry"):
            assert all(part in planted(SOURCE, mutant) for part in kept), mutant


def test_marks_tell_which_blocks_run(monkeypatch: pytest.MonkeyPatch) -> None:
    source = b"def f(x):\n    '''Text.'''\n    if x:\n        return 1\n    else:\n        return [y for y in ()]\ndef g(): pass\n"
    table: dict[int, int] = {}
    monkeypatch.setattr(builtins, "__mark__", table, raising=False)
    names: dict[str, Any] = {}
    exec(compile(marked(source, 10), "f.py", "exec"), names)
    named = [name for name, _ in blocks(ast.parse(source))]
    assert named == ["f:0", "f:1", "f:2", "g:0"]
    assert names["f"].__doc__ == "Text."
    assert names["f"](1) == 1
    assert sorted(table) == [11, 12]
    table.clear()
    names["f"](0)
    assert sorted(table) == [11, 13]


def test_what_is_no_fault_is_known_by_its_line() -> None:
    for file, before, after, why in equivalent.KNOWN:
        source = (ROOT / file).read_bytes()
        found = [mutant for mutant in mutants(file, source) if equivalent.reason(mutant, source) == why]
        assert found, f"{file} has no such line any more: {before}"
        assert all(before in source.decode() and after in planted(source, mutant).decode() for mutant in found)
