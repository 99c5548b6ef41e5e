"""Tensors made from nothing: tensor, zeros, arange, linspace, randn and their kin. Small constants keep their values.

Source: aten/src/ATen/native/TensorFactories.cpp, RangeFactories.cpp, torch/csrc/utils/tensor_new.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    Device,
    DType,
    ShapeError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    UnknownValue,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import (
    ALL,
    FLOATING,
    UnknownDType,
    bool_,
    default_dtype,
    int64,
    number_dtype,
    one_of,
    promote,
)
from convcalc.tensor.nesting import elements_as
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.tensor import CPU, check_sizes, read_list
from convcalc.tensor.unknown import Number, is_array, is_number, kind_of, torch_number
from convcalc.tensor.values import few, rounded

from .elementwise import to_out
from .layout import preserved_strides
from .registry import operation
from .reshaping import format_name, format_strides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from convcalc.tensor.nesting import Nested


def made(
    shape: Sequence[Any], dtype: DType, device: Any = None, requires_grad: bool = False, value: Any = None
) -> Tensor:
    """A new tensor, filled with `value` if that is given and there are few elements."""
    result = make(shape, dtype, None, CPU if device is None else Device(device))
    if requires_grad:
        _check_differentiable(dtype)
        result._grad = requires_grad
    if value is not None and type(value) is not Unknown:
        count: Any = 1
        for size in result.shape:
            count = count * size
        if few(count):
            result.values = rounded([value], dtype)
            if result.values is not None:
                result.values *= count
    return result


def _check_differentiable(dtype: DType) -> None:
    if dtype.category < FLOATING:
        raise ShapeError("Only Tensors of floating point and complex dtype can require gradients", "dtype")


def sizes_from(args: tuple[Any, ...], size: Any, function: str) -> tuple[Any, ...]:
    if size is not None:
        args = (tuple(size) if isinstance(size, (tuple, list)) else size,)
    if len(args) == 1 and type(args[0]) is Unknown and not is_number(args[0]):
        raise UnknownValue(args[0].reason)
    if not args:
        raise ShapeTypeError(f"{function}() received an invalid combination of arguments - got (), but expected a size")
    return check_sizes(args, function)


def _filled(name: str, value: Any) -> Any:
    def rule(
        *args: Any, size: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: bool = False,
        requires_grad: bool = False, memory_format: Any = None, generator: Any = None, names: Any = None,
    ) -> Tensor:  # fmt: skip
        shape = sizes_from(args, size, name)
        result = made(shape, dtype_of(dtype), device, requires_grad, value)
        if name in ("rand", "randn") and result.dtype.category < FLOATING:
            raise ShapeError(
                f"\"{'check_uniform_bounds' if name == 'rand' else 'normal_kernel_cpu'}\" not implemented for '{_legacy(result.dtype)}'",
                "dtype",
            )
        if memory_format is not None:
            result._strides = format_strides(result.shape, format_name(memory_format))
        return to_out(out, result, cast=False)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the given sizes: `{name}`."
    return operation(f"torch.{name}")(rule)


zeros, ones, empty, rand, randn = (
    _filled("zeros", 0),
    _filled("ones", 1),
    _filled("empty", None),
    _filled("rand", None),
    _filled("randn", None),
)


def _legacy(dtype: DType) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[dtype]


@operation("torch.full")
def full(
    size: Any, fill_value: Any, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False,
    pin_memory: bool = False, names: Any = None,
) -> Tensor:  # fmt: skip
    """A tensor of one value, of the value's type."""
    if isinstance(size, int):
        raise ShapeTypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    value = _number(fill_value)
    if isinstance(value, (list, tuple, str)) or value is None:
        raise ShapeTypeError(f"full(): argument 'fill_value' (position 2) must be Number, not {type(value).__name__}")
    if dtype is None and isinstance(fill_value, Tensor):
        dtype = fill_value.dtype
    kind = dtype_of(dtype) if dtype is not None else number_dtype(value)
    return to_out(out, made(sizes_from((size,), None, "full"), kind, device, requires_grad, value), cast=False)


def _like(name: str, value: Any) -> Any:
    def rule(
        input: Tensor, *, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None,
        pin_memory: bool = False, generator: Any = None,
    ) -> Tensor:  # fmt: skip
        return _made_like(input, name, dtype, device, requires_grad, memory_format, value)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the shape of another: `{name}`."
    return operation(f"torch.{name}")(rule)


def _made_like(
    input: Tensor, name: str, dtype: Any, device: Any, requires_grad: bool, memory_format: Any, value: Any
) -> Tensor:
    if isinstance(input, Unknown):
        raise UnknownValue(input.reason)
    if not isinstance(input, Tensor):
        raise ShapeTypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    kind = input.dtype if dtype is None else dtype_of(dtype)
    result = made(input.shape, kind, input.device if device is None else device, requires_grad, value)
    wanted = format_name(memory_format)
    if wanted in ("", "preserve_format"):
        if input._strides is not None:
            result._strides = preserved_strides(input)
    else:
        result._strides = format_strides(input.shape, wanted)
    return result


zeros_like, ones_like, empty_like = _like("zeros_like", 0), _like("ones_like", 1), _like("empty_like", None)
rand_like, randn_like = _like("rand_like", None), _like("randn_like", None)


@operation("torch.full_like")
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None, pin_memory: bool = False,
) -> Tensor:  # fmt: skip
    """A tensor of the shape and type of another, of one value."""
    value = _number(fill_value)
    return _made_like(input, "full_like", dtype, device, requires_grad, memory_format, value)


def leaf_dtype(leaf: Any) -> DType | None:
    """The type that an element of a list has as a tensor; None where that is not known."""
    kind: Any = kind_of(leaf)
    if kind is None or kind is Number:
        return None
    if isinstance(leaf, Tensor):
        return leaf.dtype
    if hasattr(kind, "tensor_dtype"):  # a scalar of numpy's
        return kind.tensor_dtype  # type: ignore[no-any-return]
    if is_array(leaf):
        return leaf.__tensor__().dtype  # type: ignore[no-any-return]
    if isinstance(leaf, str):
        raise ShapeValueError("too many dimensions 'str'")
    if isinstance(leaf, (bool, int, float, complex)) or hasattr(kind, "__index__"):
        return number_dtype(leaf)
    if kind.__module__.startswith("convcalc."):  # a stand-in of something that nobody knows
        raise UnknownValue(f"a {kind.__name__}")
    raise ShapeError(f"Could not infer dtype of {kind.__name__}")


def dtype_of_leaves(found: Nested) -> DType:
    """The type of nested lists: the promotion of what they hold; one of several where the type of an element is not known."""
    if found.all_plain:
        types = found.types
        return (
            default_dtype().to_complex()
            if complex in types
            else default_dtype()
            if float in types or not types
            else int64
            if int in types
            else bool_
        )
    certain: DType | None = None
    unsure: tuple[DType, ...] = ()
    for leaf in found.leaves or ():
        own = leaf_dtype(leaf)
        if own is not None:
            certain = own if certain is None else promote(certain, own)
        elif kind_of(leaf) is Number:
            unsure = unsure or (bool_, int64, default_dtype(), default_dtype().to_complex())
        else:  # it may be a number of numpy's too
            unsure = tuple(ALL.values())
    if not unsure:
        return certain or default_dtype()
    return one_of(_promoted(certain, unsure))


def _promoted(certain: DType | None, unsure: tuple[DType, ...]) -> Iterator[DType]:
    for dtype in unsure:
        try:
            yield dtype if certain is None else promote(certain, dtype)
        except RuntimeError:  # such types PyTorch does not promote
            continue


@operation("torch.tensor")
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A tensor of nested lists of numbers, of an array, or of one number.

    Shapes:  the nesting of the lists
    Errors:  ragged lists; what is not a number
    Source:  torch/csrc/utils/tensor_new.cpp, infer_scalar_type, compute_sizes
    """
    if isinstance(data, str):
        raise ShapeTypeError("new(): invalid data type 'str'")
    if is_array(data) and hasattr(data, "check_strides"):
        data.check_strides()
    found = read_list(data)
    kind = dtype_of_leaves(found) if dtype is None else dtype_of(dtype)
    if dtype is not None and str in found.types:
        raise ShapeValueError("too many dimensions 'str'")
    result = made(
        found.shape, kind, data.device if device is None and isinstance(data, Tensor) else device, requires_grad
    )
    if not isinstance(kind, UnknownDType):
        result.values = elements_as(found, kind)
    return result


@operation("torch.asarray")
def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: Any = None, requires_grad: bool = False
) -> Tensor:
    """The tensor itself, that of an array, or one of nested lists."""
    return as_tensor(obj, dtype, device)


@operation("torch.as_tensor")
def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """The tensor itself, that of an array, or one of nested lists."""
    if is_array(data):
        data = from_numpy(data)
    if isinstance(data, Tensor):
        if (dtype is None or dtype_of(dtype) is data.dtype) and device is None:
            return data
        from .conversion import to

        return to(data, dtype=dtype, device=device)
    return tensor(data, dtype=dtype, device=device)


@operation("torch.from_numpy")
def from_numpy(ndarray: Any) -> Tensor:
    """The tensor of an array, in the same memory; TypeError where it is none."""
    if type(ndarray) is Unknown:
        kind = kind_of(ndarray)
        if kind is None:
            raise UnknownValue(ndarray.reason)
        raise ShapeTypeError(f"expected np.ndarray (got {kind.__name__})")
    if not is_array(ndarray):
        raise ShapeTypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    if hasattr(ndarray, "check_strides"):
        ndarray.check_strides()
    held = ndarray.__tensor__()
    return make(held.shape, held.dtype, held._strides, values=held.values)


@operation("torch.scalar_tensor")
def scalar_tensor(
    s: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A 0-dim tensor of a number."""
    return made((), dtype_of(dtype), device, requires_grad, _number(s))


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else torch_number(value)


@operation("torch.empty_strided")
def empty_strided(
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes and strides."""
    if len(size) != len(stride):
        raise ShapeError(f"dimensionality of sizes ({len(size)}) must match dimensionality of strides ({len(stride)})")
    for step in stride:
        if step < 0:
            raise ShapeError("as_strided: Negative strides are not supported at the moment")
    result = made(check_sizes((tuple(size),), "empty_strided"), dtype_of(dtype), device, requires_grad)
    result._strides = None if tuple(stride) == contiguous_strides(result.shape) else tuple(stride)
    return result


@operation("torch.empty_permuted")
def empty_permuted(
    size: Any,
    physical_layout: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes whose dimensions lie in memory in a given order."""
    if len(size) != len(physical_layout):
        raise ShapeError(
            f"Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = {len(size)} is not equal to len(physical_layout) = {len(physical_layout)}"
        )
    for d in physical_layout:
        if not 0 <= d < len(size):
            raise ShapeError(
                f"Dimension out of range (expected to be between 0 and {len(size) - 1}, but got {d} at index {list(physical_layout).index(d)}).  NB: negative dims not currently supported; file an issue if you want it."
            )
    if len(set(physical_layout)) < len(size):
        raise ShapeError("Duplicate dim not allowed")
    inner = contiguous_strides([size[d] for d in physical_layout])
    strides = [0] * len(size)
    for d, step in zip(physical_layout, inner):
        strides[d] = step
    return empty_strided(tuple(size), tuple(strides), dtype=dtype, device=device)


def _new(name: str, value: Any) -> None:
    def rule(
        self: Tensor,
        *args: Any,
        size: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        return made(
            sizes_from(args, size, name),
            self.dtype if dtype is None else dtype_of(dtype),
            self.device if device is None else device,
            requires_grad,
            value,
        )

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the type of this one: `{name}`."
    operation(f"Tensor.{name}")(rule)


for _name, _value in (("new_zeros", 0), ("new_ones", 1), ("new_empty", None)):
    _new(_name, _value)


@operation("Tensor.new")
def new(self: Tensor, *args: Any, device: Any = None) -> Tensor:
    """A tensor of the type of this one, of sizes or of data."""
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and not isinstance(args[0], type(self.shape)):
        return tensor(args[0], dtype=self.dtype)
    return made(check_sizes(args or (0,), "new"), self.dtype, self.device)


@operation("Tensor.new_full")
def new_full(
    self: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of one value, of the type of this one."""
    return made(
        sizes_from((size,), None, "new_full"),
        self.dtype if dtype is None else dtype_of(dtype),
        self.device,
        requires_grad,
        _number(fill_value),
    )


@operation("Tensor.new_tensor")
def new_tensor(
    self: Tensor,
    data: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of data, of the type of this one."""
    return tensor(data, dtype=self.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


@operation("Tensor.new_empty_strided")
def new_empty_strided(
    self: Tensor,
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes and strides, of the type of this one."""
    return empty_strided(size, stride, dtype=self.dtype if dtype is None else dtype)
