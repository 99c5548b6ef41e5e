"""The samples of `op_db`: every operation under every name that the database gives it."""

from __future__ import annotations

import torch

from .agreement import AGREE, ORDER, UNKNOWN, WRONG, compare, outcome, predicted, refusal_text, same_layout
from .conformance_row import Row
from .reasons import reason_apart, reason_left_out
from .translation import NotTranslated, Translator, copied, twin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

DTYPE = torch.float32
OTHER_DTYPES = (torch.int64, torch.bool, torch.complex64, torch.float64, torch.float16, torch.float8_e4m3fn)


class Variant:
    """One name of an operation: what PyTorch calls, and what stands for it here."""

    __slots__ = ("label", "mine", "real")

    def __init__(self, label: str, real: Callable[..., Any]) -> None:
        self.label = label
        self.real = real
        self.mine = real if getattr(real, "__module__", None) == "_operator" else twin(real)


def operation_infos() -> list[Any]:
    from torch.testing._internal.common_methods_invocations import op_db

    return sorted(op_db, key=lambda info: info.formatted_name)


def variants(info: Any) -> list[Variant]:
    """The function, the method, the operator, their in-place forms, and those of each alias."""
    found = [Variant("", info.op)]
    named = [
        ("method", info.method_variant), ("in place", info.inplace_variant),
        ("operator", info.operator_variant), ("operator in place", info.inplace_operator_variant),
    ]  # fmt: skip
    for alias in info.aliases:
        named += [(alias.name, alias.op), (f"method {alias.name}", alias.method_variant)]
        named.append((f"{alias.name} in place", alias.inplace_variant))
    found += [Variant(label, real) for label, real in named if callable(real)]
    return [variant for i, variant in enumerate(found) if i == 0 or variant.mine is not None]


def samples(info: Any) -> Iterator[Any]:
    """The samples in float32, and for an operation that has no float32 those of the first type that it has."""
    yield from info.sample_inputs("cpu", DTYPE, requires_grad=False)
    if not info.supports_dtype(DTYPE, "cpu"):
        for dtype in OTHER_DTYPES:
            if info.supports_dtype(dtype, "cpu"):
                yield from info.sample_inputs("cpu", dtype, requires_grad=False)
                return


def replay_operation(info: Any) -> Row:
    row = Row(info.full_name, "op_db")
    names = variants(info)
    found, error = outcome(lambda: list(samples(info)))
    row.reason = reason_left_out(info.full_name)
    if error is not None:
        row.samples[UNKNOWN] += 1
        row.note(UNKNOWN, f"no samples: {refusal_text(error)}")
    for sample in found or ():
        row.samples[_judge_sample(row, names, sample)] += 1
    if info.error_inputs_func is not None:
        for failing in info.error_inputs("cpu"):
            _judge_error(row, names[0], failing)
    return row


def _judge_sample(row: Row, names: list[Variant], sample: Any) -> str:
    worst = AGREE
    for variant in names:
        verdict, cause = judge_call(row, variant, (sample.input, *sample.args), sample.kwargs)
        row.calls += 1
        row.note(verdict, f"{variant.label}: {cause}" if variant.label else cause)
        worst = max(worst, verdict, key=ORDER.index)
    return worst


def judge_call(row: Row, variant: Variant, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
    """One call in PyTorch and here.

    Here it runs without the elements of any tensor, and again with those of small tensors of integers, as if they were
    constants: nothing may be wrong in either, and an answer in one of them is an answer.
    """
    if variant.mine is None:
        return UNKNOWN, "no name in model code"
    verdicts = []
    try:
        plain, constant = Translator(), Translator(constants=True)
        calls = [(plain(args), plain(kwargs))]
        if plain.kept:
            calls.append((constant(args), constant(kwargs)))
    except NotTranslated as what:
        return UNKNOWN, f"an argument is {what}"
    real_args, real_kwargs = copied((args, kwargs))
    real, refused = outcome(lambda: variant.real(*real_args, **real_kwargs))
    for mine_args, mine_kwargs in calls:
        function = variant.mine
        mine, mine_refused = predicted(lambda: function(*mine_args, **mine_kwargs))  # noqa: B023
        verdicts.append(_verdict(real, refused, mine, mine_refused))
        if refused is None and mine_refused is None and not same_layout(real, mine):
            row.layout += 1
    wrong = next((v for v in verdicts if v[0] == WRONG), None)
    return wrong or min(verdicts, key=lambda v: ORDER.index(v[0]))


def _verdict(real: Any, refused: Exception | None, mine: Any, mine_refused: Exception | None) -> tuple[str, str]:
    if refused is None and mine_refused is None:
        return compare(real, mine)
    if refused is not None and mine_refused is not None:
        return AGREE, ""
    if refused is None:
        assert mine_refused is not None
        return WRONG, f"refused here: {refusal_text(mine_refused)}"
    if compare(torch.empty(0), mine)[0] == UNKNOWN:
        return UNKNOWN, "unknown, and PyTorch refuses it"
    return WRONG, f"PyTorch refuses: {refusal_text(refused)}"


def _judge_error(row: Row, variant: Variant, failing: Any) -> None:
    sample = failing.sample_input
    args, kwargs = (sample.input, *sample.args), sample.kwargs
    real_args, real_kwargs = copied((args, kwargs))
    _, refused = outcome(lambda: variant.real(*real_args, **real_kwargs))
    verdict, cause = error_verdict(variant.mine, args, kwargs, refused)
    if verdict in ("accepted", "other"):
        reason = "" if refused is None else reason_apart(row.name, str(refused))
        if refused is None or reason:
            verdict = "apart"
            cause = reason or "PyTorch accepts it here"
    row.errors[verdict] += 1
    if verdict != "refused":
        row.causes[verdict, cause] += 1


def error_verdict(mine: Any, args: Any, kwargs: Any, refused: Exception | None) -> tuple[str, str]:
    """Whether a call that PyTorch refuses is refused here, with an error of the same kind."""
    theirs = "" if refused is None else refusal_text(refused)
    if mine is None:
        return "accepted", f"no name in model code; PyTorch: {theirs}"
    try:
        translate = Translator(constants=True)
        mine_args, mine_kwargs = translate(args), translate(kwargs)
    except NotTranslated as what:
        return "apart", f"an argument is {what}"
    answer, error = predicted(lambda: mine(*mine_args, **mine_kwargs))
    if error is None:
        return "accepted", f"{theirs} (here {answer!r:.60})"
    if refused is None or isinstance(error, builtin_kind(refused)):
        return "refused", ""
    return "other", f"{theirs} (here {refusal_text(error)})"


def builtin_kind(error: BaseException) -> type:
    """The kind of an error as Python knows it: a LinAlgError is a RuntimeError."""
    return next(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")
