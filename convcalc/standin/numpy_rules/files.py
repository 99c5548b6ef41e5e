"""What comes from files and buffers: nobody reads them here, so of most only the type is known, and how many there are where that is said."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.unknown import kind_of

from ..numpy_arrays import ndarray
from ..numpy_layout import in_order
from . import operands as of
from .registry import NotModelled, enter, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@rule("np.load")
def load(file: Any, mmap_mode: Any = None, allow_pickle: Any = False, fix_imports: Any = True, encoding: Any = "ASCII", *, max_header_size: Any = 10000) -> Any:  # fmt: skip
    return Unknown("numpy.load(...)")


def _unread(name: str) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        return Unknown(f"numpy.{name}(...)")

    return function


for _name in "loadtxt genfromtxt fromregex".split():
    rule(f"np.{_name}")(_unread(_name))


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Writes nothing: a loaded file may not."""


for _name in "save savez savez_compressed savetxt set_printoptions seterr seterrcall setbufsize show_config show_runtime info".split():
    rule(f"np.{_name}")(_nothing)
for _name in "tofile dump setflags".split():
    rule(f"ndarray.{_name}")(_nothing)


def _counted(buffer: Any, itemsize: Any, count: Any, offset: Any) -> Any:
    """How many elements a buffer has."""
    if type(count) is not int or count >= 0:
        return count if type(count) is not Unknown else Unknown("how many elements are read", int)
    if (
        isinstance(buffer, (bytes, bytearray))
        and type(offset) is int
        and type(itemsize) is int
        and kind_of(buffer) in (bytes, bytearray)
    ):
        length = len(buffer) - offset
        if len(buffer) < offset or offset < 0:
            raise ValueError(f"offset must be non-negative and no greater than buffer length ({len(buffer)})")
        if length % itemsize:
            raise ValueError("buffer size must be a multiple of element size")
        return length // itemsize
    return Unknown("how many elements a buffer has", int)


@rule("np.frombuffer")
def frombuffer(buffer: Any, dtype: Any = None, count: Any = -1, offset: Any = 0, *, like: Any = None) -> Any:
    element = of.element_or(dtype, dtypes.float64)
    return ndarray(make((_counted(buffer, element.itemsize, count, offset),), element))


@rule("np.fromfile")
def fromfile(file: Any, dtype: Any = None, count: Any = -1, sep: Any = "", offset: Any = 0, *, like: Any = None) -> Any:
    element = of.element_or(dtype, dtypes.float64)
    return ndarray(make((_counted(None, element.itemsize, count, offset),), element))


@rule("np.fromstring")
def fromstring(string: Any, dtype: Any = float, count: Any = -1, *, sep: Any = "", like: Any = None) -> Any:
    element = of.element_or(dtype, dtypes.float64)
    if sep == "":
        raise NotModelled
    return ndarray(make((_counted(None, element.itemsize, count, 0),), element))


class memmap(ndarray):
    """`numpy.memmap`: the array of a file. Where no shape is given it is as long as the file, which nobody knows."""

    __module__ = "numpy"

    def __new__(
        cls, filename: Any, dtype: Any = None, mode: Any = "r+", offset: Any = 0, shape: Any = None, order: Any = "C"
    ) -> Any:
        return _mapped(dtype, shape, order)


@rule("np.memmap()")
def _mapped(dtype: Any, shape: Any, order: Any) -> Any:
    element = of.element_or(dtype, dtypes.uint8)
    if shape is None:
        return ndarray(make((Unknown("the length of a file", int),), element))
    sizes = of.sizes_of(shape)
    return ndarray(make(sizes, element, in_order(sizes, order)))


enter("np.memmap", memmap)


@rule("lib.open_memmap")
def open_memmap(filename: Any, mode: Any = "r+", dtype: Any = None, shape: Any = None, fortran_order: Any = False, version: Any = None, **kwargs: Any) -> Any:  # fmt: skip
    if shape is None:
        raise NotModelled
    return _mapped(dtype, shape, "F" if of.flag(fortran_order) else "C")


@rule("ndarray.tobytes")
def tobytes(self: Any, order: Any = "C") -> Any:
    return Unknown("the bytes of an array", bytes)


@rule("np.packbits")
def packbits(a: Any, /, axis: Any = None, bitorder: Any = "big") -> Any:
    held = of.tensor_of(a)
    if held.dtype.category > dtypes.INTEGER:
        raise TypeError("Expected an input array of integer or boolean data type")
    if axis is None:
        return of.array(((of.count_of(held.shape) + 7) // 8,), dtypes.uint8)
    if not held.ndim:
        raise NotModelled
    at = of.axis_of(axis, held.ndim)
    return of.array(
        (*held.shape[:at], (held.shape[at] + 7) // 8, *held.shape[at + 1 :]),
        dtypes.uint8,
        strides=of.layout(held.shape, held),
    )


@rule("np.unpackbits")
def unpackbits(a: Any, /, axis: Any = None, count: Any = None, bitorder: Any = "big") -> Any:
    held = of.tensor_of(a)
    if held.dtype is not dtypes.uint8:
        raise TypeError("Expected an input array of unsigned byte data type")
    if count is not None:
        raise NotModelled
    if axis is None:
        return of.array((of.count_of(held.shape) * 8,), dtypes.uint8)
    if not held.ndim:
        raise NotModelled
    at = of.axis_of(axis, held.ndim)
    return of.array(
        (*held.shape[:at], held.shape[at] * 8, *held.shape[at + 1 :]), dtypes.uint8, strides=of.layout(held.shape, held)
    )
