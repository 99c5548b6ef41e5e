"""A weight divided by its largest singular value, which a power iteration finds.

Source: torch/nn/utils/spectral_norm.py; Miyato et al., Spectral normalization for generative adversarial networks, 2018
"""

from __future__ import annotations

import math

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module
from convcalc.ops.products import mv
from convcalc.tensor import Parameter, ShapeError, ShapeValueError, Tensor, UninitializedParameter, make
from convcalc.tensor.attributes import read, remove, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def matrix_of(weight: Tensor, dim: int) -> Tensor:
    """The weight as a matrix with dimension `dim` for its rows."""
    rows = weight.shape[dim]
    columns = math.prod(size for d, size in enumerate(weight.shape) if d != dim % weight.ndim)
    return make((rows, columns), weight.dtype, device=weight.device)


def normalized(weight: Tensor, dim: int, iterations: int) -> Tensor:
    """The weight over its largest singular value: two matrix-vector products an iteration, and one for the value."""
    matrix = matrix_of(weight, dim)
    rows, columns = matrix.shape
    u, v = make((rows,), weight.dtype), make((columns,), weight.dtype)
    turned = make((columns, rows), weight.dtype, (1, columns))
    for _ in range(iterations):
        mv(turned, u)
        mv(matrix, v)
    mv(matrix, v)
    return make(weight.shape, weight.dtype, weight._strides, weight.device)


def rows_dimension(module: Module) -> int:
    """Return the dimension of the output channels in the weight: a transposed convolution has them in dimension 1."""
    return 1 if facts_of(type(module)).kind == "convolution" and getattr(module, "transposed", False) else 0


def check_iterations(count: int) -> None:
    if count <= 0:
        raise ShapeValueError(f"Expected n_power_iterations to be positive, but got n_power_iterations={count}")


class SpectralNorm:
    """The hook that divides the weight by its norm before each call."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        check_iterations(n_power_iterations)
        self.name = name
        self.dim = dim
        self.n_power_iterations = n_power_iterations
        self.eps = eps

    def __call__(self, module: Module, inputs: Any) -> None:
        weight = read(module, f"{self.name}_orig")
        write(module, self.name, normalized(weight, self.dim, self.n_power_iterations if module.training else 0))


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Renames the parameter `name` to `name_orig` and keeps the two vectors of the power iteration as buffers.

    Shapes:  name_u: (rows); name_v: (numel(weight) / rows), the rows being dimension `dim`
    Units:   params as before; macs for one call = numel(weight) * (2 * n_power_iterations + 1), in eval mode numel(weight)
    Errors:  the parameter is normalised already, is None, or has no shape yet
    Source:  torch.nn.utils.spectral_norm
    """
    dim = rows_dimension(module) if dim is None else dim
    if _hook_of(module, name) is not None:
        raise ShapeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ShapeValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if isinstance(weight, UninitializedParameter):
        raise ShapeValueError(
            "The module passed to `SpectralNorm` can't have uninitialized parameters. "
            "Make sure to run the dummy forward before applying spectral normalization"
        )
    rows, columns = matrix_of(weight, dim).shape
    remove(module, name)
    module.register_parameter(f"{name}_orig", weight)
    write(module, name, weight.data)
    module.register_buffer(f"{name}_u", make((rows,), weight.dtype, device=weight.device))
    module.register_buffer(f"{name}_v", make((columns,), weight.dtype, device=weight.device))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Puts one parameter in the place of `name_orig` and the two vectors."""
    key = _hook_of(module, name)
    if key is None:
        raise ShapeValueError(f"spectral_norm of '{name}' not found in {module}")
    del module._forward_pre_hooks[key]
    weight = read(module, f"{name}_orig").detach()
    for suffix in ("", "_u", "_v", "_orig"):
        remove(module, name + suffix)
    module.register_parameter(name, Parameter(weight))
    return module


def _hook_of(module: Any, name: str) -> int | None:
    hooks: dict[int, Any] = module._forward_pre_hooks
    return next((key for key, hook in hooks.items() if isinstance(hook, SpectralNorm) and hook.name == name), None)
