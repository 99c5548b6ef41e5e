"""A layer's size written with the names that the file has for it: `hidden * 2`, `channels * 7 * 7`, `a + b`."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import FUNCTIONS, argument, names_of, number_of
from convcalc.nn.facts import facts_of
from convcalc.nn.module import is_layer

from .axes import JOINED, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case


def own_size(case: Case, module: Any, name: str, new: Any, factors: tuple[int, ...]) -> Iterator[Candidate]:
    """Yield the argument of a layer's constructor in the names of the layers before it, or in its own, times a number."""
    call = case.constructor(module)
    node = None if call is None else argument(call, name, names_of(module))
    if node is None or type(new) is not int or new <= 0:
        return
    seen = {case.text.of(node)}
    for text, reason in _texts(case, call, node, getattr(module, name, None), new, factors):
        if text not in seen:
            seen.add(text)
            yield case.replace(node, text, reason, shown=call if _is_short(call) else None)


def _is_short(call: Any) -> bool:
    return bool(call.end_lineno - call.lineno < 3)


def _texts(case: Case, call: Any, node: Any, old: Any, new: int, factors: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    own = case.text.of(node)
    joined = _joined(case, call)
    if joined is not None:
        yield joined, f"{new} = {joined}"
    for text, size, kind in _givers(case, case.tensor, call):
        if new == size:
            yield text, f"the {kind} before it gives {text}"
        elif size > 1 and new % size == 0:
            rest = [str(f) for f in factors[1:]] if factors[:1] == (size,) and len(factors) > 1 else [str(new // size)]
            yield " * ".join([_factor(text), *rest]), f"{new} = {' * '.join([str(size), *rest])}"
        elif new % 2 == 0 and new * 2 == size:
            yield f"{_factor(text)} // 2", f"half of {text}"
    if number_of(node) is None and type(old) is int and old > 1:
        yield from times(own, old, new)


def times(own: str, old: int, new: int) -> Iterator[tuple[str, str]]:
    """Yield how to write a number as a multiple, a part or one and a half of what is there, with the reason."""
    if new % old == 0:
        yield f"{_factor(own)} * {new // old}", f"{new} = {old} * {new // old}"
    elif old % new == 0:
        yield f"{_factor(own)} // {old // new}", f"{new} = {old} / {old // new}"
    elif 2 * new == 3 * old:
        yield f"{own} + {_factor(own)} // 2", f"{new} = {old} + {old // 2}"


def _factor(text: str) -> str:
    """Return a text as a factor: what binds weaker than a product gets parentheses."""
    return text if text.replace(".", "").replace("_", "").isalnum() or text.endswith((")", "]")) else f"({text})"


def _givers(case: Case, tensor: Any, call: Any) -> Iterator[tuple[str, int, str]]:
    """Yield how the layers before call what they give, in names that are known where the layer is built."""
    for layer in case.layers_before(tensor)[:4]:
        stated = facts_of(type(layer))
        made = case.constructor(layer)
        given = None if made is None or stated.gives is None else argument(made, stated.gives, names_of(layer))
        size = getattr(layer, stated.gives or "", None)
        if given is not None and type(size) is int and number_of(given) is None and _is_known(case, given, made, call):
            yield case.text.of(given), size, type(layer).__name__
        if stated.gives is not None and stated.gives != stated.takes:
            return


def _is_known(case: Case, given: Any, made: Any, call: Any) -> bool:
    """Return whether what is written where one layer is built means the same where the other is."""
    here, there = case.syntax.function(call), case.syntax.function(made)
    if here is there:
        loop = in_loop(case, made)
        return loop is None or loop is in_loop(case, call)
    return type(given) is ast.Attribute and getattr(given.value, "id", None) == "self" and case.syntax.class_of(call) is case.syntax.class_of(made)  # fmt: skip


def in_loop(case: Case, node: Any) -> Any:
    """Return the loop or comprehension of a function that a node stands in; None where it stands in none."""
    while node is not None and type(node) not in FUNCTIONS:
        if type(node) is ast.For or hasattr(node, "generators"):
            return node
        node = case.syntax.parent(node)
    return None


def _joined(case: Case, call: Any) -> str | None:
    """`a + b` of a concatenation of what two layers give; `2 * a` where both give the same."""
    from convcalc.tensor import Tensor
    from convcalc.trace import tensors

    if case.tensor is None or case.module is None or not is_layer(case.module):
        return None
    stated = facts_of(type(case.module))
    source = source_of(case.tensor, -1 if stated.axis == -1 else 1)
    if source.kind != JOINED or source.call is None:
        return None
    texts = []
    for part in tensors(source.call.arguments):
        if isinstance(part, Tensor):
            found = [text for text, size, _ in _givers(case, part, call) if size == part.shape[source.axis]]
            if not found:
                return None
            texts.append(found[0])
    return " + ".join(texts) if len(set(texts)) > 1 else f"{_factor(texts[0])} * {len(texts)}" if texts else None
