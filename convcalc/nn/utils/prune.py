"""`torch.nn.utils.prune`: a parameter becomes what was there (`weight_orig`) times a mask (`weight_mask`); no shape changes.

Source: torch/nn/utils/prune.py
"""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import ShapeTypeError, ShapeValueError, Tensor, Unknown, make
from convcalc.tensor.attributes import read, write
from convcalc.tensor.attributes import remove as delete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _pruned(module: Module, name: str) -> Module:
    """Puts the mask and the parameter that was there in the place of the parameter, the first time."""
    if f"{name}_orig" not in module._parameters:
        parameter = read(module, name)
        module.register_parameter(f"{name}_orig", parameter)
        del module._parameters[name]
        module.register_buffer(f"{name}_mask", _like(parameter))
    masked = _like(read(module, f"{name}_orig"))
    masked.is_leaf = False  # computed from a parameter: PyTorch refuses to copy it deeply
    write(module, name, masked)
    return module


def _like(tensor: Tensor) -> Tensor:
    return make(tensor.shape, tensor.dtype, tensor._strides, tensor.device)


def _check_amount(amount: Any) -> None:
    if isinstance(amount, Unknown):
        return
    if not isinstance(amount, (int, float)):
        raise ShapeTypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or (not isinstance(amount, int) and amount > 1):
        raise ShapeValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")


def identity(module: Any, name: str) -> Any:
    return _pruned(module, name)


def random_unstructured(module: Any, name: str, amount: Any) -> Any:
    _check_amount(amount)
    return _pruned(module, name)


def l1_unstructured(module: Any, name: str, amount: Any, importance_scores: Any = None) -> Any:
    _check_amount(amount)
    return _pruned(module, name)


def random_structured(module: Any, name: str, amount: Any, dim: Any) -> Any:
    _check_amount(amount)
    return _pruned(module, name)


def ln_structured(module: Any, name: str, amount: Any, n: Any, dim: Any, importance_scores: Any = None) -> Any:
    _check_amount(amount)
    return _pruned(module, name)


def custom_from_mask(module: Any, name: str, mask: Any) -> Any:
    return _pruned(module, name)


def global_unstructured(parameters: Any, pruning_method: Any, importance_scores: Any = None, **kwargs: Any) -> None:
    if not isinstance(parameters, (list, tuple)) and not hasattr(parameters, "__iter__"):
        raise ShapeTypeError("global_unstructured(): parameters is not an Iterable")
    for module, name in parameters:
        _pruned(module, name)


def remove(module: Any, name: str) -> Any:
    """Makes the masked parameter a parameter again."""
    if f"{name}_orig" not in module._parameters:
        raise ShapeValueError(
            f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed", of_values=True
        )
    parameter = module._parameters.pop(f"{name}_orig")
    del module._buffers[f"{name}_mask"]
    delete(module, name)
    write(module, name, parameter)
    return module


def is_pruned(module: Any) -> bool:
    """Whether a parameter of the module, or of one below it, is masked."""
    return any(
        name.endswith("_orig") and f"{name[: -len('_orig')]}_mask" in part._buffers
        for _, part in named_modules(module)
        for name in part._parameters
    )


class BasePruningMethod:
    """A way to choose what is masked. Which elements these are changes no shape: `compute_mask` is not asked."""

    _tensor_name: str

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        method = cls(*args, **kwargs)
        method._tensor_name = name
        _pruned(module, name)
        return method

    def apply_mask(self, module: Any) -> Tensor:
        return _like(read(module, f"{self._tensor_name}_orig"))

    def prune(self, t: Any, default_mask: Any = None, importance_scores: Any = None) -> Tensor:
        return _like(t)

    def remove(self, module: Any) -> None:
        remove(module, self._tensor_name)


class Identity(BasePruningMethod):
    """Masks nothing."""


class RandomUnstructured(BasePruningMethod):
    """Masks elements drawn at random."""

    def __init__(self, amount: Any) -> None:
        _check_amount(amount)
        self.amount = amount


class L1Unstructured(RandomUnstructured):
    """Masks the smallest elements."""


class RandomStructured(BasePruningMethod):
    """Masks slices drawn at random."""

    def __init__(self, amount: Any, dim: Any = -1) -> None:
        _check_amount(amount)
        self.amount, self.dim = amount, dim


class LnStructured(BasePruningMethod):
    """Masks the slices of the least norm."""

    def __init__(self, amount: Any, n: Any, dim: Any = -1) -> None:
        _check_amount(amount)
        self.amount, self.n, self.dim = amount, n, dim


class CustomFromMask(BasePruningMethod):
    """Masks what a mask of the user's says."""

    def __init__(self, mask: Any) -> None:
        self.mask = mask
