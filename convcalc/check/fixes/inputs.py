"""Fixes of what a model is fed: a batch of one, channels first, a batch of the data's size."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of
from convcalc.check.text import Edit

from .case import OTHER_DATA, Candidate
from .data import MAKERS, sizes_of, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def _fed(case: Case) -> list[Any]:
    """Return the arguments with which the model is called at the outermost line."""
    call = case.call
    if call is None:
        return []
    while call.parent is not None:
        call = call.parent
    if call.line is None:
        return []
    found = []
    for node in reversed(case.syntax.at_line(call.line)):
        if type(node.func) in (ast.Name, ast.Attribute, ast.Call) and node.args and called_name(node) not in MAKERS:
            if called_name(node) == "to":
                continue
            kinds = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.BinOp)
            found += [a for a in node.args if type(a) in kinds and not _is_other(case, a)]
    return found


def _is_other(case: Case, node: Any) -> bool:
    """Return whether a name is known to be no tensor."""
    from convcalc.tensor import Tensor, Unknown

    from .states import value_of

    value = value_of(case, node) if type(node) is ast.Name else None
    return value is not None and not isinstance(value, (Tensor, Unknown))


def missing_batch(case: Case) -> Iterator[Candidate]:
    """`net(image.unsqueeze(0))`; or the made-up data in the batch that the targets have."""
    from .aligned import without_batch

    yield from without_batch(case)
    for node in _fed(case):
        yield case.method(node, ".unsqueeze(0)", "a batch of one")
    for source in sources(case):
        first = sizes_of(source)
        if first and called_name(source) not in ("tensor", "LongTensor", "FloatTensor"):
            start = case.text.span(first[0])[0]
            for batch in _batches(case):
                yield Candidate(
                    Edit(start, start, f"{batch}, "), case.text.span(source), "with the batch in front", OTHER_DATA
                )


def _batches(case: Case) -> list[str]:
    """Return the first sizes of the other tensors that the file makes."""
    found: dict[str, None] = {}
    for call in case.syntax.calls:
        if called_name(call) in MAKERS and case.syntax.class_of(call) is None:
            sizes = sizes_of(call)
            if called_name(call) in ("tensor", "LongTensor", "FloatTensor"):
                if sizes is not call.args and sizes:
                    found[str(len(sizes))] = None
            elif sizes and (
                number_of(sizes[0]) is not None or type(sizes[0]) in (ast.Name, ast.Subscript, ast.Attribute)
            ):
                found[case.text.of(sizes[0])] = None
    return [*found, "1"]


def channels_first(case: Case) -> Iterator[Candidate]:
    """`net(images.permute(0, 3, 1, 2))`."""
    reason = "PyTorch wants the channels before height and width"
    for node in _fed(case):
        yield case.method(node, ".permute(0, 3, 1, 2)", reason)
        yield case.method(node, ".permute(0, 2, 1)", reason)
        yield case.method(node, ".permute(0, 4, 1, 2, 3)", reason)
    for source in sources(case):
        sizes = sizes_of(source)
        if len(sizes) > 2:
            texts = [case.text.of(size) for size in sizes]
            yield case.replace_all(sizes, ", ".join([texts[0], texts[-1], *texts[1:-1]]), source, reason, OTHER_DATA)


def like_another(case: Case) -> Iterator[Candidate]:
    """Yield made-up data in the shape of other made-up data: two images, two rows of numbers."""
    for source in sources(case):
        sizes = sizes_of(source)
        for other in case.syntax.calls:
            if other is source or called_name(other) != called_name(source) or case.syntax.class_of(other) is not None:
                continue
            others = sizes_of(other)
            if others and sizes and [case.text.of(s) for s in others] != [case.text.of(s) for s in sizes]:
                texts = [case.text.of(size) for size in others]
                if len(texts) == 1 and len(sizes) == 2:
                    texts.append("")
                yield case.replace_all(
                    sizes, ", ".join(texts).rstrip(), source, "in the shape of the other", OTHER_DATA
                )


def first_size(case: Case) -> Iterator[Candidate]:
    """Yield data that the file makes up, with the channels or features that the model takes."""
    error_expected, error_actual = case.expected, case.actual
    for source in sources(case):
        for size in sizes_of(source):
            if isinstance(error_expected, int) and isinstance(error_actual, int):
                for place, text in case.origins.changes(size, error_actual, error_expected):
                    yield case.replace(place, text, f"data with {error_expected}, as the model takes it", OTHER_DATA)
