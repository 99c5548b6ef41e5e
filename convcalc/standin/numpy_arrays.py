"""The arrays of the small `numpy`: shapes and types, and the elements of small ones through arithmetic.

An array holds a tensor. Where numpy does what PyTorch does (views, indices, joining), PyTorch's rule does it (`of_torch`), unrecorded;
what numpy has of its own stands here: its element types, its scalars, and what it makes of tensors.
"""

from __future__ import annotations

import operator as python

from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.attributes import read
from convcalc.tensor.dtypes import BOOL, INTEGER, DType
from convcalc.tensor.nesting import Ragged, elements, nested
from convcalc.tensor.unknown import Number, kind_of, strangers
from convcalc.tensor.values import Values, few, known, overwrite, rounded
from convcalc.trace import recorder as _trace

from .numpy_types import (  # fmt: skip
    COMPARISONS,
    OPERATIONS,
    element_of,
    generic,
    of_element,
    of_number,
    scalar,
    together,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def of_torch(name: str, *args: Any, **kwargs: Any) -> Any:
    """What PyTorch's rule of that name gives, without a trace in the record; numpy refuses it as ValueError."""
    from convcalc.ops import find

    rule: Any = find(name)
    recorder, _trace.active = _trace.active, None
    try:
        return rule(*args, **kwargs)
    except UnknownValue as unknown:
        return Unknown(unknown.reason)
    except ShapeError as error:
        raise (error if isinstance(error, (IndexError, TypeError)) else ValueError(str(error))) from None
    finally:
        _trace.active = recorder


def wrapped(made: Any) -> Any:
    """A tensor as the array that holds it, without dimensions as a scalar; an unknown as it is."""
    if not isinstance(made, Tensor):
        return made
    if made.ndim:
        return ndarray(made)
    values = known(made)
    return scalar(made.dtype, None if values is None else values[0])


def of_tensor(tensor: Tensor, force: bool = False) -> Any:
    """`tensor.numpy()`: the array over the tensor's elements."""
    if tensor.requires_grad and not force:
        raise ShapeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
    if tensor.dtype.name not in (None, *ARRAY_TYPES):
        from convcalc.tensor.errors import ShapeTypeError

        name = dtypes.LEGACY_NAMES[tensor.dtype]
        raise ShapeTypeError(f"Got unsupported ScalarType {name}", "dtype", actual=tensor.dtype.name)
    return ndarray(make(tensor.shape, tensor.dtype, tensor._strides, values=tensor.values))


ARRAY_TYPES = frozenset("bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split())  # fmt: skip


def asarray(data: Any = (), dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """An array of nested lists, a tensor, an image, a number, or another array: itself where nothing changes."""
    if type(data) is ndarray and (dtype is None or element_of(dtype) == data._tensor.dtype):
        return data
    if isinstance(data, Tensor) and (dtype is None or element_of(dtype) == data.dtype):
        return of_tensor(data)
    return array(data, dtype)


def array(data: Any = (), dtype: Any = None, *args: Any, copy: Any = True, ndmin: int = 0, **kwargs: Any) -> Any:
    """A new array of nested lists, a tensor, an image (height, width, channels), a number, or another array."""
    if type(data) is Unknown and kind_of(data) is None:
        return data
    element = None if dtype is None else element_of(dtype)
    held = _held(data)
    if held is None:
        held = _of_lists(data, element)
    if type(held) is Unknown:
        return held
    values = known(held)
    if element is not None and element is not held.dtype:
        values = None if values is None or isinstance(element, dtypes.UnknownDType) else rounded(values, element)
    shape = (1,) * (ndmin - held.ndim) + tuple(held.shape)
    return ndarray(make(shape, element or held.dtype, values=None if values is None else Values(values)))


def _held(data: Any) -> Any:
    """The tensor of an array, of a tensor or of an image; None of anything else."""
    if type(data) is ndarray:
        return data._tensor
    if isinstance(data, Tensor):
        return of_tensor(data)._tensor
    if hasattr(type(data), "__tensor__"):
        return data.__tensor__()
    if type(data).__name__ == "Image" and hasattr(data, "channels"):
        return _of_image(data)
    return None


def _of_image(image: Any) -> Any:
    """The pixels of an image (height, width, channels); without the last where it has one channel, so unknown where nobody knows how many."""
    if type(image.mode) is Unknown:
        return Unknown("the array of an image of which the mode is not known")
    size = (image.height, image.width)
    element = {"1": dtypes.bool_, "I": dtypes.int32, "F": dtypes.float32, "I;16": dtypes.uint16}.get(
        image.mode, dtypes.uint8
    )
    return make(size if image.channels == 1 else (*size, image.channels), element)


def _of_lists(data: Any, element: DType | None) -> Any:
    if isinstance(data, (set, frozenset, dict, str, bytes)) or data is None:
        return Unknown("an array of objects")
    if hasattr(data, "__next__") or isinstance(data, (map, filter, zip)):
        return Unknown("an array of objects")
    try:
        found = nested(data, tensors_are_numbers=False)
    except Ragged as ragged:
        raise ValueError(
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after "
            f"{ragged.depth} dimensions. The detected shape was {(len(data),)} + inhomogeneous part."
        ) from None
    except UnknownValue as unknown:
        return Unknown(f"numpy.array({unknown.reason})")
    if element is None:
        element = _element_of_leaves(found)
        if element is None:
            return Unknown("an array of objects")
    count: Any = 1
    for size in found.shape:
        count = count * size
    values: Any = found.leaves if found.all_plain else list(elements(found)) if few(count) else None
    if values is not None:
        values = rounded([v.item() if isinstance(v, generic) else v for v in values], element) if few(count) and not isinstance(element, dtypes.UnknownDType) else None  # fmt: skip
    return make(found.shape, element, values=values)


def _element_of_leaves(found: Any) -> DType | None:
    """The element type of nested lists; None where they hold what is no number."""
    if found.all_plain:
        types = found.types or {float}
        return of_number(complex if complex in types else float if float in types else int if int in types else bool)
    element: DType | None = None
    for leaf in found.leaves:
        kind = kind_of(leaf) if type(leaf) is Unknown else leaf.__class__
        own = leaf.dtype if isinstance(leaf, Tensor) else leaf.__tensor__().dtype if type(leaf) is ndarray else getattr(kind, "tensor_dtype", None)  # fmt: skip
        if own is None and kind in (bool, int, float, complex):
            own = of_number(kind)
        if own is None:
            if kind is None or kind is Number:
                return dtypes.UnknownDType([dtypes.ALL[name] for name in ARRAY_TYPES])
            return None
        element = own if element is None else together(element, own)
    return element


class ndarray:
    """An array of which shape and element type are known."""

    def __init__(self, tensor: Any) -> None:
        if not isinstance(tensor, Tensor):
            raise UnknownValue("an array of numpy")
        self._tensor = tensor

    def __tensor__(self) -> Tensor:
        return self._tensor

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self._tensor.shape)

    @shape.setter
    def shape(self, sizes: Any) -> None:
        self._tensor = of_torch("Tensor.reshape", self._tensor, sizes)

    @property
    def ndim(self) -> int:
        return self._tensor.ndim

    @property
    def size(self) -> Any:
        return self._tensor.numel()

    @property
    def dtype(self) -> Any:
        return of_element(self._tensor.dtype)

    @property
    def itemsize(self) -> Any:
        return self._tensor.dtype.itemsize

    @property
    def nbytes(self) -> Any:
        return self.size * self.itemsize

    @property
    def T(self) -> Any:
        return self.transpose()

    @property
    def real(self) -> Any:
        return ndarray(make(self.shape, self._tensor.dtype.to_real()))

    @property
    def flat(self) -> Any:
        return self.reshape(-1)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        return array(self, dtype)

    def copy(self, *args: Any) -> Any:
        return array(self)

    def item(self, *args: Any) -> Any:
        if args:
            return self[args[0] if len(args) == 1 and type(args[0]) is tuple else args].item()
        count = self.size
        if count != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return self._tensor.item()

    def tolist(self) -> Any:
        return self._tensor.tolist()

    def fill(self, value: Any) -> None:
        self[...] = value

    def __len__(self) -> int:
        if not self._tensor.shape:
            raise TypeError("len() of unsized object")
        return self._tensor.shape[0]  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> Any:
        from .numpy_indexing import picked

        return picked(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        from .numpy_indexing import assign

        assign(self, key, value)

    def __iter__(self) -> Iterator[Any]:
        if not self._tensor.shape:
            raise TypeError("iteration over a 0-d array")
        return iter([self[i] for i in range(self._tensor.shape[0])])

    def __contains__(self, item: Any) -> bool:
        return bool(Unknown("`in` an array", bool))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")
        if name in METHODS:
            return method_of(name).__get__(self)
        if name in OTHER_ATTRIBUTES:
            return Unknown(f"ndarray.{name}")
        raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")

    def __bool__(self) -> bool:
        count = self.size
        if type(count) is int and count > 1:
            raise ValueError("The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()")  # fmt: skip
        return bool(self._tensor.item()) if count == 1 else False

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self._tensor.ndim or self._tensor.dtype.category != INTEGER:
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return self.item().__index__()  # type: ignore[no-any-return]

    def __hash__(self) -> int:
        return id(self) >> 4

    def __repr__(self) -> str:
        return f"array(shape={self.shape}, dtype={self.dtype.name})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __copy__(self) -> Any:
        return array(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return array(self)

    def __neg__(self) -> Any:
        return _each(self, python.neg)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return _each(self, abs, self._tensor.dtype.to_real())

    def __invert__(self) -> Any:
        return _each(self, python.not_ if self._tensor.dtype.category == BOOL else python.invert)


# What else an array can do, by the module that has it.
METHODS = {
    name: module
    for module, names in {
        "numpy_elementwise": "round clip",
        "numpy_reductions": "sum prod mean std var max min any all argmax argmin ptp cumsum cumprod",
        "numpy_shapes": "reshape transpose flatten ravel squeeze swapaxes repeat take",
        "numpy_sorting": "sort argsort nonzero dot",
    }.items()
    for name in names.split()
}


def method_of(name: str) -> Any:
    """The function that a method of arrays is."""
    from importlib import import_module

    return import_module(f"convcalc.standin.{METHODS[name]}").METHODS[name]


OTHER_ATTRIBUTES = frozenset(
    "argpartition base byteswap choose compress conjugate conj ctypes data device diagonal dump dumps flags getfield imag mT newbyteorder "
    "partition put resize searchsorted setflags strides to_device tobytes tofile trace view".split()
)  # fmt: skip


def attribute_of_scalar(value: Any, name: str) -> Any:
    """What a scalar has beside its arithmetic: it does what an array without dimensions does."""
    kind = kind_of(value)
    if name == "dtype":
        return of_element(kind.tensor_dtype)  # type: ignore[union-attr]
    if name == "item" or name == "tolist":
        return lambda *args: Unknown(value.reason, dtypes.number_type(kind.tensor_dtype))  # type: ignore[union-attr]
    if name in ("shape", "ndim", "size"):
        return getattr(generic, name)
    if name in ("real", "imag", "T"):
        return scalar(kind.tensor_dtype.to_real()) if name != "T" else value  # type: ignore[union-attr]
    if name == "is_integer" and issubclass(kind, (float, generic)):  # type: ignore[arg-type]
        return lambda: Unknown(f"{name}()", bool) if type(value) is Unknown else float(value).is_integer()
    method = read(ndarray(operand_tensor(value)), name)

    def called(*args: Any, **kwargs: Any) -> Any:
        made = method(*args, **kwargs)
        return wrapped(made._tensor) if type(made) is ndarray else made

    return called if callable(method) and type(method) is not Unknown else method


def operand_tensor(value: Any) -> Tensor:
    """The tensor of an array or of a scalar, known or not."""
    if type(value) is Unknown:
        return make((), kind_of(value).tensor_dtype)  # type: ignore[union-attr]
    return value.__tensor__()  # type: ignore[no-any-return]


# operators


def _each(array: Any, function: Any, element: Any = None) -> Any:
    from .numpy_arithmetic import each

    return each(array, function, element)


def _operator(name: str, reflected: bool) -> Any:
    def operator(self: Any, other: Any, *modulus: Any) -> Any:
        if isinstance(other, Tensor) and name in ("eq", "ne"):
            return other.eq(self._tensor) if name == "eq" else True
        from .numpy_arithmetic import operate

        return operate(name, self, other, reflected)

    return operator


def _in_place(name: str) -> Any:
    def operator(self: Any, other: Any) -> Any:
        if isinstance(other, Tensor):
            return NotImplemented
        from .numpy_arithmetic import operate

        made = operate(name, self, other)
        if made is NotImplemented or type(made) is Unknown:
            overwrite(self._tensor)
            return self if type(made) is Unknown else made
        result = operand_tensor(made)
        mine = self._tensor.dtype
        if (result.shape == self._tensor.shape) is False:
            raise ValueError(f"non-broadcastable output operand with shape {self.shape} doesn't match the broadcast shape {tuple(result.shape)}")  # fmt: skip
        if not dtypes.can_cast(result.dtype, mine):
            raise TypeError(f"Cannot cast ufunc '{name}' output from dtype('{result.dtype.name}') to dtype('{mine.name}') with casting rule 'same_kind'")  # fmt: skip
        values = known(result)
        overwrite(self._tensor, None if values is None or self._tensor.values is None else rounded(values, mine))
        return self

    return operator


for _name in OPERATIONS:
    setattr(ndarray, f"__{_name}__", _operator(_name, False))
    setattr(ndarray, f"__r{_name}__", _operator(_name, True))
    if _name != "divmod":
        setattr(ndarray, f"__i{_name}__", _in_place(_name))
for _name in COMPARISONS:
    setattr(ndarray, f"__{_name}__", _operator(_name, False))
if ndarray not in strangers:
    strangers.append(ndarray)
