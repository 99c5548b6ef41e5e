"""Fixes of a tuple that is taken for a tensor, or unpacked to other names than it has parts."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_layer

from .case import Candidate
from .scope import first_line, frames, is_at, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def outputs_of_recurrent(case: Case) -> Iterator[Candidate]:
    """`out = self.lstm(x)`, which is a pair: of the output, and of the state."""
    if "tuple" not in case.words:
        return
    names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and is_at(case, n)}
    for node in _recurrent_calls(case):
        around = case.syntax.parent(node)
        if type(around) is ast.Assign and len(around.targets) == 1 and getattr(around.targets[0], "id", None) in names:
            target: Any = around.targets[0]
            yield case.replace(target, f"{target.id}, _", "it gives its output and its last state", shown=around)
        elif type(around) is not ast.Assign and is_at(case, node):
            yield case.insert_after(node, "[0]", "of its output and its last state, the output", shown=node)
        elif type(around) is ast.Assign and type(around.targets[0]) is ast.Tuple and len(around.targets[0].elts) == 2:
            state: Any = around.targets[0].elts[1]
            if getattr(state, "id", None) in names:
                yield case.replace(state, f"({state.id}, _)", "an LSTM's state is a pair", shown=around)


def _recurrent_calls(case: Case) -> list[Any]:
    """Return the calls of recurrent layers in the function where it failed, the last first."""
    lines = {c.line for c in case.record.calls if is_layer(c.owner) and c.kind == "module" and facts_of(type(c.owner)).kind == "recurrent"}  # fmt: skip
    function = next((f.f_code.co_firstlineno for f in frames(case)[:1]), None)
    found = []
    for node in case.syntax.calls:
        around = case.syntax.function(node)
        if node.lineno in lines and (around is None or function is None or first_line(around) == function):
            if type(node.func) in (ast.Attribute, ast.Name) and _is_layer_called(case, node):
                found.append(node)
    return found[::-1]


def _is_layer_called(case: Case, node: Any) -> bool:
    """Return whether a call is of a layer, going by the layers that have been called from that line under this name."""
    name = called_name(node)
    return any(
        m is c.owner
        for c in case.record.calls
        if c.line == node.lineno and c.kind == "module" and is_layer(c.owner)
        for m in [_member(case, name)]
    )


def _member(case: Case, name: str | None) -> Any:
    for frame in frames(case):
        owner = frame.f_locals.get("self")
        if isinstance(owner, Module):
            members = object.__getattribute__(owner, "__dict__").get("_modules", {})
            if name in members:
                return members[name]
        if name in frame.f_locals:
            return frame.f_locals[name]
        if name in frame.f_globals:
            return frame.f_globals[name]
    return None


def unpacked(case: Case) -> Iterator[Candidate]:
    """`q, k, v = x.chunk(2, -1)`: as many parts as names."""
    if not isinstance(case.error, ValueError) or " to unpack" not in case.words:
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Assign or node.lineno != case.found.line or type(node.targets[0]) is not ast.Tuple:
            continue
        parts, call = len(node.targets[0].elts), _any(node.value)
        if called_name(call) == "split" and call.args:
            size = call.args[0]
            of_self = case.text.of(size).startswith("self.")
            for text, value in sorted(values(case), key=lambda pair: pair[0].startswith("self.") != of_self):
                if type(value) is int and value > 1 and text != case.text.of(size):
                    yield case.replace(size, text, f"{parts} parts of {value}")
            if type(call.func) is ast.Attribute:
                rest = "".join(f", {case.text.of(a)}" for a in [*call.args[1:], *call.keywords])
                new = f"{case.text.of(call.func.value)}.chunk({parts}{rest})"
                yield case.replace(call, new, f"{parts} parts of one size", shown=call)
        elif called_name(call) == "chunk" and call.args:
            yield case.replace(call.args[0], str(parts), f"{parts} names, so {parts} parts")


def _any(node: Any) -> Any:
    return node
