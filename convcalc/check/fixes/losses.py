"""Fixes of predictions and targets that do not fit each other."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name

from .case import LEAVES_OUT, OTHER_DATA
from .data import creation, rebatched, sizes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case


def losses(case: Case) -> Iterator[Candidate]:
    """Yield the targets' or the predictions' shape or element type."""
    node = case.expression()
    given = case.inputs()[:2]
    if type(node) is not ast.Call or len(node.args) < 2 or len(given) < 2:
        return
    scores, targets = node.args[:2]
    predicted, wanted = (tuple(t.shape) for t in given)
    yield from dropped(case)
    words = case.words
    if isinstance(case.expected, str) and isinstance(case.actual, str):
        suffix = {"int64": ".long()", "float32": ".float()"}.get(case.expected)
        if suffix:
            if _is_one_hot(predicted, wanted):
                yield case.method(targets, ".argmax(1)", "the class of each one-hot row")
            yield case.method(targets, suffix, f"{case.expected} is needed")
            yield case.method(scores, suffix, f"{case.expected} is needed")
    if "multi-target" in words or "probabilities" in words:
        if _is_one_hot(predicted, wanted):
            yield case.method(targets, ".argmax(1)", "the class of each one-hot row")
            yield case.method(targets, ".float()", "as probabilities of the classes")
        elif len(wanted) == 2 and wanted[1] == 1:
            yield case.method(targets, ".squeeze(1)", "one class for each sample")
            yield case.method(targets, ".view(-1)", "one class for each sample")
    if "Float can't be cast" in words or case.found.rule == "dtype":
        yield case.method(targets, ".float()", "the loss compares floating-point numbers")
        yield case.method(scores, ".float()", "the loss compares floating-point numbers")
    yield from _shapes(case, scores, targets, predicted, wanted)
    yield from _batch(case, scores, targets, given)


def _is_one_hot(predicted: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    return len(wanted) == 2 and wanted == predicted


def dropped(case: Case) -> Iterator[Candidate]:
    """Yield predictions that were already made classes, by argmax."""
    for tensor in case.inputs()[:1]:
        for made in case.producers(tensor)[:6]:
            node = case.node_of(made)
            if (
                node is not None
                and called_name(node) == "argmax"
                and type(node.func) is ast.Attribute
                and case.text.of(node.func.value) != "torch"
            ):
                yield case.dropped_method(node, "the loss takes the scores, not the class with the largest one")


def _shapes(
    case: Case, scores: Any, targets: Any, predicted: tuple[Any, ...], wanted: tuple[Any, ...]
) -> Iterator[Candidate]:
    from .aligned import last
    from .bindings import loads, places

    reason = f"the predictions are {predicted}, the targets {wanted}"
    ones = [d for d, size in enumerate(predicted) if size == 1]
    if len(predicted) > len(wanted):
        for d in reversed(ones):
            suffix = f".squeeze({last(case, d, len(predicted))})"
            for place in places(case, scores)[:2] if type(scores) is ast.Name and loads(case, scores) > 1 else [scores]:
                yield case.method(place, suffix, reason)
        if len(predicted) == 3 and len(wanted) == 2:
            yield case.method(scores, ".transpose(1, 2)", "the classes belong in the second dimension")
    if len(wanted) > len(predicted):
        for d, size in enumerate(wanted):
            if size == 1:
                yield case.method(targets, f".squeeze({last(case, d, len(wanted))})", reason)
        if len(wanted) == 2 and wanted[-1] > 1 and predicted[:1] == (wanted[0],):
            yield case.method(targets, ".argmax(1)", "the class of each one-hot row")
    if len(wanted) < len(predicted):
        yield case.method(targets, f".unsqueeze({last(case, 1, len(predicted))})", reason)
    if len(predicted) < len(wanted):
        yield case.method(scores, ".unsqueeze(1)", reason)
        yield case.method(scores, ".unsqueeze(0)", "a batch of one")
    if len(predicted) == len(wanted):
        yield case.method(targets, ".view_as(" + case.text.of(scores) + ")", reason, rank=LEAVES_OUT)


def indexed_alike(case: Case) -> Iterator[Candidate]:
    """`loss(output[train], labels)`: the targets by the same indices as the predictions."""
    node = case.expression()
    if type(node) is not ast.Call or len(node.args) < 2:
        return
    scores, targets = node.args[:2]
    if type(scores) is ast.Subscript and type(targets) in (ast.Name, ast.Attribute):
        yield case.insert_after(
            targets, f"[{case.text.of(scores.slice)}]", "the targets of the same samples", shown=node
        )
    if type(targets) is ast.Subscript and type(scores) in (ast.Name, ast.Attribute):
        yield case.insert_after(
            scores, f"[{case.text.of(targets.slice)}]", "the predictions of the same samples", shown=node
        )


def other_loss(case: Case) -> Iterator[Candidate]:
    """Yield the loss of classes where another one gets a score for each class, or probabilities of the classes."""
    node, given = case.expression(), case.inputs()[:2]
    if type(node) is not ast.Call or type(node.func) is not ast.Attribute or len(node.args) < 2 or len(given) < 2:
        return
    name, prefix = called_name(node) or "", case.text.of(node.func.value)
    predicted, wanted = (tuple(t.shape) for t in given)
    scores, targets = node.args[:2]
    others = "".join(f", {case.text.of(k)}" for k in [*node.args[2:], *node.keywords])
    if name == "binary_cross_entropy_with_logits" and len(predicted) == 2 and wanted == predicted[:1]:
        bare = targets.func.value if called_name(targets) == "float" else targets  # type: ignore[attr-defined]
        new = f"{prefix}.cross_entropy({case.text.of(scores)}, {case.text.of(bare)}{others})"
        yield case.replace(
            node, new, f"{predicted[1]} scores for each sample: one of {predicted[1]} classes", shown=node
        )
    if name == "nll_loss" and wanted == predicted and given[1].dtype.is_floating_point:
        if called_name(scores) == "log_softmax":
            inner = scores.args[0] if type(getattr(scores.func, "value", None)) is ast.Name and scores.func.value.id in ("F", "torch") else scores.func.value  # type: ignore[attr-defined]  # fmt: skip
            new = f"{prefix}.cross_entropy({case.text.of(inner)}, {case.text.of(targets)}{others})"
            yield case.replace(node, new, "the targets are probabilities of the classes", shown=node)


def _batch(case: Case, scores: Any, targets: Any, given: list[Any]) -> Iterator[Candidate]:
    """Yield as many targets as predictions."""
    if type(targets) is ast.Subscript:
        yield case.replace(targets, case.text.of(targets.value), "as many targets as predictions", shown=targets)
    elif (
        isinstance(targets, ast.Call)
        and type(targets.func) is ast.Attribute
        and type(targets.func.value) is ast.Subscript
    ):
        inner = targets.func.value
        yield case.replace(inner, case.text.of(inner.value), "as many targets as predictions", shown=targets)
    predicted, wanted = given
    a, b = tuple(predicted.shape), tuple(wanted.shape)
    if a and b and a[0] != b[0]:
        yield from creation(case, wanted, (a[0], *b[1:]))
        yield from rebatched(case, wanted, b[0], a[0])
        if len(b) == 1:
            yield from _grown(case, wanted, a[0])
        root = case.producers(predicted)
        if root:
            source = case.source_call(predicted)
            if source is not None:
                sizes = sizes_of(source)
                if sizes:
                    for place, text in case.origins.changes(sizes[0], a[0], b[0]):
                        yield case.replace(place, text, "as many samples as targets", OTHER_DATA)
    elif a == b or len(a) == len(b):
        yield from creation(case, wanted, a)


def _grown(case: Case, targets: Any, wanted: int) -> Iterator[Candidate]:
    """Yield targets that come from a tensor with rows: its first size."""
    made = case.producers(targets)
    if made and made[-1].outputs and made[-1].outputs[0].shape:
        shape = tuple(made[-1].outputs[0].shape)
        total = 1
        for size in shape[1:]:
            total *= size
        if total and wanted % total == 0:
            source = case.source_call(targets)
            sizes = sizes_of(source) if source is not None else []
            if sizes:
                for place, text in case.origins.changes(sizes[0], shape[0], wanted // total):
                    yield case.replace(place, text, "as many targets as predictions", OTHER_DATA)
