"""Fixes of distributions: which dimensions are one event, a matrix for variances, the size of what is scored."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of
from convcalc.tensor import Tensor

from .bindings import binding, places, traceback
from .case import Candidate
from .scope import values
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def of_distribution(case: Case) -> Iterator[Candidate]:
    """Yield distributions that fit each other and what they score."""
    yield from _one_event(case)
    yield from _matrix_of_variances(case)
    yield from _of_other_size(case)
    yield from scored(case)


def _one_event(case: Case) -> Iterator[Candidate]:
    """`MixtureSameFamily(Categorical(...), Normal(mu, sigma))` of many dimensions: `Independent(Normal(mu, sigma), 1)`."""
    if "is not compatible with `component_distribution.batch_shape`" not in case.words:
        return
    sizes = [_shape(part) for part in case.words.split("torch.Size(")[1:]]
    call = next(iter(case.calls_named("MixtureSameFamily")), None)
    if call is None or len(sizes) < 2 or len(sizes[1]) - len(sizes[0]) < 0:
        return
    component = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if "component" in (k.arg or "")), None)  # fmt: skip
    if component is None:
        return
    count = len(sizes[1]) - len(sizes[0])
    made = binding(case, component)
    place = made if made is not None else component
    name = case.text.of(place.func).rpartition(".")[0] if type(place) is ast.Call else ""
    is_imported = any(type(n) is ast.alias and (n.asname or n.name) == "Independent" for n in case.syntax.nodes)
    owner = f"{name}." if name else "" if is_imported else "torch.distributions."
    yield case.wrap(place, f"{owner}Independent(", f", {max(count, 1)})", "its last dimensions are one event")


def _shape(text: str) -> tuple[int, ...]:
    """Return the numbers of `[100, 5])...`."""
    inner = text.partition("]")[0].strip("[ ")
    return tuple([int(part) for part in inner.split(",") if part.strip().isdigit()])


def _matrix_of_variances(case: Case) -> Iterator[Candidate]:
    """`MultivariateNormal(loc, covariance_matrix=variances)`: a matrix with the variances on its diagonal."""
    for call in case.calls_named("MultivariateNormal", "LowRankMultivariateNormal"):
        for keyword in call.keywords:
            if keyword.arg not in ("covariance_matrix", "scale_tril", "precision_matrix"):
                continue
            for place in places(case, keyword.value)[:2]:
                yield case.wrap(place, "torch.diag_embed(", ")", "a matrix for each, with these on its diagonal")
        if len(call.args) == 2:
            yield case.wrap(call.args[1], "torch.diag_embed(", ")", "a matrix for each, with these on its diagonal")


def _of_other_size(case: Case) -> Iterator[Candidate]:
    """`MultivariateNormal(torch.zeros(3), torch.eye(3))` for values of 2: made of the name that has their size."""
    if "must match event_shape" not in case.words:
        return
    sizes = [_shape(part) for part in case.words.split("torch.Size(")[1:]]
    if len(sizes) != 2 or not sizes[0] or not sizes[1]:
        return
    wanted, had = sizes[0][-1], sizes[1][-1]
    names = [n for n, v in values(case) if type(v) is int and v == wanted and n.isidentifier()]
    frames = traceback(case)
    if frames:
        names += [n for n, v in frames[-1][0].f_globals.items() if type(v) is int and v == wanted and n not in names]
    for call in case.syntax.calls:
        if not (called_name(call) or "").endswith(("Normal", "Independent")):
            continue
        numbers = [n for n in case.syntax.nodes if number_of(n) == had and type(n) is ast.Constant and _below(case, n, call)]  # fmt: skip
        if not numbers:
            continue
        for text in [*(n for n in names if n.islower())][:2] + [str(wanted)]:
            new, last = "", case.text.span(call)[0]
            for number in sorted(numbers, key=lambda n: (n.lineno, n.col_offset)):
                start, end = case.text.span(number)
                new += case.text.text[last:start] + text
                last = end
            new += case.text.text[last : case.text.span(call)[1]]
            yield case.replace(call, new, f"as large as what it scores: {wanted}", shown=call)


def _below(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def scored(case: Case) -> Iterator[Candidate]:
    """Yield what is scored of the same samples as the rest of the call: `actions[batch]` beside `states[batch]`."""
    call = case.expression()
    if case.call is None or "log_prob" not in case.call.type or type(call) is not ast.Call or not call.args:
        return
    yield from same_samples(case, call.args[0])


def same_samples(case: Case, node: Any) -> Iterator[Candidate]:
    """Yield an operand with the index that another argument of the same call has."""
    for place in places(case, node):
        around = case.syntax.parent(place)
        while around is not None and type(around) is not ast.Call and not isinstance(around, ast.stmt):
            around = case.syntax.parent(around)
        if type(around) is not ast.Call:
            continue
        for other in around.args:
            inner: Any = other
            while type(inner) is ast.Call and type(inner.func) is ast.Attribute:
                inner = inner.func.value
            if other is not place and type(inner) is ast.Subscript and type(inner.slice) is ast.Name:
                index = case.text.of(inner.slice)
                if isinstance(value_of(case, inner.slice), Tensor) or type(place) is not ast.Subscript:
                    yield case.insert_after(place, f"[{index}]", f"of the same samples, {index}", shown=around)
