"""`python -m tools.snapshot` writes down what PyTorch's databases contain, as data for the tests without PyTorch.

A few distinct samples of every name of an operation and of every layer, evenly picked, with what real PyTorch made of them.
"""

from __future__ import annotations

import json
import pathlib
import sys

import torch

from convcalc.verify.agreement import outcome
from convcalc.verify.module_samples import layer, module_infos
from convcalc.verify.operation_samples import DTYPE, Variant, operation_infos, samples, variants
from convcalc.verify.plain import (
    NotPlain,
    agrees,
    encode,
    function,
    layer_members,
    layer_replay,
    refusal,
    replay,
    result,
)
from convcalc.verify.reasons import reason_apart
from convcalc.verify.translation import NotTranslated, Translator, copied, public_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATH = pathlib.Path(__file__).resolve().parents[1] / "tests" / "data" / "conformance.json"
SAMPLES = 5  # of one name
REFUSALS = 4
LAYER_SAMPLES = 8


def operations() -> dict[str, list[Any]]:
    """By public name: [arguments, keyword arguments, result]."""
    found: dict[str, dict[str, Any]] = {}
    for info in operation_infos():
        torch.manual_seed(0)
        given, _ = outcome(lambda: list(samples(info)))  # noqa: B023
        for variant in variants(info):
            name = variant_name(variant)
            if name is None:
                continue
            calls = found.setdefault(name, {})
            for sample in _even(given or [], 4 * SAMPLES):
                _note(calls, variant, (sample.input, *sample.args), sample.kwargs)
        name = variant_name(variants(info)[0])
        if info.error_inputs_func is not None and name is not None:
            for failing in info.error_inputs("cpu"):
                sample = failing.sample_input
                _note(found[name], variants(info)[0], (sample.input, *sample.args), sample.kwargs)
    return {name: picked(list(calls.values())) for name, calls in sorted(found.items()) if calls}


def variant_name(variant: Variant) -> str | None:
    if getattr(variant.real, "__module__", None) == "_operator":
        return f"_operator.{variant.real.__name__}"
    return public_name(variant.real)


def _note(calls: dict[str, Any], variant: Variant, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """One call and what PyTorch made of it; what has no plain form, or is unknown here, is not written down."""
    try:
        translate = Translator(constants=True)
        plain = [encode(translate(args)), encode(translate(kwargs))]
    except (NotTranslated, NotPlain):
        return
    real_args, real_kwargs = copied((args, kwargs))
    answer, error = outcome(lambda: variant.real(*real_args, **real_kwargs))
    if error is not None and reason_apart("", str(error)):
        return
    recorded = refusal(error) if error is not None else result(answer)
    mine = function(variant_name(variant) or "")
    if mine is not None and agrees(replay(mine, *plain), recorded):
        calls.setdefault(json.dumps(plain), [*plain, recorded])


def _even(items: list[Any], count: int) -> list[Any]:
    """At most `count` of the items, evenly spaced."""
    if len(items) <= count:
        return items
    return [items[i * (len(items) - 1) // (count - 1)] for i in range(count)]


def picked(calls: list[Any]) -> list[Any]:
    refused = [call for call in calls if isinstance(call[2], str) and call[2][:2] == "! "]
    return _even([call for call in calls if call not in refused], SAMPLES) + _even(refused, REFUSALS)


def layers() -> dict[str, list[Any]]:
    """By name: [constructor's arguments, arguments of the call, training, what came out]."""
    found: dict[str, dict[str, Any]] = {}
    for info in module_infos():
        torch.manual_seed(0)
        if torch.nn.__dict__.get(info.module_cls.__name__) is not info.module_cls or layer(info) is None:
            continue
        calls = found.setdefault(info.module_cls.__name__, {})
        for training in (False, True):
            settings = {"device": "cpu", "dtype": DTYPE, "requires_grad": False, "training": training}
            for sample in _even(list(info.module_inputs_func(info, **settings)), 2 * LAYER_SAMPLES):
                _note_layer(calls, info, sample.constructor_input, sample.forward_input, training)
    return {name: _even(list(calls.values()), LAYER_SAMPLES) for name, calls in sorted(found.items()) if calls}


def _note_layer(calls: dict[str, Any], info: Any, built: Any, fed: Any, training: bool) -> None:
    translate = Translator(constants=True)
    try:
        plain: list[Any] = [
            [encode(translate(built.args)), encode(translate(built.kwargs))],
            None if fed is None else [encode(translate(fed.args)), encode(translate(fed.kwargs))],
            training,
        ]
    except (NotTranslated, NotPlain):
        return

    def made() -> Any:
        module = info.module_cls(*built.args, **built.kwargs).train(training)
        called = None if fed is None else result(module(*fed.args, **fed.kwargs))
        return {**layer_members(module), "called": called}

    answer, error = outcome(made)
    recorded = answer if error is None else refusal(error)
    if layer_replay(info.module_cls.__name__, *plain) == recorded:
        calls.setdefault(json.dumps(plain), [*plain, recorded])


def text() -> str:
    """The data, one call a line."""
    lines = ["{", f'"torch": "{torch.__version__.partition("+")[0]}",']
    for key, table in (("layers", layers()), ("operations", operations())):
        lines.append(f'"{key}": {{')
        for name, calls in table.items():
            rows = ",\n".join(json.dumps(call, separators=(",", ":")) for call in calls)
            lines.append(f'"{name}": [\n{rows}\n],')
        lines[-1] = lines[-1].removesuffix(",")
        lines.append("}," if key == "layers" else "}")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    data = text()
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(data, encoding="utf8")
    print(f"{PATH}: {len(data):,} bytes", file=sys.stderr)
