"""Fixes of the order of dimensions: channels, steps, batch and classes at another place than the one that is looked at."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, number_of
from convcalc.nn.facts import facts_of

from .axes import feature_axis
from .case import Candidate
from .places import turned
from .reductions import KEEPING
from .scope import spellings
from .trees import identifiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def transposed(case: Case) -> Iterator[Candidate]:
    """Yield what a layer gets with the dimension in front, or at the end, that has the size which the layer wants."""
    module, tensor = case.module, case.tensor
    if module is None or tensor is None or type(case.expected) is not int:
        return
    stated, shape = facts_of(type(module)), tuple(tensor.shape)
    rank = len(shape)
    if stated.axis is None or rank < 3:
        return
    axis = feature_axis(stated, rank)
    first = 1 if rank > 3 else 0  # of images and volumes the batch stands in front, and its size is a coincidence
    other = [i for i, size in enumerate(shape) if size == case.expected and i != axis and i >= first]
    if not other or (len(shape) > 3 and sum(size == 1 for size in shape[1:]) == rank - 2):
        return  # of one value for each channel the channels are flattened, not turned
    moved, back = _orders(rank, axis, other[-1])
    node = case.expression()
    if type(node) is not ast.Call or not node.args:
        return
    reason = f"its {case.expected} {stated.unit or 'features'} stand in dimension {other[-1]}"
    again = case.wrap(node, "", "", reason)
    given = case.method(node.args[0], moved, reason)
    inner = given.edit.new
    text = case.text.of(node)
    start = case.text.span(node.args[0])[0] - case.text.span(node)[0]
    end = case.text.span(node.args[0])[1] - case.text.span(node)[0]
    again.edit.new = f"{text[:start]}{inner}{text[end:]}{back}"
    if stated.kind == "normalization":
        yield again
        yield given
    else:
        yield given
        yield again


def _orders(rank: int, axis: int, other: int) -> tuple[str, str]:
    """Return the methods that bring a dimension to another place, and back."""
    if rank == 3:
        both = f".transpose({min(axis, other)}, {max(axis, other)})"
        return both, both
    rest = [i for i in range(rank) if i != other]
    there = [*rest[:axis], other, *rest[axis:]]
    back = [there.index(i) for i in range(rank)]
    return f".permute({', '.join(map(str, there))})", f".permute({', '.join(map(str, back))})"


def joined_otherwise(case: Case) -> Iterator[Candidate]:
    """Yield a concatenation before, along the dimension in which it gives the size that is wanted."""
    for made in case.producers(case.tensor)[:12]:
        if made.type.rpartition(".")[2] not in ("cat", "concat", "concatenate"):
            continue
        node = case.node_of(made)
        shapes = [tuple(m.shape) for m in made.inputs if m.shape is not None]
        if node is None or not shapes or len({len(s) for s in shapes}) != 1:
            return
        is_of_steps = bool(node.args) and type(node.args[0]) not in (ast.List, ast.Tuple)
        if is_of_steps and len(set(shapes)) == 1 and len(shapes) > 1 and shapes[0][-1:] == (case.expected,):
            func = case.text.of(node.func)
            yield case.replace(node.func, func[: -len(called_name(node) or "")] + "stack", f"each is {shapes[0]}: a dimension of its own for them", shown=node)  # fmt: skip
        dim = argument(node, "dim", ("tensors", "dim"))
        had = 0 if dim is None else number_of(dim)
        rank = len(shapes[0])
        for d in range(rank):
            if had is None or d == had % rank or sum(s[d] for s in shapes) != case.expected:
                continue
            if len({s[:d] + s[d + 1 :] for s in shapes}) != 1:
                continue
            reason = f"joined along dimension {d} they have {case.expected}"
            if dim is not None:
                yield case.replace(dim, str(d), reason)
            else:
                yield case.insert_after(node.args[-1], f", dim={d}", reason, shown=node)
        return


def grown_otherwise(case: Case) -> Iterator[Candidate]:
    """Yield what a loop makes longer in each turn, `ids = torch.cat([ids, new], dim=1)`, made longer along another dimension."""
    from .bindings import traceback
    from .states import value_of

    lines = {line for _, line in traceback(case)}
    calls: list[Any] = case.syntax.calls
    for node in calls:
        statement = case.syntax.statement(node)
        if (
            type(statement) is not ast.Assign
            or id(statement.value) != id(node)
            or called_name(node) not in ("cat", "concat")
        ):
            continue
        parts: Any = node.args[0] if node.args else None
        first = parts.elts[0] if type(parts) in (ast.List, ast.Tuple) and parts.elts else None
        loop = case.syntax.parent(statement)
        if type(loop) not in (ast.For, ast.While) or getattr(first, "id", None) != getattr(
            statement.targets[0], "id", ""
        ):
            continue
        rank = len(getattr(value_of(case, first), "shape", ()))
        if rank < 2 or not any(loop.lineno <= line <= (loop.end_lineno or 0) for line in lines):
            continue
        dim = argument(node, "dim", ("tensors", "dim"))
        had = 0 if dim is None else number_of(dim)
        for d in range(2):
            if had is None or d == had % rank:
                continue
            reason = f"longer along dimension {d}"
            if dim is not None:
                yield case.replace(dim, str(d), reason)
            else:
                yield case.insert_after(node.args[-1], f", dim={d}", reason, shown=node)


def batched_product(case: Case) -> Iterator[Candidate]:
    """Yield an operand of `bmm` whose first two dimensions are the other way round."""
    node = case.expression()
    given = case.inputs()[:2]
    if type(node) is not ast.Call or len(given) < 2 or any(len(t.shape) != 3 for t in given):
        return
    sides = list(node.args[:2]) if len(node.args) > 1 else [getattr(node.func, "value", None), *node.args[:1]]
    a, b = (tuple(t.shape) for t in given)
    if len(sides) == 2 and a[0] != b[0]:
        if b[1] == a[0] and b[0] == a[2]:
            yield case.method(sides[1], ".transpose(0, 1)", "the batch comes first in both")
        if a[1] == b[0] and a[2] == b[1]:
            yield case.method(sides[0], ".transpose(0, 1)", "the batch comes first in both")


def aligned(case: Case, node: Any, shape: tuple[Any, ...], other: tuple[Any, ...]) -> Iterator[Candidate]:
    """Yield an operand turned so that it has the other's shape: transposed, or with a dimension more."""
    if (
        type(node) is ast.Compare
        and type(node.comparators[0]) in (ast.Constant, ast.Name)
        and len(node.comparators) == 1
    ):
        node = node.left
    reason = f"then it is {other}" if sorted(map(str, shape)) == sorted(map(str, other)) else f"beside {other}"
    if len(shape) == len(other) and shape != other:
        if len(shape) == 2 and shape == other[::-1]:
            yield from turned(case, node, ".t()", reason)
        elif len(shape) == 3 and (shape[1], shape[0], shape[2]) == other:
            yield from turned(case, node, ".transpose(0, 1)", reason)
        elif len(shape) == 3 and (shape[0], shape[2], shape[1]) == other:
            yield from turned(case, node, ".transpose(1, 2)", reason)
        elif len(shape) > 3 and (shape[0], shape[-1], *shape[1:-1]) == other:
            order = [0, len(shape) - 1, *range(1, len(shape) - 1)]
            yield from turned(case, node, f".permute({', '.join(map(str, order))})", reason)
    if len(shape) == 1 and len(other) > 2 and shape[0] in other[:-1]:
        at = len(other) - 1 - other[:-1][::-1].index(shape[0]) - 1
        ones = ["-1" if d == at else "1" for d in range(at, len(other))]
        yield from turned(case, node, f".view({', '.join(ones)})", f"one for each of dimension {at} of {other}")
    if len(shape) < len(other):
        for d in range(len(other) - 1, -1, -1):
            longer = (*shape[:d], 1, *shape[d:])
            if len(longer) == len(other) and all(x in (y, 1) or y == 1 for x, y in zip(longer, other)):
                yield from turned(case, node, f".unsqueeze({d if d < len(shape) else -1})", reason)
    if len(shape) == 2 and len(other) > 3 and shape[0] == other[0] and shape[1] == other[-1]:
        index = ", ".join([":", *["None"] * (len(other) - 2), ":"])
        yield from turned(case, node, f"[{index}]", f"the same for all between the batch and the last dimension of {other}")  # fmt: skip
    if 1 < len(shape) < len(other) - 1 and all(x in (y, 1) or y == 1 for x, y in zip(shape, other)):
        index = ", ".join([":"] * len(shape) + ["None"] * (len(other) - len(shape)))
        yield from turned(case, node, f"[{index}]", f"one for each of the first {len(shape)} dimensions of {other}")


def part_transposed(case: Case) -> Iterator[Candidate]:
    """Yield a part of a concatenation with its steps and features the other way round, where the rest then fits."""
    given, nodes = case.inputs()[:2], operands(case)
    shapes = [tuple(t.shape) for t in given]
    if len(given) < 2 or len(nodes) < 2 or any(len(s) != 3 for s in shapes):
        return
    for one, other in ((1, 0), (0, 1)):
        shape = (shapes[one][0], shapes[one][2], shapes[one][1])
        if sum(a != b for a, b in zip(shape, shapes[other])) <= 1 < sum(a != b for a, b in zip(shapes[one], shapes[other])):  # fmt: skip
            yield from turned(case, nodes[one], ".transpose(1, 2)", f"then it is {shape}")


def expanded(case: Case) -> Iterator[Candidate]:
    """Yield a part of a concatenation for each sample of the batch: `token.expand(x.size(0), -1, -1)`."""
    given, nodes = case.inputs()[:2], operands(case)
    if len(given) < 2 or len(nodes) < 2 or len(given[0].shape) != len(given[1].shape):
        return
    shapes = [tuple(t.shape) for t in given]
    for one, other in ((0, 1), (1, 0)):
        if shapes[one] and shapes[one][0] == 1 and type(shapes[other][0]) is int and shapes[other][0] > 1:
            rest = ", -1" * (len(shapes[one]) - 1)
            texts = [t for t in spellings(case, shapes[other][0]) if not t.startswith("len(")]
            for text in texts[:2]:
                yield from turned(case, nodes[one], f".expand({text}{rest})", "the same for each sample of the batch")


def repeated_otherwise(case: Case) -> Iterator[Candidate]:
    """Yield `x.repeat(n, 1, 1)` and `x.unsqueeze(1)` before, along another dimension."""
    for tensor in case.inputs():
        for made in case.producers(tensor)[:6]:
            name = made.type.rpartition(".")[2]
            node = case.node_of(made) if name in ("repeat", "unsqueeze", "expand") else None
            if node is None:
                continue
            if name == "unsqueeze" and len(node.args) == 1:
                rank = len(made.inputs[0].shape or ())
                for d in range(rank + 1):
                    if str(d) != case.text.of(node.args[0]):
                        yield case.replace(node.args[0], str(d), f"a dimension of size 1 at {d}")
            elif name == "repeat" and len(node.args) > 1:
                texts = [case.text.of(a) for a in node.args]
                many = [i for i, t in enumerate(texts) if t != "1"]
                if len(many) == 1:
                    for d in range(len(texts)):
                        if d != many[0]:
                            new = ["1"] * len(texts)
                            new[d] = texts[many[0]]
                            yield case.replace_all(node.args, ", ".join(new), node, f"repeated along dimension {d}")


def reduced_otherwise(case: Case) -> Iterator[Candidate]:
    """Yield a sum, mean, maximum or softmax before, along another dimension."""
    from .aligned import last

    seen = set()
    of_index = case.call is not None and "__getitem__" in case.call.type
    for tensor in case.inputs()[::-1] if of_index else case.inputs()[:2]:
        yield from _stacked_otherwise(case, tensor)
        for made in case.producers(tensor)[:4]:
            name = made.type.rpartition(".")[2]
            if name not in _REDUCTIONS or id(made) in seen or not made.inputs or made.inputs[0].shape is None:
                continue
            seen.add(id(made))
            node = case.node_of(made)
            if node is None:
                continue
            own = type(node.func) is ast.Attribute and case.text.of(node.func.value) in ("torch", "F")
            dim = argument(node, "dim", ("input", "dim") if own else ("dim",))
            rank = len(made.inputs[0].shape)
            if dim is None or number_of(dim) is None:
                continue
            for d in range(rank):
                if d != number_of(dim) % rank:  # type: ignore[operator]
                    yield case.replace(
                        dim, last(case, d, rank), f"{name} along dimension {d} of {tuple(made.inputs[0].shape)}"
                    )


def _stacked_otherwise(case: Case, tensor: Any) -> Iterator[Candidate]:
    """Yield parts that are stacked in front, where it was said so though that is the default, behind all others."""
    for made in case.producers(tensor)[:8]:
        node = case.node_of(made) if made.type.rpartition(".")[2] == "stack" else None
        dim = None if node is None else argument(node, "dim", ("tensors", "dim"))
        if dim is not None and number_of(dim) == 0:
            yield case.replace(dim, "-1", "each part a value of the last dimension")


_REDUCTIONS = frozenset(
    "sum mean max min amax amin argmax argmin prod std var norm squeeze logsumexp unsqueeze".split()
)


def classes_second(case: Case) -> Iterator[Candidate]:
    """Yield the scores of a sequence or an image as the loss wants them: (N, classes, steps), or one row for each step."""
    node = case.expression()
    given = [tuple(t.shape) for t in case.inputs()[:2]]
    if type(node) is not ast.Call or len(node.args) < 2 or len(given) < 2:
        return
    scores, targets = node.args[:2]
    predicted, wanted = given
    rank = len(predicted)
    if rank > 2 and predicted[:-1] == wanted:
        order = [0, rank - 1, *range(1, rank - 1)]
        new = ".transpose(1, 2)" if rank == 3 else f".permute({', '.join(map(str, order))})"
        yield case.method(scores, new, "the classes come behind the batch")
        text = case.text.of(scores)
        if type(scores) in (ast.Name, ast.Attribute):
            flat = f"{text}.reshape(-1, {text}.size(-1))"
            targets_text = case.text.of(targets)
            if type(targets) in (ast.Name, ast.Attribute, ast.Subscript, ast.Call):
                new = f"{flat}, {targets_text}.reshape(-1)"
                yield case.replace_all([scores, targets], new, node, "one row of scores for each step")


def time_first(case: Case) -> Iterator[Candidate]:
    """Yield the steps before the batch, as CTC takes them."""
    node, given = case.expression(), case.inputs()
    if case.call is None or "ctc" not in case.call.type.lower() or type(node) is not ast.Call or not given:
        return
    if len(given[0].shape) == 3 and given[0].shape[0] == case.actual:
        yield case.method(node.args[0], ".transpose(0, 1)", "CTC takes the steps first, then the batch")


def sides(case: Case) -> Iterator[Candidate]:
    """Yield the two operands that do not fit each other, each turned to the other's shape."""
    given, nodes = case.inputs()[:2], operands(case)
    if len(given) < 2 or len(nodes) < 2:
        return
    a, b = (tuple(t.shape) for t in given)
    yield from aligned(case, nodes[1], b, a)
    yield from aligned(case, nodes[0], a, b)


def reduced_mask(case: Case) -> Iterator[Candidate]:
    """`(h * mask).sum(1) / mask.sum(1)`: a mask that stands on both sides lacks the dimension of the features."""
    given, nodes = case.inputs()[:2], operands(case)
    if len(given) < 2 or len(nodes) < 2 or abs(len(given[0].shape) - len(given[1].shape)) != 1:
        return
    for node, other in ((nodes[1], nodes[0]), (nodes[0], nodes[1])):
        if type(node) is not ast.Call or type(node.func) is not ast.Attribute or node.func.attr not in KEEPING:
            continue
        whole = node.func.value
        if type(whole) is ast.Name and called_name(other) in KEEPING and whole.id in identifiers(other):
            yield from turned(case, whole, ".unsqueeze(-1)", "a dimension more before it is reduced")


def operands(case: Case) -> list[Any]:
    node = case.expression()
    if type(node) is ast.BinOp:
        return [node.left, node.right]
    if type(node) is ast.Compare:
        return [node.left, node.comparators[0]]
    if type(node) is not ast.Call:
        return []
    if called_name(node) in ("cat", "concat") and node.args and type(node.args[0]) in (ast.List, ast.Tuple):
        parts: Any = node.args[0]
        return list(parts.elts[:2])
    receiver = getattr(node.func, "value", None)
    if case.call is not None and case.call.type.startswith("Tensor.") and receiver is not None:
        return [receiver, *node.args[:1]]
    return list(node.args[:2])


def parts(case: Case) -> Iterator[Candidate]:
    """Yield the last part of a split, so that together they are the size."""
    if type(case.expected) is not int or type(case.actual) is not int:
        return
    for node in case.calls_named("split", "random_split", "split_with_sizes"):
        for given in node.args:
            if type(given) not in (ast.List, ast.Tuple):
                continue
            for element in given.elts[-1:]:
                size = number_of(element)
                new = None if size is None else size + case.expected - case.actual
                if new is not None and new > 0:
                    yield case.replace(element, str(new), f"together they are {case.expected}")
