"""Fixes that the rest of the file tells of: a layer that is built and never called, the same part of both, the slice that belongs to another, an argument as elsewhere."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of, parameters
from convcalc.nn.module import Module

from .bindings import places, traceback
from .case import GUESSES, OTHER_DATA, Candidate
from .scope import first_line
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

MOST = 4


def of_operands(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """Yield two operands as the rest of the file has them."""
    yield from _layer_never_called(case, operands)
    yield from _same_part(case, operands)
    yield from shifted(case, operands)
    yield from _as_elsewhere(case)


def _layer_never_called(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """`self.regressor(features)`: the layer was built for that, and nothing calls it."""
    for frame, _ in traceback(case)[:1]:
        owner = frame.f_locals.get("self")
        if not isinstance(owner, Module):
            return
        called = {id(call.owner) for call in case.record.calls if call.kind == "module"}
        layers = object.__getattribute__(owner, "__dict__").get("_modules", {})
        for name, layer in list(layers.items()):
            is_read = any(type(n) is ast.Attribute and n.attr == name and type(n.ctx) is ast.Load for n in case.syntax.nodes)  # fmt: skip
            if layer is None or id(layer) in called or is_read or not name.isidentifier():
                continue
            for operand in operands[:2]:
                yield case.wrap(operand, f"self.{name}(", ")", f"{name} is built and never called")


def _same_part(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """`loss(a[0], b[1])`: the same part of both."""
    if len(operands) < 2:
        return
    found = [_indexed(case, operand) for operand in operands[:2]]
    if None in found:
        return
    left, right = (number_of(node.slice) for node in found if node is not None)
    if left is None or right is None or left == right:
        return
    one, other = found
    yield case.replace(other.slice, str(left), "the same part of both", shown=other)
    yield case.replace(one.slice, str(right), "the same part of both", shown=one)
    for index in range(min(left, right) if min(left, right) > 0 else 0):
        from .aligned import joined

        edits = [(*case.text.span(node.slice), str(index)) for node in found if node is not None]
        yield joined(case, edits, case.expression(), "the same part of both")


def _indexed(case: Case, node: Any) -> Any:
    """Return the only subscript by a number within an operand."""
    inside = [n for n in case.syntax.nodes if type(n) is ast.Subscript and _within(case, n, node)]
    numbered = [n for n in inside if number_of(n.slice) is not None]
    return numbered[0] if len(numbered) == 1 == len(inside) else None


def _within(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _beside_slice(case: Case) -> Iterator[Candidate]:
    """`first, rest = x[:, :1], x`: the rest is `x[:, 1:]`."""
    for frame, line in traceback(case)[:1]:
        for node in case.syntax.nodes:
            if type(node) is not ast.Assign or type(node.value) is not ast.Tuple or node.lineno >= line:
                continue
            function = case.syntax.function(node)
            if function is not None and first_line(function) != frame.f_code.co_firstlineno:
                continue
            for part in node.value.elts:
                if type(part) is ast.Name:
                    yield from _complements(case, part)


def shifted(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """`targets = ids`, where the input is `ids[:, :-1]`: `ids[:, 1:]`; `first, rest = x[:, :1], x`: `x[:, 1:]`."""
    yield from _beside_slice(case)
    tried = 0
    for operand in operands:
        roots = [operand, *(n for n in case.syntax.nodes if type(n) is ast.Name and _within(case, n, operand))]
        for root in roots:
            for place in places(case, root):
                for name in [n for n in case.syntax.nodes if type(n) is ast.Name and _within(case, n, place)]:
                    for candidate in _complements(case, name):
                        tried += 1
                        if tried > MOST:
                            return
                        yield candidate


def _complements(case: Case, name: Any) -> Iterator[Candidate]:
    """Yield a name with the slice that another slice of it, in the same function, leaves or goes before."""
    if type(case.syntax.parent(name)) is ast.Subscript:
        return
    function = case.syntax.function(name)
    for node in case.syntax.nodes:
        if type(node) is not ast.Subscript or getattr(node.value, "id", None) != name.id:
            continue
        if case.syntax.function(node) is not function or node.lineno > name.lineno:
            continue
        parts = list(node.slice.elts) if type(node.slice) is ast.Tuple else [node.slice]
        texts, changed = [], 0
        for part in parts:
            text = case.text.of(part)
            if type(part) is ast.Slice and part.lower is None and part.step is None and part.upper is not None:
                cut = number_of(part.upper)
                text = "1:" if cut == -1 else f"{case.text.of(part.upper)}:"
                changed += 1
            elif type(part) is ast.Slice and part.lower is not None and part.upper is None and number_of(part.lower) == 1:  # fmt: skip
                text = ":-1"
                changed += 1
            texts.append(text)
        if changed == 1:
            reason = f"what belongs to {case.text.of(node)}"
            yield case.insert_after(name, f"[{', '.join(texts)}]", reason)
            return


def _as_elsewhere(case: Case) -> Iterator[Candidate]:
    """Yield a call that made what is fed with the arguments of another call of the same function of the file."""
    from .states import _differing, _with

    own = {n.name for n in case.syntax.nodes if type(n) in (ast.FunctionDef, ast.ClassDef)}
    if len(traceback(case)) < 1:
        return
    line = traceback(case)[-1][1]
    names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and n.lineno == line}
    tried = 0
    for call in case.syntax.calls:
        if type(call.func) is not ast.Name or call.func.id not in own:
            continue
        statement = case.syntax.statement(call)
        targets = {n.id for n in case.syntax.nodes if type(n) is ast.Name and type(n.ctx) is ast.Store and case.syntax.statement(n) is statement}  # fmt: skip
        if not targets & names or case.syntax.function(call) is not None:
            continue
        for other in case.syntax.calls:
            if other is call or called_name(other) != call.func.id or not call.keywords:
                continue
            differing = [d for d in _differing(case, call, other) if d[1] is not None]
            for one in differing[:2]:
                tried += 1
                if tried > MOST:
                    return
                candidate = _with(case, call, [one], f"as in the other call of {call.func.id}")
                yield candidate


def one_setting(case: Case) -> Iterator[Candidate]:
    """Yield a setting as the other one of the same name: `max_len=32` here and `max_len=24` there."""
    a, b = case.expected, case.actual
    if type(a) is not int or type(b) is not int:
        given = [tuple(t.shape) for t in case.inputs()[:2]]
        differing = [(x, y) for x, y in zip(*(s[::-1] for s in given)) if x != y and 1 not in (x, y)] if len(given) == 2 else []  # fmt: skip
        if len(differing) != 1:
            return
        a, b = differing[0]
    found: dict[str, list[tuple[Any, Any]]] = {}
    for node in case.syntax.nodes:
        if type(node) is ast.FunctionDef:
            names, defaults = parameters(node), node.args.defaults
            for name, default in zip(names[len(names) - len(defaults) :], defaults):
                found.setdefault(name, []).append((number_of(default), default))
        elif type(node) is ast.keyword and node.arg is not None:
            found.setdefault(node.arg, []).append((number_of(node.value), node.value))
    for name, settings in found.items():
        sizes = {value for value, _ in settings}
        if {a, b} <= sizes and a != b:
            for value, node in settings:
                if value in (a, b):
                    other = b if value == a else a
                    yield case.replace(node, str(other), f"{name} is {other} elsewhere", OTHER_DATA)


def columns(case: Case) -> Iterator[Candidate]:
    """`x = table[:, :5]` for a layer of 4 features: the columns that are sliced."""
    wanted, had = case.expected, case.actual
    if type(wanted) is not int or type(had) is not int:
        return
    for node in case.syntax.nodes:
        parts = node.slice.elts if type(node) is ast.Subscript and type(node.slice) is ast.Tuple else []
        end = parts[-1] if parts else None
        if type(end) is ast.Slice and end.lower is None and end.step is None and number_of(end.upper) == had:
            if case.syntax.class_of(node) is None:
                yield case.replace(end.upper, str(wanted), f"as many columns as the layer takes: {wanted}", GUESSES)


# what is asserted


def asserted(case: Case) -> Iterator[Candidate]:
    """`assert h == self.image_size`: the size that was set as the one that comes."""
    if not isinstance(case.error, AssertionError):
        return
    for frame, line in traceback(case)[:1]:
        for node in case.syntax.nodes:
            if type(node) is not ast.Compare or type(node.ops[0]) is not ast.Eq or not _is_asserted(case, node, line):
                continue
            sides = [node.left, node.comparators[0]]
            sizes = [_number(case, frame, side) for side in sides]
            if type(sizes[0]) is not int or type(sizes[1]) is not int or sizes[0] == sizes[1]:
                continue
            for own, other in ((1, 0), (0, 1)):
                if type(sides[own]) not in (ast.Attribute, ast.Name):
                    continue
                for place, text in case.origins.changes(sides[own], sizes[own], sizes[other]):
                    yield case.replace(place, text, f"{case.text.of(sides[other])} is {sizes[other]}", OTHER_DATA)


def _is_asserted(case: Case, node: Any, line: int) -> bool:
    statement = case.syntax.statement(node)
    return type(statement) is ast.Assert and statement.lineno <= line <= (statement.end_lineno or 0)


def _number(case: Case, frame: Any, node: Any) -> Any:
    if type(node) in (ast.Name, ast.Attribute):
        return value_of(case, node)
    if type(node) is ast.Subscript and type(node.value) is ast.Attribute and node.value.attr == "shape":
        shape = getattr(value_of(case, node.value.value), "shape", None)
        at = number_of(node.slice)
        return shape[at] if isinstance(shape, tuple) and at is not None and -len(shape) <= at < len(shape) else None
    return number_of(node)


# a state for each batch


def state_of_batch(case: Case) -> Iterator[Candidate]:
    """`self.init_hidden(64)`: of as many samples as come, `x.size(0)`."""
    node = case.expression()
    if not isinstance(case.expected, tuple) or not isinstance(case.actual, tuple) or type(node) is not ast.Call:
        return
    wrong = [i for i, (a, b) in enumerate(zip(case.expected, case.actual)) if a != b]
    if len(case.expected) != len(case.actual) or wrong != [len(case.expected) - 2] or not node.args:
        return
    wanted, had = case.expected[wrong[0]], case.actual[wrong[0]]
    fed = node.args[0]
    value = value_of(case, fed)
    shape = tuple(getattr(value, "shape", ()))
    at = getattr(case.module, "batch_first", None)
    if at is None or type(fed) is not ast.Name or len(shape) != 3:
        return
    dim = 0 if at is True else 1
    text = f"{fed.id}.size({dim})" if shape[dim] == wanted else None
    function = case.syntax.function(node)
    calls = [c for c in case.syntax.calls if case.syntax.function(c) is function and c.lineno <= node.lineno and c is not node]  # fmt: skip
    for call in calls:
        if called_name(call) in ("size", "view", "reshape") or text is None or not _makes_state(case, call):
            continue
        for given in [*call.args, *(k.value for k in call.keywords)]:
            own = number_of(given)
            is_size = called_name(given) == "size" or (type(given) is ast.Subscript and case.text.of(given.value).endswith(".shape"))  # fmt: skip
            if own == had or (is_size and case.text.of(given) != text):
                yield case.replace(given, text, "a state for each sample of the batch", shown=call)


def _makes_state(case: Case, call: Any) -> bool:
    """Return whether a call makes zeros, or is one of a method of the file that does."""
    name = called_name(call)
    if name in ("zeros", "randn", "ones", "rand"):
        return True
    for node in case.syntax.nodes:
        if type(node) is ast.FunctionDef and node.name == name and len(parameters(node)) > 1:
            return any(called_name(c) in ("zeros", "randn", "ones", "rand", "new_zeros") and case.syntax.function(c) is node for c in case.syntax.calls)  # fmt: skip
    return False


# what is written into a part


def written(case: Case) -> Iterator[Candidate]:
    """`values[step] = value`, where the value has a dimension of size 1 more than the part: `value.flatten()`."""
    if case.call is None or "__setitem__" not in case.call.type:
        return
    line = case.found.line
    for node in case.syntax.nodes:
        if type(node) is not ast.Assign or node.lineno != line:
            continue
        if not any(type(t) is ast.Subscript for t in node.targets):
            continue
        given = case.inputs()[-1:]
        wanted = _sizes_after(case.words)
        if not given or wanted is None:
            continue
        shape = tuple(given[0].shape)
        total, count = 1, 1
        for size in wanted:
            total *= size
        for size in shape:
            count *= size if type(size) is int else 0
        suffix = None
        if len(wanted) == 1 and total == count and len(shape) > 1:
            suffix = ".flatten()" if shape[-1] == 1 or shape[0] == 1 else ".view(-1)"
        yield from _one_of_list(case, node, total, count)
        for place in [node.value, *places(case, node.value)]:
            if suffix is not None:
                yield case.method(place, suffix, f"as the part that it is written to: {wanted}")
    yield from _made_as_row(case)


def _one_of_list(case: Case, statement: Any, total: int, count: int) -> Iterator[Candidate]:
    """`rewards[step] = torch.tensor([reward, done])`, which is twice as many: the one that is called alike."""
    target = case.text.of(statement.targets[0])
    for node in case.syntax.nodes:
        if type(node) is ast.List and _within(case, node, statement.value) and len(node.elts) * total == count:
            names = [e for e in node.elts if type(e) is ast.Name and target.lower().startswith(e.id.lower()[:4])]
            if len(names) == 1 and len(node.elts) > 1:
                yield case.replace(node, case.text.of(names[0]), f"as many as there is room for: {total}")


def _sizes_after(words: str) -> tuple[int, ...] | None:
    """Return the sizes that a refused `expand` was to have."""
    _, found, rest = words.partition("size=[" if "size=[" in words else "Target sizes: [")
    parts = rest.partition("]")[0].split(",")
    return tuple(int(p) for p in parts) if found and all(p.strip().isdigit() for p in parts) else None


def _made_as_row(case: Case) -> Iterator[Candidate]:
    """Yield a column of values, one for each sample, as a row where it is set: beside rows it spreads to a square."""
    for frame, line in traceback(case)[:1]:
        for node in case.syntax.nodes:
            if type(node) is not ast.Assign or type(node.targets[0]) is not ast.Name or node.lineno > line:
                continue
            value = value_of(case, node.targets[0])
            shape = tuple(getattr(value, "shape", ()))
            if len(shape) == 2 and shape[1] == 1 and type(shape[0]) is int and shape[0] > 1 and type(node.value) is ast.Call:  # fmt: skip
                if case.syntax.function(node) is None or first_line(case.syntax.function(node)) == frame.f_code.co_firstlineno:  # fmt: skip
                    yield case.method(node.value, ".squeeze(-1)", "one value for each, in a row")
