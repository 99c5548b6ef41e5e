"""Fixes of names in the wrong order: `n, h, w, c = x.shape`, `net(target, source)`. One such slip explains errors far from it."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, parameters

from .case import Candidate
from .scope import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

MOST = 8  # orders that are tried


def names(case: Case) -> Iterator[Candidate]:
    """Yield the other orders of the names that a shape is unpacked to, in the functions that the error went through."""
    lines = [frame.f_code.co_firstlineno for frame in frames(case)]
    tried = 0
    for node in reversed(case.syntax.nodes):
        if type(node) is not ast.Assign or type(node.targets[0]) is not ast.Tuple or not _is_shape(node.value):
            continue
        function = case.syntax.function(node)
        if (function is None and 1 not in lines and 0 not in lines) or (
            function is not None and not _is_of(function, lines)
        ):
            continue
        parts = node.targets[0].elts
        texts = [case.text.of(part) for part in parts]
        for order in _orders(len(parts)):
            tried += 1
            if tried > MOST:
                return
            new = ", ".join(texts[i] for i in order)
            yield case.replace_all(parts, new, node, "names in another order")


def _is_shape(node: Any) -> bool:
    return (type(node) is ast.Attribute and node.attr == "shape") or (called_name(node) == "size" and not node.args)


def _is_of(function: Any, lines: list[int]) -> bool:
    first = min([function.lineno, *(d.lineno for d in getattr(function, "decorator_list", ()))])
    return first in lines


def _orders(count: int) -> list[tuple[int, ...]]:
    """Return the likeliest other orders: two neighbours exchanged, and the last one brought behind the first."""
    if not 2 <= count <= 5:
        return []
    found = []
    if count > 3:
        found += [(0, count - 1, *range(1, count - 1)), (0, *range(2, count), 1)]
    for i in range(count - 1):
        order = list(range(count))
        order[i], order[i + 1] = order[i + 1], order[i]
        found.append(tuple(order))
    return found


def arguments(case: Case, alike: bool = False) -> Iterator[Candidate]:
    """Yield the calls that the error went through, with two neighbouring arguments exchanged; named alike, or of the file's own.

    `alike`: only of one type, as a wrong size asks for.
    """
    own = {n.name: n for n in case.syntax.nodes if type(n) in (ast.FunctionDef, ast.ClassDef)}
    lines = {frame.f_lineno for frame in frames(case)} | {t.tb_lineno for t in _traceback(case)}
    built = {
        b.line
        for b in case.record.built.values()
        if b.file == case.program.file and type(b.module).__module__ == "__main__"
    }
    tried = 0
    for call in case.syntax.calls:
        if not (call.lineno in lines or call.lineno in built) or not 2 <= len(call.args) <= 4:
            continue
        if not all(type(a) in (ast.Name, ast.Attribute) for a in call.args) or called_name(call) in (
            "cat",
            "isinstance",
        ):
            continue
        is_own = called_name(call) in own or (
            type(call.func) is ast.Attribute and getattr(call.func.value, "id", None) == "self"
        )
        is_called = type(call.func) is ast.Call or type(call.func) is ast.Name
        if not (is_own or is_called):
            continue
        for i in range(len(call.args) - 1):
            if alike and not _are_alike(case, call.args[i], call.args[i + 1]):
                continue
            tried += 1
            if tried > MOST:
                return
            yield case.swap(call, call.args[i], call.args[i + 1], "the arguments the other way round")


def _are_alike(case: Case, left: Any, right: Any) -> bool:
    """Return whether two names have values of one type, as far as the frames that the error went through know them."""
    kinds = []
    for node in (left, right):
        name = getattr(node, "id", None)
        for frame in frames(case):
            if name in frame.f_locals or name in frame.f_globals:
                kinds.append(type(frame.f_locals.get(name, frame.f_globals.get(name))))
                break
    return len(kinds) < 2 or kinds[0] is kinds[1]


def misplaced(case: Case) -> Iterator[Candidate]:
    """`Trainer(teacher, student, criterion)` of `__init__(self, teacher, criterion, model)`: an argument at the place of the parameter of its name."""
    own: dict[str, Any] = {}
    for node in case.syntax.nodes:
        if type(node) is ast.FunctionDef:
            cls = case.syntax.parent(node)
            if type(cls) is ast.ClassDef and node.name in ("__init__", "forward"):
                own[cls.name if node.name == "__init__" else node.name] = parameters(node)[1:]
            elif type(cls) is not ast.ClassDef:
                own[node.name] = parameters(node)
    tried = 0
    for call in case.syntax.calls:
        wanted = own.get(called_name(call) or "")
        given = [getattr(a, "id", None) for a in call.args]
        if wanted is None or any(type(a) is ast.Starred for a in call.args):
            continue
        for i, name in enumerate(given):
            at = wanted.index(name) if name in wanted else i
            if at != i and at < len(given) and given[at] not in wanted[at : at + 1] and tried < MOST:
                tried += 1
                first, second = sorted((i, at))
                yield case.swap(call, call.args[first], call.args[second], f"{name} is the parameter {at + 1}")


def _traceback(case: Case) -> list[Any]:
    found, traceback = [], None if case.error is None else case.error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == case.program.file:
            found.append(traceback)
        traceback = traceback.tb_next
    return found


def named_otherwise(case: Case) -> Iterator[Candidate]:
    """Yield a call of a function of the file whose arguments are named as its parameters are, but in another order."""
    for call in case.syntax.calls:
        for node in case.syntax.nodes:
            if type(node) is ast.FunctionDef and node.name == called_name(call):
                wanted = [p for p in parameters(node) if p != "self"]
                given = [getattr(a, "id", None) for a in call.args]
                if sorted(map(str, given)) == sorted(map(str, wanted[: len(given)])) and given != wanted[: len(given)]:
                    yield case.replace_all(
                        call.args, ", ".join(wanted[: len(given)]), call, "in the order of its parameters"
                    )
