"""Fixes of element types where a tensor is made: its `dtype=`, and not a cast behind it."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit

from .candidate import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

OF_FLOATS = frozenset(
    "zeros ones empty eye rand randn".split()
)  # makers whose type is that of floats where none is given
MAKERS = OF_FLOATS | frozenset("tensor as_tensor full arange randint zeros_like ones_like full_like empty_like".split())
_SPELLINGS = {"float": ("torch.float32", "torch.float"), "long": ("torch.int64", "torch.long"), "bool": ("torch.bool",), "int": ("torch.int32", "torch.int"), "double": ("torch.float64", "torch.double")}  # fmt: skip


def spelled(case: Case, to: str, instead: str = "") -> str:
    """Return how a type is written: in the place of another one in its manner (`torch.int64` for `torch.float32`), else as the file does."""
    names = _SPELLINGS[to]
    if instead:
        return names[0] if instead[-1:].isdigit() else names[-1]
    words = "".join(c if c.isalnum() or c in "._" else " " for c in case.text.text).split()
    return next((name for name in names if name in words), names[0])


def made_as(case: Case, call: Any, to: str, reason: str, rank: int) -> Candidate | None:
    """Return a maker that is told another type, `torch.zeros(n, dtype=torch.bool)`; None of a call that is none, or is told no type."""
    if called_name(call) not in MAKERS:
        return None
    keyword = next((k for k in call.keywords if k.arg == "dtype"), None)
    if keyword is None and called_name(call) in ("tensor", "as_tensor") and len(call.args) == 1:
        return case.insert_after(call.args[0], f", dtype={spelled(case, to)}", reason, rank, shown=call)
    if keyword is None:
        return None
    if to == "float" and called_name(call) in OF_FLOATS and len(call.keywords) == 1 and call.args:
        edit = Edit(case.text.span(call.args[-1])[1], case.text.span(keyword)[1], "")
        return Candidate(edit, case.text.span(call), reason, rank, is_undone=True)
    return case.replace(keyword.value, spelled(case, to, case.text.of(keyword.value)), reason, rank, shown=call)


def as_truth_values(case: Case) -> Iterator[Candidate]:
    """Yield masks that are refused for their type as truth values: where they are made, else where they are used."""
    words = case.words
    if not any(w in words for w in ("used as indices", "bitwise", "boolean mask", "BoolTensor", "bool mask", "invert", "masks")):  # fmt: skip
        return
    reason = "a mask is of truth values"
    for tensor in case.inputs()[:3]:
        call = case.source_call(tensor)
        if call is None or str(tensor.dtype) == "torch.bool":
            continue
        if called_name(call) in MAKERS and called_name(call) not in ("randn", "rand", "arange", "randint", "tensor"):
            told = made_as(case, call, "bool", reason, 0)
            last = [*call.args, *(k.value for k in call.keywords)]
            if told is not None:
                yield told
            elif last:
                yield case.insert_after(last[-1], ", dtype=torch.bool", reason, shown=call)


def of_given_mask(case: Case) -> Iterator[Candidate]:
    """Yield the masks of a refused call as truth values: `key_padding_mask=(1 - mask).bool()`."""
    node = case.expression()
    if type(node) is not ast.Call or "only bool" not in case.words:
        return
    for keyword in node.keywords:
        if "mask" in (keyword.arg or ""):
            yield case.method(keyword.value, ".bool()", "a mask is of truth values")
    for given in node.args:
        if "mask" in case.text.of(given):
            yield case.method(given, ".bool()", "a mask is of truth values")
