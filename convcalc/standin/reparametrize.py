"""`torch.nn.utils`: weights that are computed from other parameters, and functions over all parameters of a module.

Source: torch/nn/utils/weight_norm.py, spectral_norm.py, parametrize.py, parametrizations.py.
"""

from __future__ import annotations

import math

from convcalc import nn
from convcalc.nn.module import Module
from convcalc.tensor import Parameter, Tensor, Unknown, make
from convcalc.tensor.dtypes import default_dtype

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def norm_shape(weight: Tensor, dim: int | None) -> tuple[int, ...]:
    """The shape of a norm over every dimension but one; over all, a scalar."""
    if dim is None or dim == -1:
        return ()
    return tuple(size if d == dim % len(weight.shape) else 1 for d, size in enumerate(weight.shape))


def _plain(tensor: Tensor) -> Tensor:
    return make(tensor.shape, tensor.dtype, tensor._strides, tensor.device)


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Replaces the parameter `weight` by its length `weight_g` and its direction `weight_v`."""
    weight = getattr(module, name)
    del module._parameters[name]
    module.register_parameter(f"{name}_g", Parameter(make(norm_shape(weight, dim), weight.dtype)))
    module.register_parameter(f"{name}_v", Parameter(_plain(weight)))
    setattr(module, name, _plain(weight))
    return module


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    if f"{name}_v" not in module._parameters:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    return _restore(module, name, "v", ("g",))


def spectral_norm(module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None) -> Any:
    """Renames the parameter `weight` to `weight_orig` and keeps the two vectors of the power iteration as buffers."""
    weight = getattr(module, name)
    rows = weight.shape[_rows_dimension(module) if dim is None else dim]
    del module._parameters[name]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, _plain(weight))
    module.register_buffer(f"{name}_u", make((rows,), weight.dtype))
    module.register_buffer(f"{name}_v", make((math.prod(weight.shape) // rows,), weight.dtype))
    return module


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    if f"{name}_orig" not in module._parameters:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    return _restore(module, name, "orig", ("u", "v"))


def _restore(module: Any, name: str, kept: str, dropped: Iterable[str]) -> Any:
    weight = module._parameters.pop(f"{name}_{kept}")
    for suffix in dropped:
        delattr(module, f"{name}_{suffix}")
    module.__dict__.pop(name, None)
    module.register_parameter(name, weight)
    return module


def _rows_dimension(module: Any) -> int:
    """Transposed convolutions keep their output channels in dimension 1."""
    names = {cls.__name__ for cls in type(module).__mro__}
    return 1 if names & {"ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"} else 0


# parametrizations


class ParametrizationList(Module):
    """The chain of functions that makes one weight from its `original` parameter(s)."""

    def __init__(self, modules: list[Any], original: Any) -> None:
        super().__init__()
        for i, module in enumerate(modules):
            self.add_module(str(i), module)
        for module in reversed(modules):
            if hasattr(module, "right_inverse"):
                original = module.right_inverse(original)
        self.is_tensor = isinstance(original, Tensor)
        for name, tensor in [("original", original)] if self.is_tensor else [(f"original{i}", t) for i, t in enumerate(original)]:
            self.register_parameter(name, tensor if isinstance(tensor, Parameter) else Parameter(tensor))

    def forward(self) -> Any:
        chain = list(self._modules.values())
        originals = list(self._parameters.values())
        if not chain:
            return originals[0]
        value = chain[0](*originals)
        for module in chain[1:]:
            value = module(value)
        return value


def register_parametrization(module: Any, tensor_name: str, parametrization: Any, *, unsafe: bool = False) -> Any:
    """Makes `module.<tensor_name>` the result of `parametrization` applied to a parameter kept aside."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        chain = module.parametrizations[tensor_name]
        chain.add_module(str(len(chain._modules)), parametrization)
        return module
    original = module._parameters.pop(tensor_name, None)
    if original is None:
        original = module._buffers.pop(tensor_name, None)
    if original is None:
        raise ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name '{tensor_name}'")
    if "parametrizations" not in module._modules:
        cls = type(module)
        module.__class__ = type(f"Parametrized{cls.__name__}", (cls,), {"parametrized_class": cls})
        module.add_module("parametrizations", nn.ModuleDict())
    module.parametrizations[tensor_name] = ParametrizationList([parametrization], original)
    setattr(type(module), tensor_name, property(lambda self: self.parametrizations[tensor_name]()))
    return module


def is_parametrized(module: Any, tensor_name: str | None = None) -> bool:
    chains = module._modules.get("parametrizations")
    return chains is not None and (tensor_name is None or tensor_name in chains._modules)


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    value = getattr(module, tensor_name)
    del module.parametrizations._modules[tensor_name]
    delattr(type(module), tensor_name)
    if not module.parametrizations._modules:
        del module._modules["parametrizations"]
        module.__class__ = type(module).parametrized_class
    module.register_parameter(tensor_name, Parameter(value))
    return module


class _WeightNorm(Module):
    """The length and direction of a weight, multiplied."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return _plain(weight_v)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return make(norm_shape(weight, self.dim), weight.dtype), _plain(weight)


class _SpectralNorm(Module):
    """A weight divided by its largest singular value."""

    def __init__(self, weight: Tensor, dim: int) -> None:
        super().__init__()
        if len(weight.shape) > 1:
            rows = weight.shape[dim]
            self.register_buffer("_u", make((rows,), weight.dtype))
            self.register_buffer("_v", make((math.prod(weight.shape) // rows,), weight.dtype))

    def forward(self, weight: Tensor) -> Tensor:
        return _plain(weight)


class _Orthogonal(Module):
    """The nearest orthogonal matrix."""

    def __init__(self, weight: Tensor, use_trivialization: bool) -> None:
        super().__init__()
        longer = max(weight.shape[-2:])
        self.register_buffer("base", make((*weight.shape[:-2], longer, longer), weight.dtype) if use_trivialization else None)

    def forward(self, weight: Tensor) -> Tensor:
        return _plain(weight)


def parametrized_weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    return register_parametrization(module, name, _WeightNorm(dim))


def parametrized_spectral_norm(module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None) -> Any:
    weight = getattr(module, name)
    return register_parametrization(module, name, _SpectralNorm(weight, _rows_dimension(module) if dim is None else dim))


def orthogonal(module: Any, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True) -> Any:
    weight = getattr(module, name)
    if len(weight.shape) < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {len(weight.shape)} dimensions.")
    return register_parametrization(module, name, _Orthogonal(weight, use_trivialization))


# functions over all parameters


def _parameters(parameters: Any) -> list[Any]:
    return [parameters] if isinstance(parameters, (Tensor, Unknown)) else list(parameters)


def clip_grad_norm_(parameters: Any, max_norm: Any, norm_type: Any = 2.0, error_if_nonfinite: bool = False, foreach: Any = None) -> Any:
    """The norm over all gradients: a scalar."""
    _parameters(parameters)
    return make((), default_dtype())


def clip_grad_value_(parameters: Any, clip_value: Any, foreach: Any = None) -> None:
    _parameters(parameters)


def parameters_to_vector(parameters: Any) -> Any:
    """All parameters end to end."""
    found = _parameters(parameters)
    return make((sum(p.numel() for p in found),), found[0].dtype if found else default_dtype())


def vector_to_parameters(vec: Any, parameters: Any) -> None:
    _parameters(parameters)


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    return module_cls(*args, **kwargs)


UTILS: dict[str, Any] = {
    "weight_norm": weight_norm, "remove_weight_norm": remove_weight_norm, "spectral_norm": spectral_norm,
    "remove_spectral_norm": remove_spectral_norm, "clip_grad_norm_": clip_grad_norm_, "clip_grad_norm": clip_grad_norm_,
    "clip_grad_value_": clip_grad_value_, "get_total_norm": clip_grad_norm_, "parameters_to_vector": parameters_to_vector,
    "vector_to_parameters": vector_to_parameters, "skip_init": skip_init,
}  # fmt: skip
PARAMETRIZATIONS: dict[str, Any] = {"weight_norm": parametrized_weight_norm, "spectral_norm": parametrized_spectral_norm, "orthogonal": orthogonal}
PARAMETRIZE: dict[str, Any] = {
    "register_parametrization": register_parametrization, "is_parametrized": is_parametrized, "remove_parametrizations": remove_parametrizations,
    "ParametrizationList": ParametrizationList,
}  # fmt: skip
