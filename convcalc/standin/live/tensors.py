"""Tensors that pass for torch's and have no elements: what a live module is called with, and what its operations answer.

Each is a subclass of `torch.Tensor` without storage (as PyTorch's own fake tensors are) and stands for a `Tensor` of ours. Every function of
torch that meets one is answered by a rule; what PyTorch reads off its sizes, element type and device in C++ is there as well. A rule that does
not exist is made up for by PyTorch itself on its meta device, which computes nothing either.
"""

from __future__ import annotations

import sys

from convcalc.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence
from convcalc.ops.named import NamedResult
from convcalc.ops.torch_functions import ours_of, rule_for
from convcalc.tensor import Device, DType, Size, Tensor, Unknown, UnknownDType, UnknownValue, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.trace import gradients
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What Python asks of a tensor for a plain value: known elements give it, else nobody can say.
_ASKED = frozenset("__bool__ __int__ __float__ __index__ __complex__ __contains__".split())
# What is read off a real tensor without computing; what is not about values is read off ours as well.
_READING = frozenset(
    "__get__ __set__ __delete__ __bool__ __int__ __float__ __index__ __len__ dim size stride is_contiguous numel nelement ndimension item tolist "
    "is_floating_point is_complex is_signed element_size get_device data_ptr storage_offset is_pinned is_inference requires_grad_ type".split()
)


def packing(name: str, given: tuple[Any, ...]) -> Any:
    """What the functions in C give that `torch.nn.utils.rnn` packs and pads sequences by."""
    if name == "_pack_padded_sequence":
        packed = pack_padded_sequence(given[0], given[1], given[2])
        return packed.data, packed.batch_sizes
    data, batch_sizes, batch_first, padding_value, total_length = given
    return pad_packed_sequence(
        PackedSequence(data, batch_sizes), batch_first, padding_value, None if total_length < 0 else total_length
    )


class Shapes:
    """One call of a live module: which tensor of ours each tensor of torch's stands for, and the other way round."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.kind = self._subclass()
        self.mode = self._mode()
        self._shown: dict[int, tuple[Tensor, Any]] = {}  # tensors of torch's by the identity of ours, which is held
        self._read: dict[int, tuple[Any, Tensor]] = {}  # ours by the identity of real ones

    # from one to the other

    def real(self, value: Any) -> Any:
        """What a live module is handed for a value of ours; containers by their parts."""
        if isinstance(value, Tensor):
            known = self._shown.get(id(value))
            if known is None:
                known = self._shown[id(value)] = (value, self._stand_in(value))
            return known[1]
        if isinstance(value, DType):
            return self.torch.bool if value.name == "bool" else getattr(self.torch, value.name)
        if type(value) is Device:
            return (
                self.torch.device(value.type, value.index) if value.index is not None else self.torch.device(value.type)
            )
        if type(value) is Size:
            return self.torch.Size(value) if all(type(size) is int for size in value) else value
        if type(value) is PackedSequence:
            return self.torch.nn.utils.rnn.PackedSequence(*map(self.real, value))
        return self._each(value, self.real)

    def ours(self, value: Any) -> Any:
        """A tensor of ours for each of torch's in a value, real ones among them."""
        if isinstance(value, self.torch.Tensor):
            if type(value) is self.kind:
                return value.__dict__["ours"]
            if type(value) is self.torch.nn.parameter.UninitializedParameter:
                return Unknown("a lazy parameter")
            known = self._read.get(id(value))
            if known is None:
                found = ours_of(value, self.torch)
                known = self._read[id(value)] = (value, found)
                self._shown[id(found)] = (found, value)
            return known[1]
        if isinstance(value, self.torch.nn.utils.rnn.PackedSequence):
            return PackedSequence(*map(self.ours, value))
        if isinstance(value, dict):
            value = dict(dict.items(value))  # of whatever class, as `trace.tensors` has it
        elif isinstance(value, list):
            value = list(value)
        elif hasattr(type(value), "__dataclass_fields__"):
            value = {name: getattr(value, name, None) for name in type(value).__dataclass_fields__}
        if isinstance(value, (tuple, list, dict)) and not isinstance(value, self.torch.Size):
            return self._each(value, self.ours)
        return ours_of(value, self.torch)

    def _each(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """A tuple, a list or a dict with each of its parts changed; all else, sizes too, as it is. Tuples of a class that cannot be made anew become plain ones."""
        kind = type(value)
        if kind is list:
            return [change(part) for part in value]
        if kind is dict:
            return {key: change(part) for key, part in value.items()}
        if not isinstance(value, tuple) or isinstance(value, (Size, self.torch.Size)):
            return value
        parts = [change(part) for part in value]
        if kind is tuple or isinstance(value, NamedResult):
            return kind(parts)
        return kind(*parts) if hasattr(value, "_fields") else tuple(parts)

    def has_ours(self, value: Any) -> bool:
        if isinstance(value, (tuple, list)):
            return any(map(self.has_ours, value))
        if isinstance(value, dict):
            return any(map(self.has_ours, value.values()))
        return type(value) is self.kind or isinstance(value, Tensor)

    def _stand_in(self, ours: Tensor) -> Any:
        """A tensor of torch's without storage. Sizes that are not known are 1 there: nobody reads them but through `shape`."""
        torch = self.torch
        sizes = [size if type(size) is int else getattr(size, "hint", 1) for size in ours.shape]
        dtype = torch.float32 if isinstance(ours.dtype, UnknownDType) else self.real(ours.dtype)
        with torch._C.DisableTorchFunction():
            made = torch.Tensor._make_wrapper_subclass(
                self.kind, sizes, dtype=dtype, device=self.real(ours.device), requires_grad=False
            )
        made.__dict__["ours"] = ours
        return made

    # functions

    def answer(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a function of torch's gives: by our rule, by what ours says of itself, else by the meta device."""
        name = getattr(func, "__name__", "")
        is_reading = name in _READING or name.startswith(("_set_", "_get_", "_is_"))
        if is_reading and not self.has_ours(args) and not self.has_ours(kwargs):
            return func(*args, **kwargs)
        if gradients.is_enabled() is not self.torch.is_grad_enabled():
            gradients.set_mode(self.torch.is_grad_enabled())
        if name in _ASKED:
            return self._asked(func, name, args)
        if name == "_is_all_true":
            return self._is_all_true(args)
        if name == "_nested_tensor_from_mask_left_aligned" and self.torch.is_grad_enabled():
            return (
                False  # asked before it is known that the fast path is not taken, as none is where gradients are kept
            )
        if name == "__set__":
            return self._set(func, args)
        given, named = self.ours(args), self.ours(kwargs)
        if name in ("_pack_padded_sequence", "_pad_packed_sequence"):
            return self.real(packing(name, given))
        rule, label = rule_for(func, given, self.torch)
        if rule is None:
            return self._by_meta(func, label, args, kwargs)
        return self.real(rule(*given, **named))

    def _asked(self, func: Any, name: str, args: tuple[Any, ...]) -> Any:
        if name == "__contains__":
            raise UnknownValue("whether a tensor has an element")
        value = self.ours(args[0]).item()
        if isinstance(value, Unknown):
            raise UnknownValue(value.reason)
        return {"__bool__": bool, "__float__": float, "__complex__": complex}.get(name, int)(value)

    def _is_all_true(self, args: tuple[Any, ...]) -> Any:
        """What `torch.distributions` asks of its arguments before it refuses them: passed, with a note, where nobody knows their elements."""
        found = self.ours(args[0]).all()
        if found.values is None:
            if _trace.active is not None:
                text = "whether values are valid arguments of a distribution is not known: taken for valid"
                _trace.active.note("assumed", text, _trace.active.place(sys._getframe(2)))
            return True
        return self.real(found)

    def _set(self, func: Any, args: tuple[Any, ...]) -> Any:
        """An attribute that is set: of ours it is kept where it is one that rules read."""
        descriptor = getattr(func, "__self__", None)
        name = getattr(descriptor, "__name__", "")
        ours = self.ours(args[0])
        if type(args[0]) is not self.kind and not isinstance(args[0], Tensor):
            return None  # a real tensor is not written to
        if name == "requires_grad":
            ours.requires_grad = args[1]
        elif name == "data":
            ours.data = self.ours(args[1])
        return None

    def _by_meta(self, func: Any, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """PyTorch's own answer, computed from sizes on its meta device; unknown where that has none."""
        from convcalc.ops.registry import unknown_operation

        torch = self.torch
        try:
            with torch._C.DisableTorchFunction(), torch.no_grad():
                found = func(*self.on_meta(args), **self.on_meta(kwargs))
        except Exception:  # it takes no such device, or asks for elements
            return unknown_operation(label)
        if found is NotImplemented:
            return found
        return self.real(self.from_meta(found))

    def on_meta(self, value: Any) -> Any:
        """A tensor on PyTorch's meta device for each in a value; UnknownValue where a size is not known."""
        torch = self.torch
        if isinstance(value, (torch.Tensor, Tensor)):
            ours = self.ours(value)
            if not all(type(size) is int for size in ours.shape) or isinstance(ours.dtype, UnknownDType):
                raise UnknownValue("a size")
            return torch.empty(tuple(ours.shape), dtype=self.real(ours.dtype), device="meta")
        if isinstance(value, torch.device):
            return torch.device("meta")
        if isinstance(value, Unknown):
            raise UnknownValue(value.reason)
        return self._each(value, self.on_meta)

    def from_meta(self, value: Any) -> Any:
        """A tensor of ours for each that PyTorch's meta device has given."""
        if isinstance(value, self.torch.Tensor):
            strides = None if value.is_contiguous() else tuple(value.stride())
            return make(Size(value.shape), dtype_of(str(value.dtype)), strides)
        return self._each(value, self.from_meta)

    # classes that need torch

    def _subclass(self) -> Any:
        torch, shapes = self.torch, self

        class ShapeTensor(torch.Tensor):  # type: ignore[misc, name-defined]
            @classmethod
            def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
                return shapes.answer(func, args, kwargs or {})

            @classmethod
            def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
                label = f"torch.{func.__name__.partition('.')[0]}"
                return shapes._by_meta(func, label, args, kwargs or {})

            def __repr__(self, **settings: Any) -> str:
                return repr(self.__dict__["ours"])

        ShapeTensor.__name__ = ShapeTensor.__qualname__ = "Tensor"
        return ShapeTensor

    def _mode(self) -> Any:
        """The class of a mode in which every function of torch's is answered here, also those on real tensors only."""
        shapes = self

        class Mode(self.torch.overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
            def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
                return shapes.answer(func, args, kwargs or {})

        return Mode
