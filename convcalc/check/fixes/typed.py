"""Fixes of an element type where the tensor is made: `dtype=` of what makes it, a conversion where its name is set, else where it is used."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit
from convcalc.tensor import Tensor

from .bindings import binding, is_made_for, loads
from .case import Candidate
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

EMPTY = ("full", "zeros", "ones", "empty", "eye", "zeros_like", "ones_like", "full_like", "empty_like")
METHODS = {"float32": "float", "int64": "long", "bool": "bool"}


def of_maker(case: Case, tensor: Any, wanted: str) -> Iterator[Candidate]:
    """Yield the element type of what made a tensor out of nothing: `torch.full((n,), 1, dtype=torch.float)`."""
    node = case.source_call(tensor)
    if node is None or called_name(node) not in (*EMPTY, "tensor", "as_tensor", "arange", "randint"):
        return
    text = _written(case, wanted)
    reason = f"{wanted} from the start"
    for keyword in node.keywords:
        if keyword.arg == "dtype":
            yield case.replace(keyword.value, text, reason, shown=node)
            return
    if called_name(node) not in EMPTY or any(k.arg is None for k in node.keywords):
        return
    if node.keywords:
        start = case.text.span(node.keywords[0])[0]
        yield Candidate(Edit(start, start, f"dtype={text}, "), case.text.span(node), reason)
    elif node.args:
        yield case.insert_after(node.args[-1], f", dtype={text}", reason, shown=node)


def _written(case: Case, wanted: str) -> str:
    """Return a type as the file writes it."""
    long, short = f"torch.{wanted}", {"float32": "torch.float", "int64": "torch.long"}.get(wanted, f"torch.{wanted}")
    return long if case.text.text.count(long) > case.text.text.count(short) - case.text.text.count(long) else short


def of_targets(case: Case) -> Iterator[Candidate]:
    """Yield the targets of a loss in the type that it takes, where the script makes them."""
    node, given = case.expression(), case.inputs()[:2]
    cast = "Float can't be cast" in case.words
    wanted = "float32" if cast else case.expected
    if wanted not in METHODS or type(node) is not ast.Call or len(node.args) < 2 or len(given) < 2:
        return
    dtype = str(given[1].dtype)
    if (dtype == "torch.float32" if cast else dtype != f"torch.{case.actual}") or len(given[1].shape) not in (1, len(given[0].shape)):  # fmt: skip
        return
    yield from of_maker(case, given[1], wanted)
    yield from where_set(case, node.args[1], METHODS[wanted])


def of_indices(case: Case) -> Iterator[Candidate]:
    """Yield indices as whole numbers, where a function of the file makes them of nothing."""
    made = None if case.tensor is None else case.source_call(case.tensor)
    if made is not None and case.syntax.function(made) is not None:
        yield from of_maker(case, case.tensor, "int64")


def where_set(case: Case, node: Any, method: str) -> Iterator[Candidate]:
    """Yield an operand converted where its name is set, if it is set for this use or used more than once."""
    value = binding(case, node)
    if value is None or called_name(value) in ("float", "long", "bool", "to"):
        return
    if loads(case, node) > 1 or is_made_for(case, node, value) or type(value) in (ast.Compare, ast.Name):
        yield case.method(value, f".{method}()", f"{_KIND[method]} where it is set")


_KIND = {"float": "floating-point numbers", "long": "whole numbers", "bool": "truth values"}


def of_operands(case: Case) -> Iterator[Candidate]:
    """Yield a mask of truth values, or counted hits as numbers, where their names are set."""
    node, words = case.expression(), case.words
    sides: list[Any] = []
    if type(node) is ast.BinOp:
        sides = [node.right, node.left]
    elif type(node) is ast.Call:
        sides = list(node.args)
    types = {side: str(v.dtype) for side in sides if isinstance(v := value_of(case, side), Tensor)}
    for side, dtype in types.items():
        if "bitwise" in words and "float" in dtype:
            yield from where_set(case, side, "bool")
        elif dtype == "torch.bool" and ("scatter" in words or "index_add" in words or "same scalar type" in words):
            yield from where_set(case, side, "float")


def written(case: Case) -> Iterator[Candidate]:
    """Yield what is written into a tensor in the type of that: `target[mask] = F.one_hot(...).float()`."""
    if "destination" not in case.words:
        return
    line = case.found.line
    for node in case.syntax.nodes:
        if type(node) is ast.Assign and node.lineno == line and type(node.targets[0]) is ast.Subscript:
            wanted = "float" if "Float for the destination" in case.words else "long" if "Long for the destination" in case.words else None  # fmt: skip
            if wanted is not None:
                yield case.method(node.value, f".{wanted}()", "of the type of what it is written to")
