"""Fixes of two operands that do not lie beside each other: dimensions added or taken away where the one of them is made."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, parameters
from convcalc.check.text import Edit
from convcalc.tensor import Tensor

from .bindings import binding, places
from .case import Candidate
from .scope import values
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

    Shape = tuple[Any, ...]


def last(case: Case, dim: int, rank: int) -> str:
    """Return a dimension as the file writes it: the last one as -1 where it does so elsewhere."""
    if dim != rank - 1:
        return str(dim)
    text = case.text.text
    backwards = sum(text.count(f"{name}(-1)") for name in ("squeeze", "argmax", "softmax", "sum", "mean"))
    forwards = sum(text.count(f"{name}({dim})") for name in ("squeeze", "argmax", "softmax", "sum", "mean"))
    backwards, forwards = backwards + text.count("dim=-1"), forwards + text.count(f"dim={dim}")
    return "-1" if backwards > max(forwards, 1) else str(dim)


def beside(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """Yield an operand with dimensions of size 1, so that it lies along the batch or the channels of the other."""
    given = case.inputs()[:2]
    if len(given) < 2 or len(operands) < 2:
        return
    shapes = [tuple(t.shape) for t in given]
    for own, other in ((1, 0), (0, 1)):
        suffix = _ones(shapes[own], shapes[other])
        if suffix is None:
            continue
        reason = f"beside {shapes[other]}"
        together = _all_alike(case, operands[own], shapes[own], suffix, reason)
        if together is not None:
            yield together
        for place in places(case, operands[own])[:4]:
            yield case.method(place, _with_batch(case, place, suffix), reason)


def _ones(shape: Shape, other: Shape) -> str | None:
    """Return how one value for each sample, or each channel, is laid along images."""
    if len(shape) != 1 or len(other) < 3 or type(shape[0]) is not int or shape[0] < 2 or shape[0] == other[-1]:
        return None
    if shape[0] == other[0] and (len(other) == 4 or shape[0] != other[-3]):
        return f".view(-1{', 1' * (len(other) - 1)})"
    return "[:, None, None]" if shape[0] == other[-3] else None


def _with_batch(case: Case, place: Any, suffix: str) -> str:
    """Write the batch by its name, where the function that returns has one."""
    if not suffix.startswith(".view(-1,") or type(case.syntax.parent(place)) is not ast.Return:
        return suffix
    function = case.syntax.function(place)
    for node in case.syntax.nodes:
        if type(node) is not ast.Assign or case.syntax.function(node) is not function:
            continue
        text = case.text.of(node.value)
        target = node.targets[0]
        first: Any = target.elts[0] if type(target) is ast.Tuple and target.elts else target
        of_shape = text.endswith((".shape", ".size()")) and type(target) is ast.Tuple
        if type(first) is ast.Name and (of_shape or text.endswith((".shape[0]", ".size(0)"))):
            return suffix.replace("-1", first.id, 1)
    return suffix


def _all_alike(case: Case, operand: Any, shape: Shape, suffix: str, reason: str) -> Candidate | None:
    """Return an edit of all operands of a statement that have the same shape, where there are several: `(x - mean) / std`."""
    statement = case.syntax.statement(operand)
    found = []
    for node in case.syntax.nodes:
        if type(node) not in (ast.Name, ast.Attribute) or type(case.syntax.parent(node)) is ast.Attribute:
            continue
        if case.syntax.statement(node) is statement and type(node.ctx) is ast.Load:
            value = value_of(case, node)
            value = value if isinstance(value, Tensor) else dict(_buffers(case)).get(case.text.of(node))
            if isinstance(value, Tensor) and tuple(value.shape) == shape:
                found.append(node)
    if len(found) < 2 or (len({case.text.of(n) for n in found}) == 1 and binding(case, operand) is not None):
        return None  # one name is mended where it is set
    found.sort(key=lambda n: (n.lineno, n.col_offset))
    return joined(case, [(*case.text.span(node), case.text.of(node) + suffix) for node in found], statement, reason)


def _buffers(case: Case) -> Iterator[tuple[str, Any]]:
    from .masks import _tables

    return _tables(case)


def joined(case: Case, edits: list[tuple[int, int, str]], shown: Any, reason: str, rank: int = 0) -> Candidate:
    """Return several replacements of one stretch of text as one."""
    edits = sorted(edits)
    new, at = "", edits[0][0]
    for start, end, text in edits:
        new += case.text.text[at:start] + text
        at = end
    edit = Edit(edits[0][0], edits[-1][1], new)
    start, end = case.text.span(shown)
    return Candidate(edit, (min(start, edit.start), max(end, edit.end)), reason, rank)


# predictions and targets


def of_loss(case: Case, scores: Any, predicted: Shape, wanted: Shape) -> Iterator[Candidate]:
    """Yield predictions of images of one pixel in a row, as the targets are."""
    total = 1
    for size in predicted:
        total *= size if type(size) is int else 0
    if len(wanted) == 1 and len(predicted) > 2 and total == wanted[0]:
        for place in places(case, scores)[:2]:
            yield case.method(place, ".view(-1)", f"one for each of the {wanted[0]} targets")
    yield from as_rows(case)


def _are_same_samples(one: Shape, other: Shape) -> bool:
    """Return whether the one has the images and the other their values in a row."""
    totals = []
    for shape in (one, other):
        total = 1
        for size in shape[1:]:
            total *= size if type(size) is int else 0
        totals.append(total)
    return (
        len(one) != len(other) and 2 in (len(one), len(other)) and one[:1] == other[:1] and 1 < totals[0] == totals[1]
    )


def as_rows(case: Case) -> Iterator[Candidate]:
    """`loss(rows, images.flatten(1))`: the values of each sample in a row, as the other has them."""
    node, given = case.expression(), [tuple(t.shape) for t in case.inputs()[:2]]
    if type(node) is ast.Call and len(node.args) > 1 and len(given) > 1 and _are_same_samples(*given):
        flat = node.args[1] if len(given[0]) == 2 else node.args[0]
        yield case.method(flat, ".flatten(1)", "the values of each sample in a row, as the other has them")


def as_images(case: Case, operands: list[Any]) -> Iterator[Candidate]:
    """Yield rows of values as the images beside them: `rows.view(-1, 1, 28, 28)`."""
    given = [tuple(t.shape) for t in case.inputs()[:2]]
    if len(given) < 2 or len(operands) < 2 or not _are_same_samples((0, *given[0][1:]), (0, *given[1][1:])):
        return
    at = 0 if len(given[0]) == 2 else 1
    node: Any = operands[at]
    while type(node) is ast.Subscript and type(node.slice) is ast.Slice:
        node = node.value
    sizes = ", ".join(map(str, given[1 - at][1:]))
    yield case.method(node, f".view(-1, {sizes})", f"as images of {given[1 - at][1:]}")


def undone(case: Case, scores: Any, wanted: Shape) -> Iterator[Candidate]:
    """`loss(scores.view(-1), labels)` of classes: the scores as they were, a row for each sample."""
    for place in places(case, scores)[:2]:
        if called_name(place) in ("view", "flatten", "reshape", "squeeze") and type(place.func) is ast.Attribute:
            for made in case.producers(case.inputs()[0])[:1]:
                old = made.inputs[0].shape if made.inputs else None
                if old is not None and len(old) == 2 and tuple(old[:1]) == wanted[:1] and old[1] > 1:
                    yield case.dropped_method(place, f"a row of {old[1]} scores for each sample")


def flat_steps(case: Case, node: Any, predicted: Shape, wanted: Shape) -> Iterator[Candidate]:
    """`loss(out.view(-1, n_classes), targets.reshape(-1))`, where the file has set the number of classes for that."""
    if len(predicted) != 3 or predicted[:-1] != wanted or type(node) is not ast.Call or len(node.args) < 2:
        return
    scores, targets = node.args[:2]
    if type(scores) is not ast.Name:
        return
    function = case.syntax.function(node)
    read = [n.id for n in case.syntax.nodes if type(n) is ast.Name and type(n.ctx) is ast.Load and case.syntax.function(n) is function]  # fmt: skip
    for name, value in values(case):
        if type(value) is int and value == predicted[-1] and name not in read and name.isidentifier():
            if any(_sets(n, name) and case.syntax.function(n) is function for n in case.syntax.nodes):
                new = f"{scores.id}.view(-1, {name}), {case.text.of(targets)}.reshape(-1)"
                yield case.replace_all([scores, targets], new, node, "one row of scores for each step")


def _sets(node: Any, name: str) -> bool:
    return type(node) is ast.Assign and any(getattr(t, "id", None) == name for t in node.targets)


# indices


def gathered(case: Case) -> Iterator[Candidate]:
    """`x.gather(1, index)` with an index of fewer dimensions: the same for all in the last one."""
    if "same number of dimensions" not in case.words:
        return
    given = case.inputs()[:2]
    for call in case.calls_named("gather", "take_along_dim", "scatter", "scatter_"):
        if len(given) < 2 or len(call.args) < 2 or type(call.func) is not ast.Attribute:
            continue
        own, index = tuple(given[0].shape), tuple(given[1].shape)
        if len(own) != len(index) + 1 or len(own) < 2:
            continue
        text = case.text.of(call.func.value)
        node = call.args[-1] if called_name(call) in ("gather", "take_along_dim") else call.args[1]
        if text == "torch":
            text = case.text.of(call.args[0])
        if len(own) == 2:
            for place in places(case, node)[:2]:
                yield case.method(place, ".unsqueeze(1)", "an index for each row")
            continue
        sizes = ", ".join(["-1", *("1" if s == 1 else "-1" for s in index[1:])])
        suffix = f".unsqueeze({len(index)}).expand({sizes}, {text}.size({len(index)}))"
        for place in places(case, node)[:2]:
            yield case.method(place, suffix, f"an index of {len(own)} dimensions, as {text} has")


def one_hot(case: Case) -> Iterator[Candidate]:
    """Yield a row for each class number, where soft labels are wanted: `F.one_hot(y, n_classes).float()` for `y.float()`."""
    given = [tuple(t.shape) for t in case.inputs()[:2]]
    if len(given) < 2:
        return
    for at, other in ((0, 1), (1, 0)):
        if len(given[at]) != 1 or len(given[other]) != 2 or given[at][0] != given[other][0]:
            continue
        classes = given[other][1]
        for made in case.producers(case.inputs()[at])[:12]:
            node = case.node_of(made) if made.type.rpartition(".")[2] in ("float", "to", "type") else None
            before = made.inputs[0] if made.inputs else None
            if node is None or before is None or "int" not in str(before.dtype) or type(node.func) is not ast.Attribute:
                continue
            count = _count_of_classes(case, node, classes)
            new = f"F.one_hot({case.text.of(node.func.value)}, {count}).float()"
            yield case.replace(node, new, f"a row of {classes} for each sample", shown=node)


def _count_of_classes(case: Case, node: Any, classes: Any) -> str:
    function = case.syntax.function(node)
    names = parameters(function) if function is not None and type(function) is not ast.Lambda else ()
    own = [n for n in names if "class" in n.lower()]
    known = [n for n, v in values(case) if type(v) is int and v == classes and "class" in n.lower()]
    return [*own, *known, str(classes)][0]


# images of one pixel


def pixels(case: Case) -> Iterator[Candidate]:
    """Yield rows of features as images of one pixel, for a layer of images: `torch.randn(n, 100, 1, 1)` for a generator."""
    from convcalc.nn.facts import facts_of

    from .data import MAKERS, sizes_of

    tensor, module = case.tensor, case.module
    ranks = facts_of(type(module)).ranks
    if tensor is None or not ranks or len(tensor.shape) != 2 or getattr(module, "in_channels", None) != tensor.shape[1]:
        return
    more = max(ranks) - 2
    source = case.source_call(tensor)
    sizes = sizes_of(source) if source is not None and called_name(source) in MAKERS[:7] else []
    reason = f"{tensor.shape[1]} channels of one pixel"
    if len(sizes) == 2 and more > 0:
        yield case.insert_after(sizes[-1], ", 1" * more, reason, shown=source)
    node = case.expression()
    if type(node) is ast.Call and node.args and more > 0:
        for place in places(case, node.args[0])[:3]:
            yield case.method(place, f"[:, :{', None' * more}]", reason)


# many of one kind


def of_shape(case: Case) -> Iterator[Candidate]:
    """`target.view_as(output)`: of the tensor that has as many values."""
    for call in case.calls_named("view_as", "reshape_as", "expand_as"):
        if not call.args or not case.inputs():
            continue
        total = _count(case.inputs()[0])
        around = case.syntax.parent(call)
        first = getattr(around.func, "value", None) if type(around) is ast.Call and type(around.func) is ast.Attribute else None  # fmt: skip
        named = [first.id] if type(first) is ast.Name and isinstance(value_of(case, first), Tensor) else []
        known = [n for n, v in values(case) if isinstance(v, Tensor) and _count(v) == total and n.isidentifier()]
        for name in list(dict.fromkeys([*(n for n in named if n in known), *reversed(known)]))[:3]:
            own = getattr(getattr(call.func, "value", None), "id", None)
            if name not in (own, case.text.of(call.args[0])):
                yield case.replace(call.args[0], name, f"{name} has as many values", shown=call)


def _count(tensor: Any) -> int | None:
    total = 1
    for size in tensor.shape:
        if type(size) is not int:
            return None
        total *= size
    return total


def dimensions(case: Case) -> Iterator[Candidate]:
    """Yield what is indexed with a dimension more, where the caller left it out, and a mask without its dimension of size 1."""
    if "too many indices" not in case.words:
        return
    node = case.expression()
    subscripts = [n for n in case.syntax.nodes if type(n) is ast.Subscript and n.lineno == case.found.line]
    for one in [node, *subscripts] if type(node) is ast.Subscript else subscripts:
        for name in [n for n in case.syntax.nodes if type(n) is ast.Name and _is_below(case, n, one.slice)]:
            shape = tuple(getattr(value_of(case, name), "shape", ()))
            if len(shape) == 2 and shape[0] == 1:
                for place in places(case, name)[:2]:
                    yield case.method(place, ".squeeze(0)", "the row of the one")
        for place in places(case, one.value)[1:3]:
            yield case.method(place, ".unsqueeze(0)", "a list of one")


def _is_below(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def last_layer(case: Case) -> Iterator[Candidate]:
    """Yield the state of the last layer, where that of all layers was made rows: `hidden[-1].view(-1, size)`."""
    given = case.inputs()[:2]
    if len(given) < 2 or not given[0].shape or not given[1].shape:
        return
    many, few = given[0].shape[0], given[1].shape[0]
    for made in case.producers(given[0])[:12]:
        old = made.inputs[0].shape if made.inputs else None
        if made.type.rpartition(".")[2] not in ("view", "reshape", "flatten") or old is None or len(old) != 3:
            continue
        if old[1] == few and old[0] * old[1] == many and old[0] in (2, 3, 4, 6, 8):
            node = case.node_of(made)
            if node is not None and type(node.func) is ast.Attribute:
                yield case.insert_after(node.func.value, "[-1]", "the state of the last layer", shown=node)


# what has no batch


def without_batch(case: Case) -> Iterator[Candidate]:
    """Yield what a model is given with a batch of one: all arguments, a slice for an index."""
    call = case.call
    while call is not None and call.parent is not None:
        call = call.parent
    if call is None or call.line is None:
        return
    reason = "a batch of one"
    for node in case.syntax.at_line(call.line):
        tensors = [
            a for a in node.args if type(a) in (ast.Name, ast.Attribute) and isinstance(value_of(case, a), Tensor)
        ]
        if len(node.args) > 1 and len(tensors) == len(node.args) and called_name(node) not in ("cat", "stack"):
            edits = [(*case.text.span(a), case.text.of(a) + ".unsqueeze(0)") for a in tensors]
            yield joined(case, edits, node, reason)
    for node in case.syntax.at_line(call.line):
        for given in node.args[:1]:
            for place in places(case, given)[:3]:
                yield from _sliced(case, place, reason)
            made = binding(case, given)
            if made is not None and any(f"torch.{name}(" in case.text.of(made) for name in _OF_ONE):
                yield case.method(made, ".unsqueeze(0)", reason)


_OF_ONE = ("tensor", "LongTensor", "FloatTensor", "from_numpy", "as_tensor")


def _sliced(case: Case, place: Any, reason: str) -> Iterator[Candidate]:
    """`x[-1:]` for `x[-1]`."""
    if type(place) is not ast.Subscript or type(place.slice) in (ast.Slice, ast.Tuple):
        return
    text = case.text.of(place.slice)
    if text == "-1":
        yield case.replace(place.slice, "-1:", reason)
    elif text == "0":
        yield case.replace(place.slice, ":1", reason)
    elif text.isdigit():
        yield case.replace(place.slice, f"{text}:{int(text) + 1}", reason)
    elif type(place.slice) is ast.Name:
        yield case.insert_after(place, ".unsqueeze(0)", reason)
