"""The samples of `module_db`: every layer built and called, in eval and in training mode."""

from __future__ import annotations

import torch

from convcalc import standin

from .agreement import AGREE, ORDER, UNKNOWN, WRONG, compare, outcome, predicted, refusal_text, same_layout
from .conformance_row import Row
from .operation_samples import DTYPE, builtin_kind
from .reasons import reason_left_out
from .translation import NotTranslated, Translator, copied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def module_infos() -> list[Any]:
    from torch.testing._internal.common_modules import module_db

    return sorted(module_db, key=lambda info: info.formatted_name)


def layer(info: Any) -> Any:
    """Our class for a layer of the database."""
    cls = info.module_cls
    module = "torch.nn" if getattr(torch.nn, cls.__name__, None) is cls else cls.__module__
    found = standin.find_module(module)
    return None if found is None else getattr(found, cls.__name__, None)


def replay_module(info: Any) -> Row:
    row = Row(info.name, "module_db")
    row.reason = reason_left_out(info.name)
    for training in (False, True):
        settings = {"device": "cpu", "dtype": DTYPE, "requires_grad": False, "training": training}
        found, error = outcome(lambda: list(info.module_inputs_func(info, **settings)))  # noqa: B023
        if error is not None:
            row.samples[UNKNOWN] += 1
            row.note(UNKNOWN, f"no samples: {refusal_text(error)}")
        for sample in found or ():
            verdict, cause = _judge(row, info, sample, training)
            row.calls += 1
            row.samples[verdict] += 1
            row.note(verdict, cause)
        if info.module_error_inputs_func is not None:
            for failing in info.module_error_inputs_func(info, **settings):
                _judge_error(row, info, failing.module_error_input, training)
    return row


def _judge(row: Row, info: Any, sample: Any, training: bool) -> tuple[str, str]:
    """Built, called, compared: what it returns, then parameters, buffers, text."""
    if getattr(layer(info), "__module__", "").endswith("unknown_layer"):
        return UNKNOWN, "no rule"
    try:
        real, refused, mine, mine_refused = _built(info, sample.constructor_input, training)
        if refused is None and mine_refused is None and sample.forward_input is not None:
            translate = Translator(constants=True)
            arguments = sample.forward_input
            mine_args, mine_kwargs = translate(arguments.args), translate(arguments.kwargs)
            args, kwargs = copied((arguments.args, arguments.kwargs))
            want, refused = outcome(lambda: real(*args, **kwargs))
            got, mine_refused = predicted(lambda: mine(*mine_args, **mine_kwargs))
            if refused is None and mine_refused is None:
                if not same_layout(want, got):
                    row.layout += 1
                found = max(
                    compare(want, got), compare(_members(real), _members(mine)), key=lambda v: ORDER.index(v[0])
                )
                return found
    except NotTranslated as what:
        return UNKNOWN, f"an argument is {what}"
    if refused is not None and mine_refused is not None:
        return AGREE, ""
    if refused is None and mine_refused is None:
        return compare(_members(real), _members(mine))
    if refused is None:
        return WRONG, f"refused here: {refusal_text(mine_refused)}"  # type: ignore[arg-type]
    return WRONG, f"PyTorch refuses: {refusal_text(refused)}"


def _built(info: Any, arguments: Any, training: bool) -> tuple[Any, Exception | None, Any, Exception | None]:
    translate = Translator(constants=True)
    mine_args, mine_kwargs = translate(arguments.args), translate(arguments.kwargs)
    cls = layer(info)
    real, refused = outcome(lambda: info.module_cls(*arguments.args, **arguments.kwargs).train(training))
    mine, mine_refused = predicted(lambda: cls(*mine_args, **mine_kwargs).train(training))
    return real, refused, mine, mine_refused


def _members(module: Any) -> dict[str, Any]:
    return {
        "parameters": list(map(list, module.named_parameters())),
        "trainable": [name for name, p in module.named_parameters() if p.requires_grad],
        "buffers": list(map(list, module.named_buffers())),
        "state": [(name, tuple(value.shape)) for name, value in module.state_dict().items() if hasattr(value, "shape")],
        "modules": [(name, type(m).__name__) for name, m in module.named_modules()],
        "text": repr(module),
    }


def _judge_error(row: Row, info: Any, sample: Any, training: bool) -> None:
    real, refused, mine, mine_refused = _built(info, sample.constructor_input, training)
    if refused is None and mine_refused is None:
        translate = Translator(constants=True)
        arguments = sample.forward_input
        mine_args, mine_kwargs = translate(arguments.args), translate(arguments.kwargs)
        _, refused = outcome(lambda: real(*arguments.args, **arguments.kwargs))
        _, mine_refused = predicted(lambda: mine(*mine_args, **mine_kwargs))
    if refused is None:
        verdict = "apart" if mine_refused is None else "other"
        cause = (
            "PyTorch accepts it in eval mode"
            if mine_refused is None
            else f"refused here only: {refusal_text(mine_refused)}"
        )
    elif mine_refused is None:
        verdict, cause = "accepted", refusal_text(refused)
    else:
        same = isinstance(mine_refused, builtin_kind(refused))
        verdict, cause = (
            ("refused", "") if same else ("other", f"{refusal_text(refused)} (here {refusal_text(mine_refused)})")
        )
    row.errors[verdict] += 1
    if verdict != "refused":
        row.causes[verdict, cause] += 1
