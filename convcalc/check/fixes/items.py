"""Fixes of what a data set hands out and of how a batch is made of it: a channel, class numbers for one-hot rows, room for the longest."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of, parameters
from convcalc.check.text import Edit
from convcalc.tensor import Tensor

from .candidate import Candidate
from .places import core
from .scope import frames, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def with_channel(case: Case) -> Iterator[Candidate]:
    """Yield the image that a data set returns with a dimension for its one channel, in a line of its own or where it is returned."""
    reason = "each image with its one channel"
    for function, image in _returned(case):
        inner = core(image)
        if type(inner) is not ast.Name:
            continue
        if inner is image:
            last = next((s for s in reversed(function.body) if _assigns(case, s, inner.id)), None)
            if last is not None:
                start, end = case.text.span(last)
                for more in (".unsqueeze(0)", "[None]"):
                    new = f"\n{' ' * last.col_offset}{inner.id} = {inner.id}{more}"
                    yield Candidate(Edit(end, end, new), (start, end), reason)
                continue
        yield case.method(inner, ".unsqueeze(0)", reason)


def _returned(case: Case) -> Iterator[tuple[Any, Any]]:
    """Yield the functions that give a data set's item, each with the first thing that it returns."""
    for node in case.syntax.nodes:
        function = case.syntax.function(node) if type(node) is ast.Return else None
        if getattr(function, "name", None) != "__getitem__" or node.value is None:
            continue
        value = node.value
        if type(value) is ast.Tuple and value.elts:
            yield function, value.elts[0]
        elif type(value) is ast.Dict and value.values:
            yield function, value.values[0]
        else:
            yield function, value


def _assigns(case: Case, statement: Any, name: str) -> bool:
    inside = [n for n in case.syntax.nodes if type(n) is ast.Assign and statement.lineno <= n.lineno <= statement.end_lineno]  # fmt: skip
    return any(getattr(t, "id", None) == name for n in inside for target in n.targets for t in getattr(target, "elts", [target]))  # fmt: skip


def without_dimension(case: Case) -> Iterator[Candidate]:
    """`b, c, h, w = x.shape` of images without a channel: where they are made, or where the model is given them."""
    words = case.words
    if "not enough values to unpack (expected 4, got 3)" not in words:
        return
    yield from with_channel(case)
    places = lines(case)
    for frame, line in reversed(places[1:4]):
        for call in case.syntax.at_line(line):
            for given in call.args[:1]:
                name = getattr(given, "id", None)
                value = frame.f_locals.get(name) if name is not None else None
                if isinstance(value, Tensor) and len(value.shape) == 3:
                    yield case.method(given, ".unsqueeze(1)", "one channel, between batch and height")


def class_numbers(case: Case) -> Iterator[Candidate]:
    """`F.one_hot(torch.tensor(label), 10)` in a data set, where the loss takes the class: `label`."""
    if "multi-target" not in case.words and case.found.rule != "loss-shapes":
        return
    for call in case.syntax.calls:
        function = case.syntax.function(call)
        if called_name(call) != "one_hot" or not call.args or getattr(function, "name", None) != "__getitem__":
            continue
        around = case.syntax.parent(call)
        whole = case.syntax.parent(around) if type(around) is ast.Attribute and around.attr in ("float", "long") else call  # fmt: skip
        number = call.args[0]
        inner = number.args[0] if called_name(number) in ("tensor", "as_tensor") and number.args else number
        if type(inner) is not ast.List:
            yield case.undo(whole, case.text.of(inner), "the loss takes the number of the class", shown=call)


def longest(case: Case) -> Iterator[Candidate]:
    """`n = batch[0][0].size(0)`, the length of the first item: `max(...)` over all of the batch."""
    for frame in frames(case)[:1]:
        for node in case.syntax.nodes:
            if type(node) is not ast.Assign or type(node.targets[0]) is not ast.Name or node.lineno > (case.found.line or 0):  # fmt: skip
                continue
            function = case.syntax.function(node)
            if function is None or getattr(function, "name", "") != frame.f_code.co_name:
                continue
            value = node.value
            if called_name(value) not in ("size", "len") and type(value) is not ast.Subscript:
                continue
            first = next((n for n in case.syntax.nodes if _is_first(n, parameters(function)) and _lies_in(case, n, value)), None)  # fmt: skip
            if first is None:
                continue
            batch = case.text.of(first.value)
            whole, number = first, None
            above = case.syntax.parent(first)
            if type(above) is ast.Subscript and above.value is first and number_of(above.slice) is not None:
                whole, number = above, number_of(above.slice)
            item, target = _item(case, function, batch, number)
            start, end = case.text.span(value)
            inner = case.text.span(whole)
            text = case.text.text[start : inner[0]] + item + case.text.text[inner[1] : end]
            yield case.replace(value, f"max({text} for {target} in {batch})", "room for the longest of the batch", shown=node)  # fmt: skip


def _is_first(node: Any, names: tuple[str, ...]) -> bool:
    """`batch[0]` of a parameter."""
    return type(node) is ast.Subscript and number_of(node.slice) == 0 and getattr(node.value, "id", None) in names


def _lies_in(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _item(case: Case, function: Any, batch: str, number: int | None) -> tuple[str, str]:
    """Return how an item of the batch, or a part of it, is called in a loop, and what that loop's target is: as the function unpacks it."""
    if number is None:
        return "item", "item"
    for node in case.syntax.nodes:
        if type(node) is not ast.For or case.syntax.function(node) is not function:
            continue
        target, over = node.target, node.iter
        if called_name(over) == "enumerate" and type(target) is ast.Tuple and len(target.elts) == 2:
            target, over = target.elts[1], over.args[0]  # type: ignore[attr-defined]
        if case.text.of(over) == batch and type(target) is ast.Tuple and number < len(target.elts):
            names = ["_"] * len(target.elts)
            names[number] = case.text.of(target.elts[number])
            return names[number], ", ".join(names)
    return f"item[{number}]", "item"


def written_part(case: Case) -> Iterator[Candidate]:
    """`table[i, :n] = matrix` of a table with more dimensions: `table[i, :n, :n]`; and the longest of the batch."""
    given = case.inputs()[:2]
    for node in case.syntax.nodes:
        if type(node) is not ast.Assign or node.lineno != case.found.line or type(node.targets[0]) is not ast.Subscript:
            continue
        index = node.targets[0].slice
        parts = list(index.elts) if type(index) is ast.Tuple else [index]
        slices = [p for p in parts if type(p) is ast.Slice and p.upper is not None]
        missing = (len(given[0].shape) if given else 0) - len(parts)
        if slices and 0 < missing < 3:
            text = case.text.of(slices[-1])
            yield case.insert_after(parts[-1], f", {text}" * missing, f"as much of each dimension as is written, {text}", shown=node)  # fmt: skip
        if len(given) > 1:
            yield from _cut_names(case, node, given)
        yield from longest(case)


def _cut_names(case: Case, statement: Any, given: list[Tensor]) -> Iterator[Candidate]:
    """`table[:, 1::2] = torch.cos(steps * rates)` of an odd width: `rates[:width // 2]`."""
    known = [f.f_locals for f in frames(case)[:1]]
    if not known:
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Name or not _lies_in(case, node, statement.value):
            continue
        value = known[0].get(node.id)
        if not isinstance(value, Tensor) or len(value.shape) != 1 or type(value.shape[0]) is not int:
            continue
        for name, number in list(known[0].items()):
            if type(number) is int and number // 2 == value.shape[0] - 1 and number % 2:
                yield case.insert_after(node, f"[:{name} // 2]", f"an odd width has {number // 2} of these", shown=statement)  # fmt: skip


def labels_repeated(case: Case) -> Iterator[Candidate]:
    """`loss(torch.cat([a, b]), labels)`: labels of the one half only are repeated for the other, `labels.repeat(2)`."""
    places = lines(case)
    if len(places) < 2:
        return
    (inner, _), (_, line) = places[:2]
    function = next((n for n in case.syntax.nodes if type(n) is ast.FunctionDef and n.name == inner.f_code.co_name), None)  # fmt: skip
    if function is None:
        return
    names = parameters(function)
    sizes = {n: v.shape for n in names for v in [inner.f_locals.get(n)] if isinstance(v, Tensor) and v.shape and type(v.shape[0]) is int}  # fmt: skip
    for name, shape in sizes.items():
        many = max(s[0] for s in sizes.values())
        if len(shape) != 1 or not shape[0] or many == shape[0] or many % shape[0]:
            continue
        for call in case.syntax.calls:
            at = [n for n in names if n != "self"].index(name)
            if called_name(call) == function.name and call.lineno <= line <= call.end_lineno and at < len(call.args):
                times = many // shape[0]
                yield case.method(call.args[at], f".repeat({times})", f"{times} times {shape[0]} are {many}")
