"""Where the value of an expression comes from: what its name was set to, what the caller gave, what a function of the file returns.

A person mends data where it is made, if it is used more than once, and where it is used otherwise.
"""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, parameters

from .scope import first_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

MAX_WAY = 3  # functions that a value was handed through


def places(case: Case, node: Any) -> list[Any]:
    """Return the expressions that give an operand its value, the likeliest to be mended first."""
    found: list[Any] = []
    _places(case, node, found, MAX_WAY)
    return found


def _places(case: Case, node: Any, found: list[Any], way: int) -> None:
    value = binding(case, node)
    given = given_by_caller(case, node) if way else None
    if value is not None and given is not None and _is_on_a_side(case, value, node):
        _places(case, given, found, way - 1)
    if value is not None:
        if loads(case, node) > 1 or is_made_for(case, node, value):
            found += [value, node]
        else:
            found += [node, value]
        if type(value) is ast.Name and way:
            given = given_by_caller(case, value)
            if given is not None:
                found.append(given)
    else:
        found.append(node)
        if given is not None:
            _places(case, given, found, way - 1)
    returned = returned_by(case, value if value is not None else node)
    if returned is not None:
        found.append(returned)


def _is_on_a_side(case: Case, value: Any, node: Any) -> bool:
    """Return whether a name is set under a condition that its use does not stand under."""
    above = case.syntax.statement(value)
    while above is not None and type(above) not in (ast.FunctionDef, ast.Module):
        above = case.syntax.parent(above)
        if type(above) is ast.If and not (above.lineno <= node.lineno <= (above.end_lineno or 0)):
            return True
    return False


def is_made_for(case: Case, node: Any, value: Any) -> bool:
    """Return whether what a name is set to was worked out in the line before its one use."""
    statement, use = case.syntax.statement(value), case.syntax.statement(node)
    if type(statement) is not ast.Assign or statement.value is not value:
        return False
    return type(value) is not ast.Name and 0 < use.lineno - statement.end_lineno <= 1 and called_name(value) != "model"


def binding(case: Case, node: Any) -> Any:
    """Return what a name was set to last, above in its own function; None where that cannot be told."""
    if type(node) is not ast.Name:
        return None
    function = case.syntax.function(node)
    best = None
    for other in case.syntax.nodes:
        if type(other) is not ast.Assign or other.lineno >= node.lineno or case.syntax.function(other) is not function:
            continue
        if best is not None and other.lineno < best[0]:
            continue
        for target in other.targets:
            value = _part(target, other.value, node.id)
            if value is not None:
                best = (other.lineno, value)
    if best is None or _is_in_place(case, function, node, best[0]):
        return None
    return best[1]


def _part(target: Any, value: Any, name: str) -> Any:
    if type(target) is ast.Name:
        return value if target.id == name else None
    if type(target) in (ast.Tuple, ast.List) and type(value) in (ast.Tuple, ast.List):
        for part, given in zip(target.elts, value.elts):
            if getattr(part, "id", None) == name:
                return given
    return None


def _is_in_place(case: Case, function: Any, node: Any, since: int) -> bool:
    """Return whether a loop sets the name too, between what was found and its use."""
    for other in case.syntax.nodes:
        if type(other) is ast.For and since < other.lineno <= node.lineno and case.syntax.function(other) is function:
            targets = other.target.elts if type(other.target) is ast.Tuple else [other.target]
            if any(getattr(t, "id", None) == node.id for t in targets):
                return True
    return False


def loads(case: Case, node: Any) -> int:
    """Return how often a name is read in its function."""
    function = case.syntax.function(node)
    return sum(
        type(n) is ast.Name and n.id == node.id and type(n.ctx) is ast.Load and case.syntax.function(n) is function
        for n in case.syntax.nodes
    )


def traceback(case: Case) -> list[tuple[Any, int]]:
    """Return the frames of the file that the error went through with the line of each, the innermost first."""
    found = []
    step = None if case.error is None else case.error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == case.program.file:
            found.append((step.tb_frame, step.tb_lineno))
        step = step.tb_next
    return found[::-1]


def given_by_caller(case: Case, node: Any) -> Any:
    """Return what the call that led to the error gives for a parameter: `box_iou(boxes[i], ...)` for `a`."""
    function = case.syntax.function(node) if type(node) is ast.Name else None
    if function is None or type(function) is ast.Lambda:
        return None
    names = parameters(function)
    if names[:1] == ("self",):
        names = names[1:]
    if node.id not in names and all(a.arg != node.id for a in function.args.kwonlyargs):
        return None
    way = traceback(case)
    for i, (frame, _) in enumerate(way[:-1]):
        if frame.f_code.co_name == function.name and frame.f_code.co_firstlineno == first_line(function):
            for call in case.syntax.at_line(way[i + 1][1]):
                if _calls(call, function, names):
                    given = argument(call, node.id, names)
                    if given is not None:
                        return given
    return None


def _calls(call: Any, function: Any, names: tuple[str, ...]) -> bool:
    name = called_name(call)
    if name == function.name:
        return True
    return function.name == "forward" and name not in (None, "print", "len") and 0 < len(call.args) <= len(names)


def returned_by(case: Case, node: Any) -> Any:
    """Return what a function of the file returns, where a call of it is all that an expression is, and it has one `return`."""
    name = called_name(node)
    if name is None or type(node.func) is not ast.Name:
        return None
    for function in case.syntax.nodes:
        if type(function) is ast.FunctionDef and function.name == name:
            returns = [
                n
                for n in case.syntax.nodes
                if type(n) is ast.Return and n.value is not None and case.syntax.function(n) is function
            ]
            if len(returns) == 1 and type(returns[0].value) is not ast.Tuple:
                return returns[0].value
    return None


def unused(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield the names that the failing function, or the script, sets and never reads, each with its statement: what was meant to be used."""
    read = {n.id for n in case.syntax.nodes if type(n) is ast.Name and type(n.ctx) is ast.Load}
    for node in case.syntax.nodes:
        if type(node) is ast.Assign and len(node.targets) == 1 and type(node.targets[0]) is ast.Name:
            name = node.targets[0].id
            if name not in read and not name.startswith("_"):
                yield name, node
