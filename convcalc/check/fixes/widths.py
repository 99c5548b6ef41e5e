"""Fixes of a width that is wrong where a block of the file's own is built, or is not handed on from one layer to the next."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, names_of, number_of, parameters
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, named_modules

from .candidate import Candidate
from .spelled import in_loop, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.tensor import Tensor

    from .case import Case

MOST_LEVELS = 4  # of blocks within blocks
MOST = 4  # places that are tried of one kind


def handed_on(case: Case) -> Iterator[Candidate]:
    """Yield the statement that hands a width on, where a block or a layer is built in a row of others."""
    for call, node in _levels(case):
        yield from carried(case, call, node)


def of_blocks(case: Case) -> Iterator[Candidate]:
    """`Block(dim, dim)` where the layer in it gets twice as much: `Block(dim * 2, dim)`."""
    old, new = case.expected, case.actual
    if type(old) is not int or type(new) is not int or old <= 0 or new <= 0:
        return
    for _, node in list(_levels(case))[1:]:
        if number_of(node) is None:
            for text, reason in times(case.text.of(node), old, new):
                yield case.replace(node, text, reason)


def is_of_many(case: Case) -> bool:
    """Return whether the refused layer stands in a block that is built several times: then the block's own numbers serve the others."""
    module = case.module
    call = None if module is None else case.constructor(module)
    cls = None if call is None else case.syntax.class_of(call)
    return cls is not None and sum(type(b.module).__name__ == cls.name for b in case.record.built.values()) > 1


def _levels(case: Case) -> Iterator[tuple[Any, Any]]:
    """Yield the call that builds the refused layer with the argument for its size; then those of the functions and blocks around it that hand it over."""
    module, name = case.module, getattr(case.error, "argument", None)
    call = None if module is None else case.constructor(module)
    node = None if call is None or name is None else argument(call, name, names_of(module))
    for _ in range(MOST_LEVELS):
        if node is None:
            return
        yield call, node
        function = case.syntax.function(node)
        if type(node) is not ast.Name or type(function) is not ast.FunctionDef or node.id not in parameters(function):
            return
        cls = case.syntax.parent(function)
        if type(cls) is ast.ClassDef:
            module = _block_around(case, module, cls.name)
            call = None if module is None else case.constructor(module)
            names = parameters(function)[1:]
        else:
            call, names = _call_of_helper(case, module, function.name), parameters(function)
        node = None if call is None else argument(call, node.id, names)


def _call_of_helper(case: Case, module: Any, name: str) -> Any:
    """Return the call of a function that builds a layer, `self.conv1 = conv3x3(cin, cout)`, by the name that the layer has in its block."""
    for built in list(case.record.built.values()):
        if not isinstance(built.module, Module):
            continue
        own = next((n for n, m in built.module.__dict__.get("_modules", {}).items() if m is module), None)
        for call in () if own is None else case.syntax.calls:
            statement = case.syntax.parent(call)
            if called_name(call) == name and type(statement) is ast.Assign:
                cls = case.syntax.class_of(call)
                if getattr(statement.targets[0], "attr", None) == own and getattr(cls, "name", None) == type(built.module).__name__:  # fmt: skip
                    return call
    return None


def _block_around(case: Case, module: Any, name: str) -> Any:
    """Return the innermost module of a class of the file that holds another one."""
    found: Any = None
    for built in list(case.record.built.values()):
        owner = built.module
        if owner is module or type(owner).__name__ != name or not isinstance(owner, Module):
            continue
        held = [m for _, m in named_modules(owner)]
        if any(m is module for m in held) and (found is None or len(held) < len(list(named_modules(found)))):
            found = owner
    return found


def carried(case: Case, call: Any, node: Any) -> Iterator[Candidate]:
    """Yield the statement that hands a width on: `cin = w` at the end of a loop, `self.inplanes = planes` after a block."""
    if type(node) not in (ast.Name, ast.Attribute):
        return
    text, function = case.text.of(node), case.syntax.function(call)
    if function is None or type(function) is ast.Lambda:
        return
    reason = "the next layer takes what this one gives"
    loop = in_loop(case, call)
    if type(loop) is ast.For and type(node) is ast.Name and not _is_assigned(case, loop, text):
        for given in _what_is_given(case, call, text, loop)[:2]:
            last = loop.body[-1]
            yield _after(case, last, f"{text} = {given}", reason)
    if type(node) is ast.Attribute and not _is_assigned(case, function, text):
        for given in _what_is_given(case, call, text, function)[:2]:
            for statement in function.body:
                if type(statement) is ast.Assign and any(case.text.of(a) == text for c in _calls(case, statement) for a in c.args):  # fmt: skip
                    yield _after(case, statement, f"{text} = {given}", reason)
                    break


def _after(case: Case, statement: Any, new: str, reason: str) -> Candidate:
    start, end = case.text.span(statement)
    return Candidate(Edit(end, end, f"\n{' ' * statement.col_offset}{new}"), (start, end), reason)


def _calls(case: Case, around: Any) -> list[Any]:
    return [c for c in case.syntax.calls if around.lineno <= c.lineno and c.end_lineno <= around.end_lineno]


def _is_assigned(case: Case, around: Any, text: str) -> bool:
    inside = [n for n in case.syntax.nodes if type(n) is ast.Assign and around.lineno <= n.lineno <= around.end_lineno]
    return any(case.text.of(target) == text for n in inside for target in n.targets)


def _what_is_given(case: Case, call: Any, text: str, around: Any) -> list[str]:
    """Return how layers that take a width, in a stretch of the file, call what they give: their second arguments."""
    takers = [c for c in [call, *_calls(case, around)] if len(c.args) > 1 and case.text.of(c.args[0]) == text]
    found = [case.text.of(c.args[1]) for c in takers if number_of(c.args[1]) is None]
    return sorted(dict.fromkeys(found), key=lambda t: -len(t))  # `planes * expansion` before `planes`


def of_parts(case: Case) -> Iterator[Candidate]:
    """`scale, shift = self.mlp(t).chunk(2, 1)` of a layer that gives one width: `nn.Linear(dim, width * 2)`."""
    given = case.inputs()[:2]
    if len(given) < 2:
        return
    for tensor, other in ((given[1], given[0]), (given[0], given[1])):
        cut = next((made for made in case.producers(tensor)[:6] if made.type.rpartition(".")[2] in ("chunk", "split", "getitem", "__getitem__") and made.inputs and made.outputs), None)  # fmt: skip
        layers = case.layers_before(tensor)[:3]
        if cut is None:
            continue
        for layer in layers:
            stated = facts_of(type(layer))
            size = getattr(layer, stated.gives or "", None)
            if type(size) is not int or size <= 0:
                continue
            for had, wanted in _differing(tensor, other):
                if 0 < had < size and size % had == 0 and wanted > 0:
                    yield from _given_as(case, layer, size, size // had * wanted)
            break


def _differing(tensor: Tensor, other: Tensor) -> list[tuple[int, int]]:
    a, b = tuple(tensor.shape), tuple(other.shape)
    pairs = list(zip(reversed(a), reversed(b)))
    return [(x, y) for x, y in pairs if type(x) is int and type(y) is int and x != y and 1 not in (x, y)]


def _given_as(case: Case, layer: Any, old: int, new: int) -> Iterator[Candidate]:
    call, name = case.constructor(layer), facts_of(type(layer)).gives
    node = None if call is None or name is None else argument(call, name, names_of(layer))
    if node is None:
        return
    if number_of(node) is None:
        for text, reason in times(case.text.of(node), old, new):
            yield case.replace(node, text, reason, shown=call)
    else:
        yield case.replace(node, str(new), f"{new} in all", shown=call)


def as_beside(case: Case) -> Iterator[Candidate]:
    """Yield a layer before with the size of one that is built beside it, of the same kind and with the same input."""
    seen, tried = set(), 0
    for tensor in case.inputs()[:2]:
        for layer in case.layers_before(tensor)[:3]:
            call, name = case.constructor(layer), facts_of(type(layer)).gives
            node = None if call is None or name is None else argument(call, name, names_of(layer))
            if node is None or id(call) in seen:
                continue
            seen.add(id(call))
            function = case.syntax.function(call)
            for other in case.syntax.calls:
                if other is call or called_name(other) != called_name(call) or case.syntax.function(other) is not function:  # fmt: skip
                    continue
                theirs = argument(other, str(name), names_of(layer))
                if theirs is None or case.text.of(theirs) == case.text.of(node) or not other.args or not call.args:
                    continue
                if case.text.of(other.args[0]) == case.text.of(call.args[0]) and tried < MOST:
                    tried += 1
                    yield case.replace(node, case.text.of(theirs), f"as the {called_name(call)} beside it", shown=call)


def of_factors(case: Case) -> Iterator[Candidate]:
    """`Block(hidden, hidden * heads, heads)` of a block that counts its heads itself: `Block(hidden, hidden, heads)`."""
    seen, tried = set(), 0
    sizes = [s[-1] if isinstance(s, tuple) and s else s for s in (case.actual, case.expected)]
    for made in case.producers(case.tensor)[:12]:
        around = made.parent
        while around is not None:
            owner = around.owner
            if id(owner) not in seen and isinstance(owner, Module) and type(owner).__module__ == "__main__":
                seen.add(id(owner))
                call, built = case.constructor(owner), case.record.built.get(id(owner))
                values = [] if built is None else [*built.args, *built.kwargs.values()]
                given = [] if call is None else [*call.args, *(k.value for k in call.keywords)]
                for node, value in zip(given, values):
                    if type(node) is ast.BinOp and type(node.op) is ast.Mult and value in sizes and tried < MOST:
                        for part in (node.left, node.right):
                            if number_of(part) is None:
                                tried += 1
                                yield case.undo(node, case.text.of(part), "the block multiplies it itself")
            around = around.parent


def depthwise(case: Case) -> Iterator[Candidate]:
    """`nn.Conv2d(cin, cout, 3, groups=cout)`: a convolution of each channel gives as many as it gets."""
    from convcalc.check.construction import layer_under_construction

    module = None if case.error is None else layer_under_construction(case.error)
    lines = [c for c in case.syntax.calls if module is not None and called_name(c) == type(module).__name__]
    for call in lines:
        groups = next((k.value for k in call.keywords if k.arg == "groups"), None)
        if groups is None or len(call.args) < 2 or type(call.args[0]) is not ast.Name:
            continue
        if not call.lineno <= (case.found.line or 0) <= call.end_lineno or case.text.of(call.args[1]) != case.text.of(groups):  # fmt: skip
            continue
        own = case.text.of(call.args[0])
        start, end = case.text.span(call.args[1])[0], case.text.span(groups)[1]
        middle = case.text.text[case.text.span(call.args[1])[1] : case.text.span(groups)[0]]
        if own != case.text.of(groups):
            edit = Edit(start, end, own + middle + own)
            yield Candidate(edit, case.text.span(call), f"each of the {own} channels by itself")


def window_as_beside(case: Case) -> Iterator[Candidate]:
    """Yield a convolution before with kernel, stride and padding as all others of its kind that are built beside it."""
    names = ("kernel_size", "stride", "padding")
    seen, tried = set(), 0
    for layer in case.layers_before(case.tensor)[:30]:
        call = None if layer is None or facts_of(type(layer)).kind != "convolution" else case.constructor(layer)
        if call is None or id(call) in seen or len(call.args) < 5:
            continue
        seen.add(id(call))
        own = [argument(call, name, names_of(layer)) for name in names]
        function = case.syntax.function(call)
        beside = [c for c in case.syntax.calls if c is not call and called_name(c) == called_name(call) and case.syntax.function(c) is function and len(c.args) >= 5]  # fmt: skip
        texts = [[case.text.of(a) for a in c.args[2:5]] for c in beside]
        usual = max(texts, key=texts.count, default=None)
        if usual is None or texts.count(usual) < 2 or None in own or [case.text.of(a) for a in own] == usual:
            continue
        tried += 1
        if tried > MOST:
            return
        yield case.replace_all(call.args[2:5], ", ".join(usual), call, f"as the {called_name(call)} beside it")
