"""Every layer against PyTorch's own module database: text, parameters, buffers, outputs, and what is refused."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.testing._internal.common_modules import ErrorModuleInput, FunctionInput, ModuleInfo, module_db

import convcalc.nn
from convcalc.tensor import ShapeError, Tensor
from convcalc.verify.agreement import outcome
from convcalc.verify.translation import Translator


def ours(value: Any) -> Any:
    """Arguments for PyTorch as arguments for our layers."""
    return Translator(constants=True)(value)


def described(value: Any) -> Any:
    """Shapes, dtypes and layout of what a layer returned; strides along a size of 1 say nothing."""
    if isinstance(value, (list, tuple)):
        return [described(part) for part in value]
    if isinstance(value, (Tensor, torch.Tensor)):
        shape, strides = tuple(value.shape), tuple(value.stride())
        layout = None if 0 in shape else tuple(s for n, s in zip(shape, strides) if n != 1)
        return shape, str(value.dtype), layout
    return value


def members(module: Any) -> dict[str, Any]:
    return {
        "parameters": [(name, described(p)) for name, p in module.named_parameters()],
        "buffers": [(name, described(b)) for name, b in module.named_buffers()],
        "state": [(name, tuple(t.shape)) for name, t in module.state_dict().items()],
        "text": repr(module),
    }


def infos() -> Iterator[Any]:
    for info in module_db:
        yield pytest.param(info, id=info.formatted_name)


def samples(info: ModuleInfo, training: bool) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(
            info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=False, training=training)
        )


def pair(info: ModuleInfo, arguments: FunctionInput) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    mine = getattr(convcalc.nn, info.module_cls.__name__)
    theirs = outcome(lambda: info.module_cls(*arguments.args, **arguments.kwargs))
    return theirs, outcome(lambda: mine(*ours(arguments.args), **ours(arguments.kwargs)))


def same_refusal(theirs: Exception | None, mine: Exception | None, where: str) -> None:
    assert (theirs is None) == (mine is None), f"{where}: PyTorch {theirs!r}, here {mine!r}"
    if theirs is not None:
        assert isinstance(mine, type(theirs)), f"{where}: PyTorch {theirs!r}, here {mine!r}"


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("info", list(infos()))
def test_samples(info: ModuleInfo, training: bool) -> None:
    for sample in samples(info, training):
        built, refused = pair(info, sample.constructor_input)
        where = f"{info.formatted_name}{sample.constructor_input.args}{sample.constructor_input.kwargs}"
        same_refusal(built[1], refused[1], where)
        if built[0] is None:
            continue
        compare(built[0].train(training), refused[0].train(training), sample.forward_input, where)


def compare(theirs: torch.nn.Module, mine: Any, arguments: FunctionInput | None, where: str) -> None:
    """One call of a layer: what it returns or refuses, and what it then holds."""
    if arguments is not None:
        want, error = outcome(lambda: theirs(*arguments.args, **arguments.kwargs))
        got, fault = outcome(lambda: mine(*ours(arguments.args), **ours(arguments.kwargs)))
        same_refusal(error, fault, where)
        assert described(want) == described(got), where
    assert members(theirs) == members(mine), where


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("info", list(infos()))
def test_refusals(info: ModuleInfo, training: bool) -> None:
    if info.module_error_inputs_func is None:
        pytest.skip("PyTorch lists nothing that this layer must refuse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        errors = list(
            info.module_error_inputs_func(
                info, device="cpu", dtype=torch.float32, requires_grad=False, training=training
            )
        )
    for error in errors:
        check_refusal(info, error, training)


def check_refusal(info: ModuleInfo, error: ErrorModuleInput, training: bool) -> None:
    sample = error.module_error_input
    built, refused = pair(info, sample.constructor_input)
    same_refusal(built[1], refused[1], info.formatted_name)
    if built[0] is None:
        return
    theirs, mine = built[0].train(training), refused[0].train(training)
    arguments = sample.forward_input
    _, want = outcome(lambda: theirs(*arguments.args, **arguments.kwargs))
    _, got = outcome(lambda: mine(*ours(arguments.args), **ours(arguments.kwargs)))
    same_refusal(want, got, info.formatted_name)
    if want is None:  # batch normalisation of one value is refused in training only
        assert not training
        return
    assert isinstance(got, ShapeError)
    assert str(got).splitlines()[0] == str(want).splitlines()[0]
