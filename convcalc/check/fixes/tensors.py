"""Fixes of an expression over tensors: views, flattenings, concatenations, products, dimensions, element types."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, number_of
from convcalc.check.text import Edit
from convcalc.tensor import Tensor

from . import windows
from .case import LEAVES_OUT, Candidate
from .data import creation, rebatched
from .layers import outputs
from .scope import spellings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def views(case: Case) -> Iterator[Candidate]:
    """Yield a view that asks for other sizes than there are."""
    for node in _view_nodes(case):
        yield from _view(case, node)


def _view_nodes(case: Case) -> list[Any]:
    nodes = case.calls_named("view", "reshape", "flatten")
    origin = case.found.origin
    if origin and case.found.rule == "flatten-size":
        here = [c for c in case.syntax.at_line(origin["line"] or 0) if called_name(c) in ("view", "reshape", "flatten")]
        nodes = here or nodes
    return nodes


def _view(case: Case, node: Any) -> Iterator[Candidate]:
    if type(node.func) is not ast.Attribute:
        return
    receiver = case.text.of(node.func.value)
    function = receiver == "torch"
    args = node.args[1:] if function else node.args
    if function and args:
        receiver = case.text.of(node.args[0])
    elements = args[0].elts if len(args) == 1 and type(args[0]) in (ast.Tuple, ast.List) else args
    shape = _shape_before(case)
    if called_name(node) == "flatten" or not elements or not shape:
        return
    total = 1
    for size in shape:
        total *= size
    batch = f"{receiver}.size(0)"
    features = total // shape[0] if shape[0] else 0
    asked: list[Any] = (
        list(case.actual)
        if isinstance(case.actual, tuple) and len(case.actual) == len(elements)
        else [number_of(e) for e in elements]
    )
    if len(asked) == 2 and asked[1] is None and case.found.rule == "flatten-size":
        asked[1] = case.found.actual
    reason = f"the batch is {shape[0]}; a sample has {features} features"
    if len(elements) > 1 and asked[0] != -1 and -1 not in asked[1:]:
        rest: Any = 1
        for size in asked[1:]:
            rest *= size if isinstance(size, int) else 0
        if rest == features or (rest and total % rest == 0):
            yield case.replace(elements[0], batch if rest == features else "-1", "any batch size")
            yield case.replace(elements[0], "-1", "any batch size")
    elif len(elements) > 1 and asked[0] != -1 and type(elements[0]) is ast.Constant:
        yield case.replace(elements[0], batch, "any batch size")
    if len(elements) == 2 and isinstance(asked[1], int) and asked[1] != -1:
        working = " * ".join(map(str, shape[1:]))
        for place, text in case.origins.changes(elements[1], asked[1], features, tuple(shape[1:])):
            yield case.replace(place, text, f"{features} = {working}")
        if asked[0] != -1:
            yield case.replace(elements[1], "-1", reason)
        yield _two(case, elements[0], batch, elements[1], "-1", node, reason)
    for i, (element, size) in enumerate(zip(elements, asked)):
        others: Any = 1
        for j, other in enumerate(asked):
            if j != i:
                others *= shape[0] if other == -1 and j == 0 else other if isinstance(other, int) else 0
        if others and isinstance(size, int) and size != -1 and others > 0 and total % others == 0:
            if number_of(element) is not None:
                for text in spellings(case, total // others)[:2]:
                    yield case.replace(element, text, f"{text} is {total // others}")
            elif i and -1 not in asked and asked[0] == shape[0] and None not in map(_plain_name, elements):
                candidate = case.replace(element, "-1", f"as many as are left: {total // others}")
                candidate.is_undone = True
                yield candidate
            for place, text in case.origins.changes(element, size, total // others):
                yield case.replace(place, text, f"{total} elements in all")
            yield case.replace(element, str(total // others), f"{total} elements in all")
    for element, size in zip(elements[1:], asked[1:]):
        if isinstance(size, int) and size > 1 and number_of(element) is None:
            parts = [n for n in range(1, min(shape[-1], 64) + 1) if shape[-1] % n == 0 and n != size]
            for n in sorted(parts, key=lambda n: (n == 1, abs(n - size)))[:3]:
                for place, text in case.origins.changes(element, size, n):
                    yield case.replace(place, text, f"{n} divides {shape[-1]}")
    if len(elements) == 1 and isinstance(asked[0], int) and len(shape) > 1:
        if asked[0] == features:
            yield case.replace(elements[0], f"-1, {case.text.of(elements[0])}", "the batch keeps its dimension")
        yield case.replace(elements[0], f"{batch}, -1", "the batch keeps its dimension")


def _plain_name(node: Any) -> str | None:
    return getattr(node, "id", None)


def _two(case: Case, first: Any, new_first: str, last: Any, new_last: str, shown: Any, reason: str) -> Candidate:
    """Return everything from one node to another replaced."""
    start, end = case.text.span(first)[0], case.text.span(last)[1]
    return Candidate(Edit(start, end, f"{new_first}, {new_last}"), case.text.span(shown), reason)


def _shape_before(case: Case) -> list[int]:
    """Return what the view was given."""
    origin = case.found.origin
    if (
        case.found.rule == "flatten-size"
        and origin
        and origin["from"]
        and case.call is not None
        and case.call.type.rpartition(".")[2] not in ("view", "reshape")
    ):
        shape = origin["from"]
    elif case.tensor is not None:
        shape = list(case.tensor.shape)
    else:
        shape = case.found.shape or []
    return shape if all(isinstance(size, int) for size in shape) else []


def flattened_batch(case: Case) -> Iterator[Candidate]:
    """`x.view(-1)`, `torch.flatten(x)`: everything in one row, the batch too; or cut at the wrong place."""
    tensor = case.tensor
    for made in case.producers(tensor):
        name = made.type.rpartition(".")[2]
        if (
            name not in ("view", "reshape", "flatten")
            or not made.inputs
            or made.inputs[0].shape is None
            or not made.outputs
        ):
            continue
        old, new = made.inputs[0].shape, made.outputs[0].shape
        node = case.node_of(made)
        if node is None or new is None or len(old) < 2 or (new and new[0] == old[0]):
            continue
        function = type(node.func) is ast.Attribute and case.text.of(node.func.value) == "torch"
        args = node.args[1:] if function else node.args
        reason = "the batch keeps its dimension"
        if name == "flatten":
            if not args and not node.keywords:
                last = node.args[-1] if node.args else None
                if last is not None:
                    yield case.insert_after(last, ", 1", reason, shown=node)
                else:
                    start, end = case.text.span(node)
                    yield case.replace(node, case.text.text[start : end - 1] + "1)", reason, shown=node)
            elif args:
                yield case.replace(args[0], "1", reason)
        elif args:
            receiver = case.text.of(node.args[0] if function else node.func.value)
            plain = type(node.func) is ast.Attribute and type(node.func.value) in (ast.Name, ast.Attribute)
            if plain or function:
                yield _two(case, args[0], f"{receiver}.size(0)", args[-1], "-1", node, reason)
            if len(args) == 1:
                if number_of(args[0]) == -1:
                    for first in old[-1:]:
                        yield case.replace(args[0], f"-1, {first}", f"rows of {first}", shown=node)
        return


def view_order(case: Case) -> Iterator[Candidate]:
    """Yield a view of a tensor whose memory is in another order."""
    for node in case.calls_named("view"):
        func = case.text.of(node.func)
        yield case.replace(
            node.func, func[: -len("view")] + "reshape", "reshape copies where a view cannot be", shown=node
        )


def concatenations(case: Case) -> Iterator[Candidate]:
    """Yield tensors joined along another dimension, or made to fit."""
    given = case.inputs()
    for node in case.calls_named("cat", "stack", "concat", "hstack", "vstack"):
        if called_name(node) == "stack" and given:
            yield from padded(case, node)
            func = case.text.of(node.func)
            yield case.replace(
                node.func, func[: -len("stack")] + "cat", "cat joins along a dimension that is there", shown=node
            )
        dim = argument(node, "dim", ("tensors", "dim"))
        rank = max((len(t.shape) for t in given), default=0)
        fitting = [d for d in range(rank) if _fit(given, d)]
        fitting.sort(key=lambda d: (d != 1, d == 0, d))
        for d in fitting:
            reason = f"they may differ in dimension {d}"
            if dim is not None:
                yield case.replace(dim, str(d), reason)
            elif node.args:
                yield case.insert_after(node.args[-1], f", dim={d}", reason, shown=node)
    if isinstance(case.expected, int) and isinstance(case.actual, int):
        for wanted, had in ((case.expected, case.actual), (case.actual, case.expected)):
            for tensor in given:
                if had in tuple(tensor.shape):
                    yield from windows.same_size(case, tensor, wanted, had)
                    yield from outputs(case, tensor, wanted, had)


def padded(case: Case, node: Any) -> Iterator[Candidate]:
    """`torch.stack(texts)` of sequences of many lengths: `pad_sequence(texts, batch_first=True)`."""
    shapes = [tuple(t.shape) for t in case.inputs()]
    rests = {shape[1:] for shape in shapes}
    if len(rests) != 1 or len({shape[:1] for shape in shapes}) < 2 or len(node.args) != 1 or any(not s for s in shapes):
        return
    is_imported = any(type(n) is ast.alias and n.name == "pad_sequence" for n in case.syntax.nodes)
    name = "pad_sequence" if is_imported else "torch.nn.utils.rnn.pad_sequence"
    new = f"{name}({case.text.of(node.args[0])}, batch_first=True)"
    yield case.replace(node, new, "all as long as the longest", shown=node)


def of_numbers(case: Case) -> Iterator[Candidate]:
    """Yield single numbers, which `cat` does not take: put into the list as they were before the mean, or stacked."""
    if not case.inputs() or any(len(t.shape) for t in case.inputs()):
        return
    from convcalc.trace.gradients import needs_gradient

    stacked = list(_stacked_numbers(case))
    if any(needs_gradient(t, case.program.record) for t in case.inputs()):  # losses, of which each is one number
        yield from stacked
    lines = {made.line for t in case.inputs()[:4] for made in case.producers(t, 1)}
    for node in case.syntax.calls:
        if called_name(node) == "append" and len(node.args) == 1 and node.lineno in lines:
            given = node.args[0]
            if called_name(given) in ("mean", "sum") and type(given.func) is ast.Attribute and not given.args:
                yield case.dropped_method(given, "the values of all samples, as those of the others")
            yield case.method(given, ".reshape(1)", "a list of one")
    yield from stacked


def _stacked_numbers(case: Case) -> Iterator[Candidate]:
    for node in case.calls_named("cat", "concat"):
        func = case.text.of(node.func)
        name = called_name(node) or ""
        yield case.replace(node.func, func[: -len(name)] + "stack", "stack joins single numbers", shown=node)


def _fit(given: list[Tensor], dim: int) -> bool:
    shapes = {tuple(s for i, s in enumerate(t.shape) if i != dim) for t in given}
    return len(shapes) == 1


def operands(case: Case) -> Iterator[Candidate]:
    """Yield two tensors that do not fit each other: the layers that made them, or one laid along the other."""
    given = case.inputs()[:2]
    node = case.expression()
    sides = _sides(node)
    if len(given) == 2 and isinstance(case.expected, int) and isinstance(case.actual, int):
        a, b = given
        for tensor, other in ((b, a), (a, b)):
            for had in tuple(tensor.shape):
                for wanted in (case.expected, case.actual):
                    if had in (case.expected, case.actual) and had != wanted and wanted in tuple(other.shape):
                        yield from outputs(case, tensor, wanted, had)
        for tensor, other in ((b, a), (a, b)):
            if len(tensor.shape) > 2 and len(other.shape) == len(tensor.shape) and tensor.shape[1] == other.shape[1]:
                yield from windows.same_size(case, tensor, other.shape[-1], tensor.shape[-1])
            yield from creation(case, tensor, tuple(other.shape))
            if tensor.shape and other.shape and tensor.shape[0] != other.shape[0]:
                yield from rebatched(case, tensor, tensor.shape[0], other.shape[0])
        for operand, tensor in zip(sides, given):
            for suffix in _alignments(tensor, b if tensor is a else a):
                yield case.method(operand, suffix, "so that the sizes match")
    if type(node) is ast.BinOp and type(node.op) is ast.Add:
        yield case.replace(node, case.text.of(node.right), "the addition left out", rank=LEAVES_OUT)


def _sides(node: Any) -> list[Any]:
    if type(node) is ast.BinOp:
        return [node.left, node.right]
    if type(node) is ast.AugAssign:
        return [node.target, node.value]
    if type(node) is ast.Call:
        return list(node.args[:2])
    return []


def _alignments(tensor: Tensor, other: Tensor) -> list[str]:
    n, m = len(tensor.shape), len(other.shape)
    found = [".transpose(-2, -1)"] if n > 1 else []
    if n > m:
        found += [f".squeeze({d})" for d in range(n) if tensor.shape[d] == 1]
    if n < m or n <= 2:
        found += [".unsqueeze(1)", ".unsqueeze(0)", ".unsqueeze(-1)"]
    if n == 3:
        found += [".permute(1, 0, 2)"]
    return found


def products(case: Case) -> Iterator[Candidate]:
    """Yield a matrix product: one operand transposed, or the two in the other order."""
    node = case.expression()
    sides = [] if node is None else _sides(node)
    if (
        type(node) is ast.Call
        and type(node.func) is ast.Attribute
        and case.text.of(node.func.value) not in ("torch", "F", "torch.nn.functional")
    ):
        sides = [node.func.value, *node.args[:1]]
    if len(sides) < 2:
        return
    given = case.inputs()[:2]
    left, right = sides
    reason = "then the inner sizes agree"
    for side, tensor in zip((right, left), reversed(given)):
        if len(tensor.shape) >= 2:
            yield case.method(side, ".transpose(-2, -1)", reason)
    yield case.swap(node, left, right, reason)
    for side, tensor in zip((left, right), given):
        if len(tensor.shape) == 2 and case.call is not None and "bmm" in case.call.type:
            yield case.method(side, ".unsqueeze(1)", "a batch of rows")
            yield case.method(side, ".unsqueeze(2)", "a batch of columns")
        if len(tensor.shape) == 4 and 1 in tensor.shape:
            for d, size in enumerate(tensor.shape):
                if size == 1:
                    yield case.method(side, f".squeeze({d})", "without the dimension of size 1")
    # what came before: a squeeze or a transposition that is missing
    for made in case.producers(case.tensor)[:6]:
        before = case.node_of(made)
        if (
            before is not None
            and called_name(before) in ("unsqueeze", "transpose", "permute", "squeeze")
            and type(before.func) is ast.Attribute
        ):
            for suffix in (".squeeze(2)", ".squeeze(-1)", ".transpose(1, 2)"):
                yield case.method(before.func.value, suffix, reason)


def dimensions(case: Case) -> Iterator[Candidate]:
    """Yield a dimension that the tensor does not have."""
    tensor = case.tensor
    if tensor is None or case.call is None:
        return
    name = case.call.type.rpartition(".")[2]
    rank = len(tensor.shape)
    for node in case.calls_named(name):
        method = type(node.func) is ast.Attribute and case.text.of(node.func.value) not in (
            "torch",
            "F",
            "torch.nn.functional",
            "nn.functional",
        )
        dim = argument(node, "dim", ())
        if dim is None:
            rest = node.args if method else node.args[1:]
            dim = next((a for a in rest if number_of(a) is not None), None)
        if dim is None:
            continue
        likely = (
            [1, -1, *range(rank), rank] if name not in ("softmax", "log_softmax", "argmax") else [-1, 1, *range(rank)]
        )
        if name in ("cat", "concat") and number_of(dim) in (rank, -rank - 1):
            func = case.text.of(node.func)
            reason = f"stack makes a dimension of its own, cat needs one of {rank}"
            yield case.replace(node.func, func[: -len(name)] + "stack", reason, shown=node)
        if name in ("cat", "concat"):
            likely = [d for d in (1, -1, *range(rank)) if _fit(case.inputs(), d % rank)]
        for d in dict.fromkeys(likely):
            yield case.replace(dim, str(d), f"the tensor has {rank} dimensions: {tuple(tensor.shape)}")
        if method and name in ("argmax", "squeeze", "unsqueeze"):
            yield case.dropped_method(node, "left out")


def element_types(case: Case) -> Iterator[Candidate]:
    """Yield indices and targets of another element type."""
    node = case.expression()
    if type(node) is not ast.Call:
        return
    wanted = [".long()", ".float()"]
    if case.found.rule != "embedding-dtype" and case.expected is None:
        wanted.reverse()
    if case.found.rule == "embedding-dtype":
        for made in reversed(case.producers(case.tensor)[-1:]):
            source = case.node_of(made)
            if source is not None and called_name(source) in ("rand", "randn"):
                yield case.method(source, ".long()", "an embedding looks up integers")
    sides = list(node.args)
    if type(node.func) is ast.Attribute and case.call is not None and case.call.type.startswith("Tensor."):
        sides.append(node.func.value)
    for suffix in wanted:
        for side in (s for s in sides if type(s) is not ast.Constant):
            yield case.method(
                side, suffix, "integers are needed" if suffix == ".long()" else "floating-point numbers are needed"
            )
