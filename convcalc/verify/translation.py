"""Arguments for real PyTorch as arguments for the stand-in: a tensor keeps its shape, type and layout."""

from __future__ import annotations

import dataclasses
import types
from functools import cache, partial

import torch

from convcalc import standin
from convcalc.standin.facade import tensor_method
from convcalc.tensor import Device, Size, Tensor, dtype_of, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SMALL = 100  # up to so many elements a tensor of integers may be a constant of the model's code
MODULES = "torch torch.nn.functional torch.linalg torch.fft torch.special torch.signal.windows torch.masked torch.nn.init".split()


class NotTranslated(Exception):
    """An argument that has no twin here; `args[0]` says what it is."""


class Translator:
    """Translates the arguments of one call; the same object stays the same object.

    `constants` tells whether small tensors of integers keep their elements, as they would when the model's code wrote them.
    """

    def __init__(self, constants: bool = False) -> None:
        self.constants = constants
        self.kept = False
        self.seen: dict[int, Any] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            found = self.seen.get(id(value))
            if found is None:
                found = self.seen[id(value)] = self._tensor(value)
            return found
        kind = type(value)
        if value is None or kind in (bool, int, float, complex, str) or value is Ellipsis:
            return value
        if kind is tuple or kind is list:
            return kind(map(self, value))
        if kind is dict:
            return {key: self(part) for key, part in value.items()}
        return self._other(value)

    def _tensor(self, real: torch.Tensor) -> Tensor:
        if real.layout is not torch.strided:
            raise NotTranslated("sparse")
        if real.is_nested:
            raise NotTranslated("nested")
        if real.is_quantized:
            raise NotTranslated("quantized")
        if real.device.type != "cpu":
            raise NotTranslated("device")
        strides = None if real.is_contiguous() else tuple(real.stride())
        values = None
        constant = (
            real.dtype in (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64) or not real.ndim
        )
        if constant and real.numel() <= SMALL:
            self.kept = True
            if self.constants:
                values = real.detach().flatten().tolist()
        return make(tuple(real.shape), dtype_of(str(real.dtype)), strides, values=values)

    def _module(self, real: torch.nn.Module) -> Any:
        """A layer given to a layer: a transformer's layers, a norm, an activation."""
        cls = getattr(standin.find_module("torch.nn"), type(real).__name__)
        if isinstance(real, (torch.nn.TransformerEncoderLayer, torch.nn.TransformerDecoderLayer)):
            sizes = real.linear1.in_features, real.self_attn.num_heads, real.linear1.out_features
            return cls(
                *sizes,
                dropout=real.dropout.p,
                activation=self(real.activation),
                norm_first=real.norm_first,
                batch_first=real.self_attn.batch_first,
                bias=real.linear1.bias is not None,
            ).train(real.training)
        if isinstance(real, torch.nn.LayerNorm):
            return cls(real.normalized_shape, eps=real.eps)
        return cls()

    def _other(self, value: Any) -> Any:
        if isinstance(value, torch.dtype):
            return dtype_of(str(value))
        if isinstance(value, torch.device):
            return Device(str(value))
        if isinstance(value, torch.Size):
            return Size(value)
        if isinstance(value, (torch.layout, torch.memory_format)):
            return getattr(standin.find_module("torch"), str(value).removeprefix("torch."))
        if isinstance(value, torch.nn.Module):
            return self._module(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*map(self, value))
        if isinstance(value, slice):
            return slice(self(value.start), self(value.stop), self(value.step))
        if isinstance(value, range):
            return value
        if dataclasses.is_dataclass(value):
            settings = {field.name: self(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return getattr(standin.find_module("torch.nn"), type(value).__name__)(**settings)
        if isinstance(value, torch.Generator):
            return standin.find_module("torch").Generator()  # type: ignore[union-attr]
        if callable(value):
            found = twin(value)
            if found is not None:
                return found
        if hasattr(value, "item") and hasattr(value, "dtype"):  # a number of numpy's
            return value.item()
        raise NotTranslated(type(value).__name__)


def copied(value: Any) -> Any:
    """The same arguments in memory of their own, laid out as before, so that a call in place does not change the sample."""
    if isinstance(value, torch.Tensor):
        if (
            value.layout is not torch.strided
            or value.device.type != "cpu"
            or value.is_nested
            or value.is_quantized
            or value.is_conj()
            or value.is_neg()
        ):
            return value
        memory = value.detach().untyped_storage().clone()
        empty = torch.empty(0, dtype=value.dtype)
        return empty.set_(memory, value.storage_offset(), value.size(), value.stride())
    if type(value) in (tuple, list):
        return type(value)(map(copied, value))
    if type(value) is dict:
        return {key: copied(part) for key, part in value.items()}
    return value


# functions


@cache
def _public() -> dict[int, tuple[str, str]]:
    """Where the public functions of PyTorch stand, by identity."""
    places: dict[int, tuple[str, str]] = {}
    for name in dir(torch.Tensor):
        places[id(getattr(torch.Tensor, name))] = ("Tensor", name)
    for path in reversed(MODULES):
        module = _resolve(path)
        for name in dir(module):
            value = getattr(module, name)
            if callable(value) and not isinstance(value, type):
                places[id(value)] = (path, name)
    return places


def _resolve(path: str) -> Any:
    found: Any = torch
    for name in path.split(".")[1:]:
        found = getattr(found, name)
    return found


def public_name(function: Any) -> str | None:
    """The name under which model code knows a function of PyTorch's, or None."""
    place = _public().get(id(function))
    return None if place is None else ".".join(place)


def twin(function: Any) -> Callable[..., Any] | None:
    """The stand-in's function for one of PyTorch's; None where model code has no name for it.

    A function of the database itself (`lambda x: x.T`) is run as a model's code is: with the stand-in for torch.
    """
    place = _public().get(id(function))
    if place is not None:
        path, name = place
        if path == "Tensor":
            found: Callable[..., Any] | None = getattr(Tensor, name, None) or tensor_method(name)
            return found
        return getattr(standin.find_module(path), name)  # type: ignore[no-any-return]
    if isinstance(function, partial):
        inner = twin(function.func)
        return None if inner is None else partial(inner, *function.args, **function.keywords)
    if isinstance(function, types.FunctionType) and (function.__module__ or "").startswith("torch.testing."):
        return _reread(function)
    return None


def _reread(function: types.FunctionType) -> types.FunctionType | None:
    if _calls_kernels(function.__code__):  # a kernel, which model code does not call
        return None
    names = {
        **function.__globals__,
        "torch": standin.find_module("torch"),
        "F": standin.find_module("torch.nn.functional"),
    }
    names["wrapper_set_seed"] = lambda op, *args, **kwargs: op(*args, **kwargs)
    cells = function.__closure__
    if cells is not None:
        cells = tuple(
            types.CellType(twin(c.cell_contents) or c.cell_contents) if callable(c.cell_contents) else c for c in cells
        )
    again = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
    again.__kwdefaults__ = function.__kwdefaults__
    return again


def _calls_kernels(code: types.CodeType) -> bool:
    return "ops" in code.co_names or any(
        _calls_kernels(part) for part in code.co_consts if isinstance(part, types.CodeType)
    )
