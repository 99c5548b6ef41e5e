"""Every layer and every function of `nn.functional` and `nn.init` has PyTorch's signature: names, order, kinds, defaults."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch

import convcalc.nn
import convcalc.nn.functional
import convcalc.nn.init
from convcalc.nn.names import FAMILY
from convcalc.ops.names import FAMILY as OPERATIONS

LAYERS = sorted(
    name
    for name in FAMILY
    if isinstance(getattr(torch.nn, name, None), type) and issubclass(getattr(torch.nn, name), torch.nn.Module)
)
FUNCTIONS = sorted(name[2:] for name in OPERATIONS if name.startswith("F."))
INITS = sorted(
    name for name in dir(torch.nn.init) if name.rstrip("_") in torch.nn.init.__all__ or name in torch.nn.init.__all__
)


def parameters(function: Any) -> list[tuple[str, Any, Any]] | None:
    """Name, kind and default of each parameter; None for a function in C, of which nothing can be asked."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return None
    return [(p.name, p.kind, default(p.default)) for p in signature.parameters.values()]


def default(value: Any) -> Any:
    """A function as a default (`activation=F.relu`) is compared by its name."""
    return value.__name__ if callable(value) and not isinstance(value, type) else value


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    assert parameters(getattr(convcalc.nn, name).__init__) == parameters(getattr(torch.nn, name).__init__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    theirs = getattr(torch.nn.functional, name)
    wanted = parameters(inspect.unwrap(theirs))
    if wanted is None or [p[0] for p in wanted] == ["args", "kwargs"]:
        pytest.skip("written in C, or a dispatch by an argument's value")
    assert parameters(getattr(convcalc.nn.functional, name)) == wanted


@pytest.mark.parametrize("name", INITS)
def test_init(name: str) -> None:
    assert parameters(getattr(convcalc.nn.init, name)) == parameters(getattr(torch.nn.init, name))


@pytest.mark.parametrize("name", LAYERS)
def test_forward(name: str) -> None:
    """A layer's inputs are named as PyTorch names them: people pass them by keyword."""
    theirs = [p[0] for p in parameters(getattr(torch.nn, name).forward) or ()]
    assert [p[0] for p in parameters(getattr(convcalc.nn, name).forward) or ()] == theirs
