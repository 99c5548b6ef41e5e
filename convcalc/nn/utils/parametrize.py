"""Weights that are computed from other parameters by modules.

Source: torch/nn/utils/parametrize.py
"""

from __future__ import annotations

from convcalc.nn.container import ModuleDict, ModuleList
from convcalc.nn.module import Module
from convcalc.tensor import Parameter, ShapeError, ShapeValueError, Tensor, Unknown
from convcalc.tensor.attributes import has, read, remove, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class cached:
    """A context in which each computed weight is computed once: PyTorch saves time with it, shapes stay."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: Any) -> None:
        pass


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


class ParametrizationList(ModuleList):
    """The chain of modules that makes one weight from its `original` tensor, or `original0`, `original1`, …

    Source: torch.nn.utils.parametrize.ParametrizationList
    """

    def __init__(self, modules: Sequence[Module], original: Any, unsafe: bool = False) -> None:
        if len(modules) == 0:
            raise ShapeValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        new = self._inverted(original, modules)
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            if new.dtype is not original.dtype:
                raise ShapeValueError(f"When `right_inverse` outputs one tensor, it may not change the dtype.\noriginal.dtype: {original.dtype}\nright_inverse(original).dtype: {new.dtype}")  # fmt: skip
            original.data = new
            _register(self, "original", original)
        else:
            self._register_several(new, original)
        if not unsafe:
            start = [original] if self.is_tensor else [read(self, f"original{i}") for i in range(self.ntensors)]
            value: Any = modules[0].forward(*start)
            for module in modules[1:]:
                value = module.forward(value)
            _check_kept(value, shape, dtype, "unless `unsafe` flag is enabled", "unparametrized {}", "parametrized {}")

    @staticmethod
    def _inverted(original: Any, modules: Sequence[Any]) -> Any:
        new = original
        for module in reversed(modules):
            if hasattr(module, "right_inverse"):
                try:
                    new = module.right_inverse(new)
                except NotImplementedError:
                    pass
        if not isinstance(new, (Tensor, list, tuple)):
            raise ShapeValueError(
                f"'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got {type(new).__name__}"
            )
        return new

    def _register_several(self, tensors: Sequence[Any], original: Tensor) -> None:
        for i, tensor in enumerate(tensors):
            if not isinstance(tensor, Tensor):
                raise ShapeValueError(
                    "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                    f"Got element {i} of the sequence with type {type(tensor).__name__}."
                )
            if isinstance(original, Parameter):
                tensor = Parameter(tensor, original.requires_grad)
            _register(self, f"original{i}", tensor.requires_grad_(original.requires_grad))

    def right_inverse(self, value: Any) -> None:
        """Assigns the weight: each original tensor takes what the modules make of `value` backwards."""
        for module in reversed(list(self)):
            if not hasattr(module, "right_inverse"):
                raise ShapeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
            value = module.right_inverse(value)
        if self.is_tensor:
            self.original.data = value
            return
        if len(value) != self.ntensors:
            raise ShapeValueError(
                f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. Got a sequence of length {len(value)}."
            )
        for i, tensor in enumerate(value):
            read(self, f"original{i}").data = tensor

    def forward(self) -> Any:
        chain = list(self)
        names = ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]
        value = chain[0](*(read(self, name) for name in names))
        for module in chain[1:]:
            value = module(value)
        return value


def _check_kept(value: Any, shape: Any, dtype: Any, unless: str, before: str, after: str) -> None:
    """A parametrization keeps the weight's type and shape, unless it is declared unsafe."""
    if isinstance(value, Unknown):
        return
    if not isinstance(value, Tensor):
        raise ShapeValueError(f"A parametrization must return a tensor. Got {type(value).__name__}.")
    for what, old, new in (("dtype", dtype, value.dtype), ("shape", shape, value.shape)):
        if old != new:
            raise ShapeValueError(
                f"Registering a parametrization may not change the {what} of the tensor, {unless}.\n"
                f"{before.format(what)}: {old}\n{after.format(what)}: {new}",
                "argument",
                expected=old,
                actual=new,
            )


def register_parametrization(module: Any, tensor_name: str, parametrization: Any, *, unsafe: bool = False) -> Any:
    """Makes `module.<tensor_name>` what `parametrization` makes of a tensor kept aside.

    Shapes:  parametrizations.<tensor_name>.original: what `right_inverse` makes of the weight, or the weight itself
    Errors:  the module has no such tensor; the parametrization changes shape or dtype and is not declared unsafe
    Source:  torch.nn.utils.parametrize.register_parametrization
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            old = read(module, tensor_name)
            name = f"module.{tensor_name}"
            unless = "unless the `unsafe` flag is enabled"
            value = parametrization.forward(old)
            _check_kept(value, old.shape, old.dtype, unless, name + ".{}", f"parametrization({name})" + ".{}")
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        chain = ParametrizationList([parametrization], read(module, tensor_name), unsafe=unsafe)
        remove(module, tensor_name)
        if not is_parametrized(module):
            cls = type(module)
            module.__class__ = type(f"Parametrized{cls.__name__}", (cls,), {})
            module.parametrizations = ModuleDict()
        write(type(module), tensor_name, _weight(tensor_name))
        module.parametrizations[tensor_name] = chain
    else:
        raise ShapeValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name '{tensor_name}'"
        )
    return module


def _weight(name: str) -> property:
    def assign(module: Any, value: Any) -> None:
        module.parametrizations[name].right_inverse(value)

    return property(lambda module: module.parametrizations[name](), assign)


def is_parametrized(module: Any, tensor_name: str | None = None) -> bool:
    """Whether any tensor of the module, or the one of that name, is computed."""
    chains = getattr(module, "parametrizations", None)
    if not isinstance(chains, ModuleDict):
        return False
    return len(chains) > 0 if tensor_name is None else tensor_name in chains


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Makes the tensor a plain one again: as computed, or as it was kept aside.

    Source: torch.nn.utils.parametrize.remove_parametrizations
    """
    if not is_parametrized(module, tensor_name):
        raise ShapeValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    chain = module.parametrizations[tensor_name]
    if not leave_parametrized and not chain.is_tensor:
        raise ShapeValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors."
        )
    if chain.is_tensor:
        original = chain.original
        if leave_parametrized:
            original.data = read(module, tensor_name)
    else:
        trained = any(t.requires_grad for t in chain._parameters.values())
        value = read(module, tensor_name)
        original = Parameter(value) if trained else value
    remove(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Any) -> type:
    """The class of the module as it was built."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def transfer_parametrizations_and_params(from_module: Any, to_module: Any, tensor_name: str | None = None) -> Any:
    """Gives another module the same computed tensors, with the parameters that they are computed from."""
    if not is_parametrized(from_module):
        return to_module
    for name in list(from_module.parametrizations) if tensor_name is None else [tensor_name]:
        if not has(to_module, name):
            write(to_module, name, Parameter(read(from_module, name)))
        source = from_module.parametrizations[name]
        for parametrization in source:
            register_parametrization(to_module, name, parametrization)
        for table in (source._parameters, source._buffers):
            for kept, tensor in table.items():
                write(to_module.parametrizations[name], kept, tensor)
    return to_module
