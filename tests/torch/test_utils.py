"""`nn.utils` beside PyTorch's: parameters, buffers, names, text, outputs and refusals of changed modules."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch

import convcalc.nn
from convcalc.tensor import Tensor


class Doubled:
    """A parametrization of a user's, the same text for both sides."""

    @staticmethod
    def of(nn: Any) -> Any:
        class Symmetric(nn.Module):
            def forward(self, x: Any) -> Any:
                return x.triu() + x.triu(1).transpose(-1, -2)

            def right_inverse(self, x: Any) -> Any:
                return x.triu()

        return Symmetric()


class Transposing:
    @staticmethod
    def of(nn: Any) -> Any:
        class Transpose(nn.Module):
            def forward(self, x: Any) -> Any:
                return x.transpose(0, 1)

        return Transpose()


def build(nn: Any, change: Callable[..., Any], layer: str, arguments: tuple[Any, ...]) -> Any:
    return change(nn, getattr(nn, layer)(*arguments))


CHANGES: dict[str, Callable[[Any, Any], Any]] = {
    "weight_norm": lambda nn, m: nn.utils.weight_norm(m),
    "weight_norm dim 1": lambda nn, m: nn.utils.weight_norm(m, dim=1),
    "weight_norm over all": lambda nn, m: nn.utils.weight_norm(m, dim=None),
    "weight_norm of the bias": lambda nn, m: nn.utils.weight_norm(m, "bias"),
    "weight_norm twice": lambda nn, m: nn.utils.weight_norm(nn.utils.weight_norm(m)),
    "weight_norm removed": lambda nn, m: nn.utils.remove_weight_norm(nn.utils.weight_norm(m)),
    "nothing to remove": lambda nn, m: nn.utils.remove_weight_norm(m),
    "spectral_norm": lambda nn, m: nn.utils.spectral_norm(m),
    "spectral_norm dim 1": lambda nn, m: nn.utils.spectral_norm(m, dim=1),
    "spectral_norm of no iterations": lambda nn, m: nn.utils.spectral_norm(m, n_power_iterations=0),
    "spectral_norm removed": lambda nn, m: nn.utils.remove_spectral_norm(nn.utils.spectral_norm(m)),
    "no spectral_norm to remove": lambda nn, m: nn.utils.remove_spectral_norm(m),
    "parametrized weight_norm": lambda nn, m: nn.utils.parametrizations.weight_norm(m),
    "parametrized weight_norm dim 1": lambda nn, m: nn.utils.parametrizations.weight_norm(m, dim=1),
    "parametrized weight_norm over all": lambda nn, m: nn.utils.parametrizations.weight_norm(m, dim=None),
    "parametrized spectral_norm": lambda nn, m: nn.utils.parametrizations.spectral_norm(m),
    "parametrized spectral_norm of the bias": lambda nn, m: nn.utils.parametrizations.spectral_norm(m, "bias"),
    "spectral_norm of a dimension too far": lambda nn, m: nn.utils.parametrizations.spectral_norm(m, dim=7),
    "orthogonal": lambda nn, m: nn.utils.parametrizations.orthogonal(m),
    "orthogonal without a base": lambda nn, m: nn.utils.parametrizations.orthogonal(m, use_trivialization=False),
    "orthogonal by cayley": lambda nn, m: nn.utils.parametrizations.orthogonal(m, orthogonal_map="cayley"),
    "orthogonal by exponential": lambda nn, m: nn.utils.parametrizations.orthogonal(m, orthogonal_map="matrix_exp"),
    "orthogonal by no such map": lambda nn, m: nn.utils.parametrizations.orthogonal(m, orthogonal_map="none"),
    "orthogonal bias": lambda nn, m: nn.utils.parametrizations.orthogonal(m, "bias"),
    "no such weight": lambda nn, m: nn.utils.parametrizations.orthogonal(m, "missing"),
    "a chain": lambda nn, m: nn.utils.parametrizations.spectral_norm(nn.utils.parametrizations.weight_norm(m)),
    "two tensors": lambda nn, m: nn.utils.parametrizations.spectral_norm(nn.utils.parametrizations.weight_norm(m), "bias"),
    "removed": lambda nn, m: nn.utils.parametrize.remove_parametrizations(nn.utils.parametrizations.weight_norm(m), "weight"),
    "removed as it was": lambda nn, m: nn.utils.parametrize.remove_parametrizations(
        nn.utils.parametrizations.spectral_norm(m), "weight", leave_parametrized=False
    ),
    "several cannot stay as they were": lambda nn, m: nn.utils.parametrize.remove_parametrizations(
        nn.utils.parametrizations.weight_norm(m), "weight", leave_parametrized=False
    ),
    "none to remove": lambda nn, m: nn.utils.parametrize.remove_parametrizations(m, "weight"),
    "copied": lambda nn, m: copy.deepcopy(nn.utils.weight_norm(m)),
    "copied, parametrized": lambda nn, m: copy.deepcopy(nn.utils.parametrizations.weight_norm(m)),
    "one's own": lambda nn, m: nn.utils.parametrize.register_parametrization(m, "weight", Doubled.of(nn)),
    "one that turns": lambda nn, m: nn.utils.parametrize.register_parametrization(m, "weight", Transposing.of(nn)),
    "one of no tensor": lambda nn, m: nn.utils.parametrize.register_parametrization(m, "missing", Doubled.of(nn)),
}  # fmt: skip
LAYERS: dict[str, tuple[str, tuple[Any, ...], tuple[int, ...]]] = {
    "square linear": ("Linear", (4, 4), (2, 4)),
    "linear": ("Linear", (4, 3), (2, 4)),
    "wide linear": ("Linear", (3, 5), (2, 3)),
    "convolution": ("Conv2d", (2, 6, 3), (1, 2, 5, 5)),
    "transposed": ("ConvTranspose2d", (2, 6, 3), (1, 2, 5, 5)),
}


def outcome(function: Callable[[], Any]) -> tuple[Any, Exception | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(), None
        except Exception as error:
            return None, error


def held(module: Any) -> dict[str, Any]:
    return {
        "parameters": [(n, tuple(p.shape), p.requires_grad) for n, p in module.named_parameters()],
        "buffers": [(n, tuple(b.shape)) for n, b in module.named_buffers()],
        "modules": [(n, type(m).__name__) for n, m in module.named_modules()],
        "state": [(n, tuple(t.shape)) for n, t in module.state_dict().items()],
        "text": repr(module),
        "weight": tuple(module.weight.shape),
    }


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_layer(change: str, layer: str) -> None:
    name, arguments, shape = LAYERS[layer]
    theirs, error = outcome(lambda: build(torch.nn, CHANGES[change], name, arguments))
    mine, fault = outcome(lambda: build(convcalc.nn, CHANGES[change], name, arguments))
    assert (error is None) == (fault is None), (error, fault)
    if error is not None:
        assert isinstance(fault, type(error)), (error, fault)
        assert str(fault) == str(error)
        return
    assert held(mine) == held(theirs)
    assert tuple(mine(Tensor(*shape)).shape) == tuple(theirs(torch.zeros(shape)).shape)


def test_parameters_to_a_vector_and_back() -> None:
    module = convcalc.nn.Linear(4, 3)
    vector = convcalc.nn.utils.parameters_to_vector(module.parameters())
    assert vector.shape == (15,)
    convcalc.nn.utils.vector_to_parameters(vector, module.parameters())
    assert module.weight.shape == (3, 4)
    with pytest.raises(RuntimeError, match="shape '\\[3\\]' is invalid for input of size 2"):
        convcalc.nn.utils.vector_to_parameters(Tensor(14), module.parameters())
    real = torch.nn.Linear(4, 3)
    with pytest.raises(RuntimeError, match="shape '\\[3\\]' is invalid for input of size 2"):
        torch.nn.utils.vector_to_parameters(torch.zeros(14), real.parameters())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("conv", "transpose"), [("Conv2d", False), ("ConvTranspose2d", True)])
def test_fused_convolution(conv: str, transpose: bool, bias: bool) -> None:
    def fused(nn: Any) -> Any:
        layer, norm = getattr(nn, conv)(2, 6, 3, bias=bias).eval(), nn.BatchNorm2d(6).eval()
        return nn.utils.fuse_conv_bn_eval(layer, norm, transpose)

    assert held(fused(convcalc.nn)) == held(fused(torch.nn))


def test_fused_linear() -> None:
    def fused(nn: Any, features: int) -> Any:
        return nn.utils.fuse_linear_bn_eval(nn.Linear(4, 3, bias=False).eval(), nn.BatchNorm1d(features).eval())

    assert held(fused(convcalc.nn, 3)) == held(fused(torch.nn, 3))
    for nn in (convcalc.nn, torch.nn):
        with pytest.raises(AssertionError, match=r"To fuse, linear\.out_features"):
            fused(nn, 2)


def test_fusion_is_for_evaluation() -> None:
    for nn in (convcalc.nn, torch.nn):
        with pytest.raises(AssertionError, match="Fusion only for eval!"):
            nn.utils.fuse_conv_bn_eval(nn.Conv2d(2, 6, 3), nn.BatchNorm2d(6))


def test_skip_init() -> None:
    assert convcalc.nn.utils.skip_init(convcalc.nn.Linear, 5, 1).weight.shape == (1, 5)
    for nn in (convcalc.nn, torch.nn):
        with pytest.raises(RuntimeError, match="Module must support a 'device' arg"):
            nn.utils.skip_init(nn.ReLU)


def test_gradients() -> None:
    module = convcalc.nn.Linear(4, 3)
    assert convcalc.nn.utils.clip_grad_norm_(module.parameters(), 1.0).shape == ()
    assert convcalc.nn.utils.clip_grad_value_(module.parameters(), 1.0) is None


@pytest.mark.parametrize("path", ["", "parametrizations", "parametrize", "rnn"])
def test_every_name_is_here_with_its_signature(path: str) -> None:
    ours = getattr(convcalc.nn.utils, path) if path else convcalc.nn.utils
    theirs = getattr(torch.nn.utils, path) if path else torch.nn.utils
    for name in theirs.__all__:
        if name in ("stateless", "cached"):  # a module of one old function; a context manager without arguments
            continue
        function = getattr(ours, name)
        if callable(function) and not isinstance(function, type):
            wanted = [(p.name, p.kind, p.default) for p in inspect.signature(getattr(theirs, name)).parameters.values()]
            assert [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()] == wanted, (
                name
            )
