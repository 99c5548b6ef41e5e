"""A weight as its length times its direction, both trained.

Source: torch/nn/utils/weight_norm.py; Salimans and Kingma, Weight normalization, 2016
"""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Parameter, ShapeError, ShapeValueError, Tensor, UninitializedParameter, make
from convcalc.tensor.attributes import read, remove, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def norm_shape(weight: Tensor, dim: int) -> tuple[int, ...]:
    """The shape of the norm over every dimension but `dim`; -1 means over all, a scalar."""
    if dim == -1:
        return ()
    return tuple(size if d == dim % weight.ndim else 1 for d, size in enumerate(weight.shape))


class WeightNorm:
    """The hook that makes the weight from its length and its direction before each call."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module: Module) -> Tensor:
        direction = read(module, f"{self.name}_v")
        weight = make(direction.shape, direction.dtype, direction._strides, direction.device)
        weight.is_leaf = False  # computed from parameters: PyTorch refuses to copy it deeply
        return weight

    def __call__(self, module: Module, inputs: Any) -> None:
        write(module, self.name, self.compute_weight(module))


def weight_norm(module: Any, name: str = "weight", dim: int = 0) -> Any:
    """Replaces the parameter `name` by its length `name_g` and its direction `name_v`.

    Shapes:  name_g: 1 along every dimension but `dim`, or () with dim=None; name_v: as the weight
    Units:   params = the weight's + numel(name_g)
    Errors:  the parameter is normalised already, or has no shape yet
    Source:  torch.nn.utils.weight_norm
    """
    if _hook_of(module, name) is not None:
        raise ShapeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = WeightNorm(name, dim)
    weight = read(module, name)
    if isinstance(weight, UninitializedParameter):
        raise ShapeValueError(
            "The module passed to `WeightNorm` can't have uninitialized parameters. "
            "Make sure to run the dummy forward before applying weight normalization"
        )
    del module._parameters[name]
    length = make(norm_shape(weight, hook.dim), weight.dtype, device=weight.device)
    module.register_parameter(f"{name}_g", Parameter(length))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    write(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Puts one parameter in the place of its length and its direction."""
    key = _hook_of(module, name)
    if key is None:
        raise ShapeValueError(f"weight_norm of '{name}' not found in {module}")
    weight = module._forward_pre_hooks.pop(key).compute_weight(module).detach()
    remove(module, name)
    del module._parameters[f"{name}_g"], module._parameters[f"{name}_v"]
    write(module, name, Parameter(weight))
    return module


def _hook_of(module: Any, name: str) -> int | None:
    hooks: dict[int, Any] = module._forward_pre_hooks
    return next((key for key, hook in hooks.items() if isinstance(hook, WeightNorm) and hook.name == name), None)
