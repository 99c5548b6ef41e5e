"""Other types, devices and layouts of the same elements, copies, and values written in place.

Source: aten/src/ATen/native/TensorConversions.cpp, Fill.cpp, Distributions.cpp; torch/csrc/autograd/python_variable_methods.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    Device,
    DType,
    ShapeError,
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import ALIASES, FLOATING, LEGACY_NAMES
from convcalc.tensor.size import differ
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.values import Values, known, overwrite, rounded

from .elementwise import broadcast_values, check_writable
from .layout import preserved_strides
from .registry import operation
from .reshaping import format_name, format_strides, read_sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def converted(input: Tensor, dtype: DType, device: Any = None, copy: bool = False, memory_format: Any = None) -> Tensor:
    """`input` as another type or elsewhere; itself where nothing changes."""
    where = input.device if device is None else Device(device)
    wanted = format_name(memory_format)
    kept = wanted in ("", "preserve_format") or input.is_contiguous(
        memory_format=None if wanted == "contiguous_format" else wanted
    )
    if dtype is input.dtype and where == input.device and not copy and kept:
        return input
    strides = preserved_strides(input) if wanted in ("", "preserve_format") else format_strides(input.shape, wanted)
    values = None
    if input.values is not None:
        values = known(input)
        if values is not None:
            values = Values(values) if dtype is input.dtype else rounded(values, dtype)
    return make(input.shape, dtype, strides, where, values)


@operation("Tensor.to")
def to(
    self: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    other: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Another type, another device, or both: `to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`.

    Source: torch.Tensor.to
    """
    if isinstance(other, Tensor):
        args = (other, *args)
    for position, argument in enumerate(args):
        if isinstance(argument, Tensor):
            dtype, device = argument.dtype, argument.device
        elif isinstance(argument, (DType, type)):
            dtype = argument
        elif isinstance(argument, bool):
            flags = [a for a in args[: position + 1] if isinstance(a, bool)]
            copy = argument if len(flags) > 1 else copy
        elif argument is not None:
            if isinstance(argument, float):
                raise ShapeTypeError("to() received an invalid combination of arguments - got (float)")
            device = argument
    kind = self.dtype if dtype is None else dtype if isinstance(dtype, DType) else dtype_of(dtype)
    return converted(self, kind, device, copy, memory_format)


def _typed(name: str, dtype: DType) -> None:
    def convert(self: Tensor, memory_format: Any = None) -> Tensor:
        return converted(self, dtype, None, False, memory_format)

    convert.__name__ = convert.__qualname__ = name
    convert.__doc__ = f"The tensor as {dtype}."
    operation(f"Tensor.{name}")(convert)


for _name, _dtype in (
    *ALIASES.items(),
    ("bool", dtype_of("bool")), ("byte", dtype_of("uint8")), ("char", dtype_of("int8")), ("bfloat16", dtype_of("bfloat16")),
):  # fmt: skip
    _typed(_name, _dtype)


@operation("Tensor.cpu")
def cpu(self: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor on a device of kind cpu."""
    return converted(self, self.dtype, "cpu", False, memory_format)


def _moved(name: str) -> None:
    def move(self: Tensor, device: Any = None, non_blocking: bool = False, memory_format: Any = None) -> Tensor:
        return converted(self, self.dtype, name if device is None else device, False, memory_format)

    move.__name__ = move.__qualname__ = name
    move.__doc__ = f"The tensor on a device of kind {name}."
    operation(f"Tensor.{name}")(move)


for _name in ("cuda", "xpu"):
    _moved(_name)


@operation("Tensor.type")
def type_(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """The tensor as another type, or without an argument its type's name."""
    if dtype is None:
        return f"torch.{'cuda.' if self.is_cuda else ''}{LEGACY_NAMES[self.dtype]}Tensor"
    if isinstance(dtype, Unknown):
        return dtype
    return converted(self, _legacy_type(dtype))


def _legacy_type(spec: Any) -> DType:
    if isinstance(spec, DType):
        return spec
    if spec is Tensor:  # `torch.Tensor`, whose type is the default one
        return dtype_of(None)
    name = spec if isinstance(spec, str) else getattr(spec, "__name__", str(spec))
    name = name.removeprefix("torch.").removeprefix("cuda.")
    for dtype, legacy in LEGACY_NAMES.items():
        if name == f"{legacy}Tensor":
            return dtype
    if not isinstance(spec, str):
        return dtype_of(spec)
    raise ShapeValueError(f"invalid type: '{spec}'")


@operation("Tensor.type_as")
def type_as(self: Tensor, other: Tensor) -> Tensor:
    """The tensor as the type of another."""
    return converted(self, other.dtype, other.device)


@operation("torch.clone", "Tensor.clone")
def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy; it keeps the layout where that has no gaps."""
    return converted(input, input.dtype, None, True, memory_format)


@operation("torch.alias_copy")
def alias_copy(input: Tensor, *, out: Any = None) -> Tensor:
    """A copy."""
    return converted(input, input.dtype, None, True)


@operation("torch.detach")
def detach(input: Tensor) -> Tensor:
    """The same elements, out of the graph."""
    return input.detach()


@operation("torch.detach_copy")
def detach_copy(input: Tensor) -> Tensor:
    """A copy, out of the graph."""
    return converted(input, input.dtype, None, True)


@operation("torch.numel")
def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()


@operation("torch.is_tensor")
def is_tensor(obj: Any) -> bool:
    """Whether it is a tensor."""
    return isinstance(obj, Tensor)


@operation("torch.is_floating_point")
def is_floating_point(input: Tensor) -> bool:
    """Whether the type is a floating one."""
    return input.dtype.is_floating_point


@operation("torch.is_complex")
def is_complex(input: Tensor) -> bool:
    """Whether the type is a complex one."""
    return input.dtype.is_complex


@operation("torch.is_nonzero", "Tensor.is_nonzero")
def is_nonzero(input: Tensor) -> Any:
    """Whether the one element is not zero."""
    return input.item() != 0


@operation("torch.is_same_size", "Tensor.is_same_size")
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether the shapes are equal."""
    return input.shape == other.shape


@operation("Tensor.copy_")
def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """The elements of another tensor, broadcast, written in place."""
    if isinstance(src, Tensor):
        from .repetition import broadcast_to

        if differ(src.shape, self.shape):
            broadcast_to(make(src.shape, src.dtype), tuple(self.shape))
        values = known(src)
        if values is not None and self.values is not None:
            values = rounded(broadcast_values(values, src.shape, self.shape), self.dtype)
        overwrite(self, values if self.values is not None else None)
        return self
    if not isinstance(src, (Unknown, int, float, complex)):
        raise ShapeTypeError(f"copy_(): argument 'other' (position 1) must be Tensor, not {type(src).__name__}")
    overwrite(self)
    return self


def _fill(self: Tensor, value: Any) -> Tensor:
    check_writable(self)
    if self.values is not None:
        item = None if type(value) is Unknown else rounded([value], self.dtype)
        overwrite(self, None if item is None else Values(item * len(self.values)))
    return self


@operation("Tensor.fill_", "torch.fill_")
def fill_(self: Tensor, value: Any) -> Tensor:
    """One value, written in place."""
    if isinstance(value, Tensor):
        if value.ndim:
            raise ShapeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions."
            )
        value = value.item()
    elif isinstance(value, complex) and self.dtype.category != 3:
        raise ShapeError(
            f"value cannot be converted to type {LEGACY_NAMES[self.dtype].lower()} without overflow", "dtype"
        )
    return _fill(self, value)


@operation("torch.fill")
def fill(input: Tensor, value: Any) -> Tensor:
    """A copy filled with one value."""
    return fill_(converted(input, input.dtype, None, True), value)


@operation("Tensor.zero_", "torch.zero_")
def zero_(self: Tensor) -> Tensor:
    """Zeros, written in place."""
    return _fill(self, 0)


@operation("Tensor.fill_diagonal_")
def fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """One value on the diagonal, written in place."""
    if self.ndim < 2:
        raise ShapeError("dimensions must larger than 1")
    if self.ndim > 2 and any(size != self.shape[0] for size in self.shape):
        raise ShapeError("all dimensions of input must be of equal length")
    overwrite(self)
    return self


# method | types refused: (categories) | kernel
_RANDOM = {
    "normal_": ("normal_kernel_cpu", "mean", 0.0, "std", 1.0), "uniform_": ("check_uniform_bounds", "from", 0.0, "to", 1.0),
    "exponential_": ("exponential_cpu", "lambd", 1.0, "", None), "log_normal_": ("log_normal_cpu", "mean", 1.0, "std", 2.0),
    "cauchy_": ("cauchy_cpu", "median", 0.0, "sigma", 1.0), "geometric_": ("", "p", None, "", None),
}  # fmt: skip


def _random(name: str, kernel: str, first: str, first_default: Any, second: str, second_default: Any) -> None:
    def fill_at_random(self: Tensor, *args: Any, generator: Any = None, **named: Any) -> Tensor:
        _check_names(name, args, named, [n for n in (first, second) if n])
        a = args[0] if args else named.get(first, first_default)
        b = args[1] if len(args) > 1 else named.get(second, second_default)
        if kernel and self.dtype.category < FLOATING:
            raise ShapeError(f"\"{kernel}\" not implemented for '{LEGACY_NAMES[self.dtype]}'", "dtype")
        _check_distribution(name, a, b)
        check_writable(self)
        overwrite(self)
        return self

    fill_at_random.__name__ = fill_at_random.__qualname__ = name
    fill_at_random.__doc__ = f"Random numbers, written in place: `{name}`."
    operation(f"Tensor.{name}")(fill_at_random)


def _check_names(function: str, args: tuple[Any, ...], named: dict[str, Any], names: list[str]) -> None:
    """Refuses what the function does not take: one of its arguments is called `from`, which Python cannot declare."""
    for name in named:
        if name not in names:
            raise ShapeTypeError(f"{function}() got an unexpected keyword argument '{name}'")
    if len(args) > len(names):
        raise ShapeTypeError(
            f"{function}() takes from 0 to {len(names)} positional arguments but {len(args)} were given"
        )


def _check_distribution(name: str, a: Any, b: Any) -> None:
    if not isinstance(a, (int, float)) or (b is not None and not isinstance(b, (int, float))):
        return
    b = 1.0 if b is None else b
    if name == "normal_" and b < 0:
        raise ShapeError(f"normal expects std >= 0.0, but found std {float(b):g}")
    if name == "uniform_" and a > b:
        raise ShapeError(
            f"uniform_ expects to return a [from, to) range, but found from={float(a):g} > to={float(b):g}"
        )
    if name == "exponential_" and a <= 0:
        raise ShapeError(f"exponential_ expects lambda > 0.0, but found lambda={float(a):g}")
    if name == "log_normal_" and b <= 0:
        raise ShapeError(f"log_normal_ expects std > 0.0, but found std={float(b):g}")
    if name == "cauchy_" and b <= 0:
        raise ShapeError(f"cauchy_ expects sigma > 0.0, but found sigma={float(b):g}")
    if name == "geometric_" and not 0 < a < 1:
        raise ShapeError(f"geometric_ expects p to be in (0, 1), but got p={float(a):g}")


for _name, _row in _RANDOM.items():
    _random(_name, *_row)


@operation("Tensor.random_")
def random_(self: Tensor, *bounds: Any, generator: Any = None, **named: Any) -> Tensor:
    """Random integers, written in place."""
    _check_names("random_", bounds, named, ["from", "to"])
    overwrite(self)
    return self


@operation("Tensor.bernoulli_")
def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Zeros and ones drawn at random, written in place."""
    if isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise ShapeError(f"bernoulli_ expects p to be in [0, 1], but got p={float(p):g}")
    overwrite(self)
    return self


@operation("Tensor.resize_")
def resize_(self: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Another shape, in place; elements beyond the old ones are not set."""
    shape = read_sizes(sizes, "resize_")
    for size in shape:
        if size < 0:
            raise ShapeError(f"Trying to create tensor with negative dimension {size}: {list(shape)}", "argument")
    overwrite(self)
    if (self.shape == shape) is not True or memory_format is not None:
        self._strides = format_strides(shape, format_name(memory_format))
    self.shape, self.values = Size(shape), None
    return self


@operation("Tensor.resize_as_", "torch.resize_as_")
def resize_as_(self: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """The shape of another tensor, in place."""
    if format_name(memory_format) == "preserve_format":
        memory_format = None
        if the_template.is_channels_last:
            memory_format = "channels_last" if the_template.ndim == 4 else "channels_last_3d"
    return resize_(self, tuple(the_template.shape), memory_format=memory_format)


@operation("Tensor.set_")
def set_(self: Tensor, source: Any = None, storage_offset: int = 0, size: Any = None, stride: Any = None) -> Tensor:
    """The memory of another tensor, in place."""
    if isinstance(source, Tensor) and size is None:
        self.shape, self._strides, self.values = source.shape, source._strides, source.values
        return self
    overwrite(self)
    self.values = None
    self.shape = Size((0,) if source is None and size is None else size)
    self._strides = None if stride is None or tuple(stride) == contiguous_strides(self.shape) else tuple(stride)
    return self


@operation("Tensor.apply_", "Tensor.map_")
def apply_(self: Tensor, *args: Any) -> Tensor:
    """A Python function written over the elements, which are not known here."""
    overwrite(self)
    return self
