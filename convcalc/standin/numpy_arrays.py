"""The arrays of the small `numpy`: shapes and types, and the elements of small ones through arithmetic.

An array holds a tensor. Where numpy does what PyTorch does (views, indices, joining), PyTorch's rule does it (`of_torch`), unrecorded;
what numpy has of its own stands here: its element types, its scalars, and what it makes of tensors.
"""

from __future__ import annotations

import operator as python
from functools import partial

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.attributes import read
from convcalc.tensor.dtypes import BOOL, COMPLEX, FLOATING, INTEGER, DType
from convcalc.tensor.nesting import Ragged, elements, nested
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import Number, kind_of, strangers
from convcalc.tensor.values import Values, few, known, overwrite, rounded
from convcalc.trace import recorder as _trace

from .numpy_layout import copied_order, in_order, keep_order
from .numpy_rules.registry import find
from .numpy_types import (  # fmt: skip
    COMPARISONS,
    OBJECT,
    OPERATIONS,
    can_cast,
    counted,
    element_of,
    generic,
    is_other,
    of_element,
    of_number,
    scalar,
    text_type,
    together,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


builtin_type = type


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
        kind = (
            IndexError if isinstance(error, IndexError) else TypeError if isinstance(error, TypeError) else ValueError
        )
        raise kind(str(error)) from None
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


def asarray(
    a: Any = (), dtype: Any = None, order: Any = None, *, device: Any = None, copy: Any = None, like: Any = None
) -> Any:
    """An array of nested lists, a tensor, an image, a number, or another array: itself where nothing changes."""
    data = a
    if not copy and order in (None, "K", "A"):
        if type(data) is ndarray and (dtype is None or element_of(dtype) == data._tensor.dtype):
            return data
        if isinstance(data, Tensor) and (dtype is None or element_of(dtype) == data.dtype):
            return of_tensor(data)
    return array(data, dtype, order=order or "K")


def array(
    object: Any = (),
    dtype: Any = None,
    *,
    copy: Any = True,
    order: Any = "K",
    subok: Any = False,
    ndmin: int = 0,
    ndmax: int = 0,
    like: Any = None,
) -> Any:
    """A new array of nested lists, a tensor, an image (height, width, channels), a number, or another array."""
    data = object
    if type(data) is Unknown and kind_of(data) is None:
        return data
    try:
        element = None if dtype is None else element_of(dtype)
    except UnknownValue as unknown:
        return Unknown(unknown.reason)
    if element is not None and is_other(element) and element.fields is not None and type(data) in (list, tuple):
        return _of_records(data, element, ndmin)
    held = _held(data)
    if held is None:
        held = _of_lists(data, element)
    if type(held) is Unknown:
        return held
    values = known(held)
    if element is not None and element is not held.dtype:
        if is_other(element) and element.code == "<U0" and not (is_other(held.dtype) and held.dtype.kind == "O"):
            element = (
                held.dtype
                if is_other(held.dtype) and held.dtype.kind == "U"
                else text_type(TEXT_OF_NUMBERS.get(held.dtype.name))
            )
            values = values if element is held.dtype else None
        else:
            values = _converted(values, held.dtype, element)
    if type(ndmin) is not int or ndmax:
        return Unknown("numpy.array(...)")
    shape = (1,) * (ndmin - held.ndim) + tuple(held.shape)
    made = ndarray(make(shape, element or held.dtype, values=None if values is None else Values(values)))
    if len(shape) > 1:
        if order in ("F", "f"):
            made._tensor._strides = in_order(shape, "F")
        elif held._strides is not None and order in ("K", "A", "k", "a"):
            made._tensor._strides = (
                copied_order(held) if len(shape) == held.ndim and order in "Kk" else unknown_strides(shape)
            )
    return made


TEXT_OF_NUMBERS = {
    "bool": 5, "int8": 4, "int16": 6, "int32": 11, "int64": 21, "uint8": 3, "uint16": 5, "uint32": 10, "uint64": 20, "float16": 32, "float32": 32,
    "float64": 32, "complex64": 64, "complex128": 64,
}  # fmt: skip


def _converted(values: Any, source: Any, element: Any) -> Any:
    """The elements of an array as another type holds them."""
    if values is None or isinstance(element, dtypes.UnknownDType):
        return None
    if is_other(element):
        return list(values) if element.kind == "O" else None
    if is_other(source):
        try:
            numbers = [float(v) if element.category >= FLOATING else int(v) for v in values]
        except (TypeError, ValueError):
            return None
        return rounded(numbers, element)
    if element.category in (INTEGER, FLOATING) and source.category == COMPLEX:
        return rounded([v.real for v in values], element)
    return rounded(values, element)


def _of_records(data: Any, element: Any, ndmin: Any) -> Any:
    """An array of records, of which a tuple is one."""
    shape, part = [], data
    while type(part) is list:
        shape.append(len(part))
        if not part:
            break
        part = part[0]
    if type(part) is Unknown or ndmin:
        return Unknown("an array of records")
    return ndarray(make(shape, element))


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
    if hasattr(type(data), "__as_array__"):
        made = data.__as_array__()
        return made._tensor if type(made) is ndarray else made
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
    """The tensor of nested lists, of texts and of objects too."""
    if (
        isinstance(data, (set, frozenset, dict))
        or data is None
        or (hasattr(data, "__next__") and type(data) is not Unknown)
        or isinstance(data, (map, filter, zip))
    ):
        return (
            make((), OBJECT, values=Values([data]))
            if element is None or element is OBJECT
            else Unknown("an array of objects")
        )
    if hasattr(type(data), "__array__") and not isinstance(data, generic):
        return Unknown("an array that an object makes of itself")
    try:
        found = nested(data, tensors_are_numbers=False)
    except Ragged as ragged:
        return _of_ragged(data, ragged, element)
    except UnknownValue as unknown:
        return Unknown(f"numpy.array({unknown.reason})")
    except TypeError:  # an array of texts among others
        return Unknown("an array of objects")
    own = _element_of_leaves(found) if element is None or is_other(element) or not found.all_plain else element
    if own is None:
        return Unknown("an array of objects")
    if element is not None and is_other(own) and not is_other(element) and own.kind == "O":
        return Unknown("numbers made of objects")
    if element is None or is_other(own):
        element = own
    count: Any = 1
    for size in found.shape:
        count = count * size
    if is_other(element):
        if element.kind == "O" and own is not OBJECT:
            element = OBJECT
        plain = few(count) and all(not hasattr(type(leaf), "__tensor__") for leaf in found.leaves or ())
        return make(found.shape, element, values=Values(found.leaves or ()) if plain and element.kind in "UO" else None)
    values: Any = found.leaves if found.all_plain else list(elements(found)) if few(count) else None
    if values is not None:
        values = [v.item() if isinstance(v, counted) else v for v in values] if few(count) else None
        if values is not None and not isinstance(element, dtypes.UnknownDType):
            if element.category == INTEGER and any(type(v) is int and not -(2**63) <= v < 2**64 for v in values):
                return Unknown("an array of large numbers")
            if element is dtypes.int64 and any(type(v) is int and v >= 2**63 for v in values):
                return Unknown("an array of large numbers")
            if (
                element.category in (INTEGER, FLOATING)
                and any(type(v) is complex for v in values)
                and all(type(leaf) in (bool, int, float, complex) for leaf in found.leaves or ())
            ):
                raise TypeError("float() argument must be a string or a real number, not 'complex'")
            _check_range(values, element)
            values = rounded(
                [v.real if type(v) is complex and element.category in (INTEGER, FLOATING) else v for v in values],
                element,
            )
        else:
            values = None
    return make(found.shape, element, values=values)


def _check_range(values: Any, element: DType) -> None:
    """Refuses numbers of Python's that a type of whole numbers does not hold, and complex ones where real ones are asked for."""
    if element.category == INTEGER and not isinstance(element, dtypes.UnknownDType):
        if any(type(v) is float for v in values):
            values = [int(v) if type(v) is float and abs(v) < 2.0**70 else v for v in values]
        bits = element.itemsize * 8
        low = -(1 << (bits - 1)) if element.is_signed else 0
        for v in values:
            if type(v) is int and not low <= v < low + (1 << bits):
                raise OverflowError(f"Python integer {v} out of bounds for {element.name}")


def _of_ragged(data: Any, ragged: Ragged, element: DType | None) -> Any:
    """Lists of different lengths: objects where that is asked for, else refused."""
    if element is not None and element is not OBJECT:
        if is_other(element):
            return Unknown("an array of texts")
    elif element is OBJECT:
        shape, part = [], data
        for _ in range(ragged.depth):
            shape.append(len(part))
            part = part[0]
        values = list(data) if len(shape) == 1 else None
        return make(shape, OBJECT, values=None if values is None else Values(values))
    raise ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after "
        f"{ragged.depth} dimensions. The detected shape was {(len(data),)} + inhomogeneous part."
    )


def _element_of_leaves(found: Any) -> DType | None:
    """The element type of nested lists; None where nobody knows it."""
    if found.all_plain:
        types = found.types or {float}
        return of_number(complex if complex in types else float if float in types else int if int in types else bool)
    if all(type(leaf) is not Unknown and isinstance(leaf, str) for leaf in found.leaves):
        return text_type(max(1, max(map(len, found.leaves)))) if found.leaves else dtypes.float64
    element: DType | None = None
    others = False
    for leaf in found.leaves:
        kind = kind_of(leaf) if type(leaf) is Unknown else leaf.__class__
        own = leaf.dtype if isinstance(leaf, Tensor) else leaf._tensor.dtype if type(leaf) is ndarray else getattr(kind, "tensor_dtype", None)  # fmt: skip
        if own is None and kind in (bool, int, float, complex):
            own = of_number(kind)
        if own is None:
            if kind is None or kind is Number:
                return dtypes.UnknownDType([dtypes.ALL[name] for name in ARRAY_TYPES])
            if (
                isinstance(leaf, (str, bytes))
                or type(leaf) is Unknown
                or hasattr(type(leaf), "__array__")
                or hasattr(type(leaf), "__float__")
            ):
                return None
            others = True
            continue
        element = own if element is None else together(element, own)
    return OBJECT if others else element


class ndarray:
    """An array of which shape and element type are known."""

    __module__ = "numpy"
    device = "cpu"
    _backwards: frozenset[int] = (
        frozenset()
    )  # axes that are certainly gone through from the end: a tensor cannot be made of such an array

    def __new__(
        cls,
        shape: Any = None,
        dtype: Any = float,
        buffer: Any = None,
        offset: Any = 0,
        strides: Any = None,
        order: Any = None,
    ) -> Any:
        return object.__new__(cls)

    def __init__(
        self,
        shape: Any,
        dtype: Any = float,
        buffer: Any = None,
        offset: Any = 0,
        strides: Any = None,
        order: Any = None,
    ) -> None:
        if isinstance(shape, Tensor):  # as the rules make it
            self._tensor = shape
            return
        from .numpy_rules.operands import sizes_of

        if type(shape) is Unknown:
            raise UnknownValue(shape.reason)
        sizes = sizes_of(shape)
        self._tensor = make(
            sizes, element_of(dtype), in_order(sizes, order, True) if strides is None else unknown_strides(sizes)
        )

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __tensor__(self) -> Tensor:
        if is_other(self._tensor.dtype):
            from convcalc.tensor.errors import ShapeTypeError

            raise ShapeTypeError(
                f"can't convert np.ndarray of type numpy.{self.dtype.type.__name__}. The only supported types are: float64, float32, float16, complex64, "
                "complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool.",
                "dtype",
                actual=self._tensor.dtype.name,
            )
        return self._tensor

    def check_strides(self) -> None:
        """Refuses a tensor over an array that runs backwards."""
        if self._backwards and all(type(size) is int and size > 0 for size in self._tensor.shape):
            from convcalc.tensor.errors import ShapeValueError

            raise ShapeValueError(
                "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently supported. "
                "(You can probably work around this by making a copy of your array  with array.copy().) "
            )

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self._tensor.shape)

    @shape.setter
    def shape(self, sizes: Any) -> None:
        try:
            self._tensor = of_torch("Tensor.view", self._tensor, sizes)
        except ValueError:
            of_torch("Tensor.reshape", self._tensor, sizes)
            raise AttributeError(
                "Incompatible shape for in-place modification. Use `.reshape()` to make a copy with the desired shape."
            ) from None

    @property
    def ndim(self) -> int:
        return self._tensor.ndim

    @property
    def size(self) -> Any:
        return self._tensor.numel()

    @property
    def dtype(self) -> Any:
        return of_element(self._tensor.dtype)

    @dtype.setter
    def dtype(self, dtype: Any) -> None:
        self._tensor = self.view(dtype)._tensor

    @property
    def itemsize(self) -> Any:
        return self._tensor.dtype.itemsize

    @property
    def nbytes(self) -> Any:
        return self.size * self.itemsize

    @property
    def strides(self) -> Any:
        return tuple([step * self.itemsize for step in self._tensor.stride()])

    @property
    def base(self) -> Any:
        return Unknown("whether an array is a view of another")

    @property
    def T(self) -> Any:
        return self.transpose()

    @property
    def mT(self) -> Any:
        return self.swapaxes(-1, -2)

    @property
    def real(self) -> Any:
        element = self._tensor.dtype
        if is_other(element):
            return Unknown("ndarray.real")
        if element.category < COMPLEX:
            return self
        return self._part(element.to_real())

    @real.setter
    def real(self, value: Any) -> None:
        overwrite(self._tensor)

    @property
    def imag(self) -> Any:
        element = self._tensor.dtype
        if is_other(element):
            return Unknown("ndarray.imag")
        if element.category == COMPLEX:
            return self._part(element.to_real())
        return ndarray(make(self.shape, element, keep_order(self.shape, [self._tensor])))

    @imag.setter
    def imag(self, value: Any) -> None:
        overwrite(self._tensor)

    def _part(self, element: Any) -> Any:
        """The real or the imaginary parts, in the array's own memory."""
        from .numpy_rules.operands import view_of

        return view_of(self._tensor, self._tensor.shape, unknown_strides(self.shape), None, element)

    @property
    def flat(self) -> Any:
        return flatiter(self.reshape(-1))

    @flat.setter
    def flat(self, value: Any) -> None:
        overwrite(self._tensor)

    @property
    def flags(self) -> Any:
        return flagsobj(self._tensor)

    def view(self, dtype: Any = None, type: Any = None) -> Any:
        """The same memory, with elements of another type: as many bytes, so more or fewer in the last axis."""
        if isinstance(dtype, builtin_type) and issubclass(dtype, ndarray):
            dtype = None
        if dtype is None:
            return ndarray(self._tensor)
        element, own = element_of(dtype), self._tensor.dtype
        if (
            is_other(element)
            or is_other(own)
            or isinstance(own, dtypes.UnknownDType)
            or isinstance(element, dtypes.UnknownDType)
        ):
            return Unknown("ndarray.view(...)")
        shape, strides = self._tensor.shape, self._tensor._strides
        if element.itemsize != own.itemsize:
            if not len(shape):
                raise ValueError("Changing the dtype of a 0d array is only supported if the itemsize is unchanged")
            if strides is not None:
                return Unknown("ndarray.view(...)")
            total = shape[-1] * own.itemsize
            if builtin_type(total) is int and total % element.itemsize:
                raise ValueError(
                    "When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array."
                )
            shape = Size((*shape[:-1], total // element.itemsize))
        return ndarray(make(shape, element, strides, values=self._tensor.values if element is own else None))

    def byteswap(self, inplace: Any = False) -> Any:
        if inplace is not False:
            overwrite(self._tensor)
            return self
        return ndarray(make(self._tensor.shape, self._tensor.dtype, self._tensor._strides))

    def resize(self, *new_shape: Any, refcheck: Any = True) -> None:
        from .numpy_rules.operands import sizes_of

        sizes = sizes_of(new_shape[0] if len(new_shape) == 1 else new_shape)
        self._tensor = make(sizes, self._tensor.dtype)

    def astype(self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: Any = True, copy: Any = True) -> Any:
        made = array(self, dtype)
        if type(made) is not ndarray:
            return made
        element, own = made._tensor.dtype, self._tensor.dtype
        if casting not in ("no", "equiv", "safe", "same_kind", "unsafe"):
            return Unknown("ndarray.astype(...)")
        if casting != "unsafe" and not is_other(own) and not is_other(element) and not can_cast(own, element, casting):
            raise TypeError(
                f"Cannot cast array data from dtype('{own.name}') to dtype('{element.name}') according to the rule '{casting}'"
            )
        if order in ("K", "k"):
            made._tensor._strides = copied_order(self._tensor)
        elif order not in ("C", "c"):
            made._tensor._strides = unknown_strides(self._tensor.shape) if self.ndim > 1 else None
        return made

    def copy(self, order: Any = "C") -> Any:
        made = array(self, order="C")
        if order not in ("C", "c") and type(made) is ndarray and self.ndim > 1:
            made._tensor._strides = unknown_strides(self._tensor.shape)
        return made

    def item(self, *args: Any) -> Any:
        if args:
            key = args[0] if len(args) == 1 else args
            return (self[key] if isinstance(key, tuple) else self.reshape(-1)[key]).item()
        count = self.size
        if count != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        if is_other(self._tensor.dtype):
            values = known(self._tensor)
            return Unknown("an element of an array") if values is None else values[0]
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
        count = self._tensor.shape[0]
        if len(self._tensor.shape) > 1 or type(count) is not int or is_other(self._tensor.dtype):
            return map(self.__getitem__, range(count))
        values = known(self._tensor)
        element = self._tensor.dtype
        return (
            map(partial(scalar, element), values)
            if values is not None
            else map(partial(_unknown_scalar, element), range(count))
        )

    def __contains__(self, item: Any) -> bool:
        return bool(Unknown("`in` an array", bool))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")
        method = find(f"ndarray.{name}")
        if method is not None:
            return bound(method, self)
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
        made = array(self)
        if is_other(self._tensor.dtype):
            made._tensor.values = None  # the objects are copied, too
        return made

    def __neg__(self) -> Any:
        return _each(self, python.neg)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return _each(self, abs, self._tensor.dtype.to_real())

    def __invert__(self) -> Any:
        return _each(self, python.not_ if self._tensor.dtype.category == BOOL else python.invert)


def bound(method: Any, array: Any) -> Any:
    """A function as a method of an array."""

    def called(*args: Any, **kwargs: Any) -> Any:
        return method(array, *args, **kwargs)

    called.__name__ = called.__qualname__ = method.__name__
    return called


# What an array has beside its methods that have rules.
OTHER_ATTRIBUTES = frozenset("ctypes data dumps getfield setfield to_device newbyteorder itemset tostring".split())


class flatiter:
    """`array.flat`: the elements in a row, gone through or picked."""

    __module__ = "numpy"

    def __init__(self, array: Any) -> None:
        self.array = array
        self.at = 0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if self.at >= len(self.array):
            raise StopIteration
        self.at += 1
        return self.array[self.at - 1]

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, key: Any) -> Any:
        return self.array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.array[key] = value

    def copy(self) -> Any:
        return self.array.copy()

    def __tensor__(self) -> Tensor:
        return self.array._tensor  # type: ignore[no-any-return]


class flagsobj:
    """`array.flags`: how an array lies in memory."""

    __module__ = "numpy"
    __slots__ = ("_tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor

    def __getattr__(self, name: str) -> Any:
        return Unknown(f"flags.{name}", bool)

    def __getitem__(self, name: Any) -> Any:
        return Unknown(f"flags[{name!r}]", bool)

    def __setitem__(self, name: Any, value: Any) -> None:
        pass

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_tensor":
            object.__setattr__(self, name, value)


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


def _unknown_scalar(element: DType, place: int) -> Any:
    return scalar(element)


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
