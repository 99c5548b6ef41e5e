"""Arrays of the same elements in another shape, repeated, joined and split: mostly PyTorch's rules under numpy's names."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import Values, computed, known

from .numpy_arrays import array, asarray, ndarray, of_torch
from .numpy_elementwise import asked_of_tensor
from .numpy_reductions import axes_of
from .numpy_types import together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor.dtypes import DType


def array_or_unknown(a: Any, function: str) -> Any:
    made = asarray(a)
    return made if type(made) is not Unknown else Unknown(f"numpy.{function}(...)")


def reshape(a: Any, *shape: Any, order: Any = None, newshape: Any = None, copy: Any = None) -> Any:
    source = array_or_unknown(a, "reshape")
    if type(source) is Unknown:
        return source
    given = shape if newshape is None else (newshape,)
    sizes = tuple(given[0]) if len(given) == 1 and isinstance(given[0], (tuple, list, ndarray)) else given
    if len(sizes) == 1 and type(sizes[0]) is Unknown and kind_of(sizes[0]) is None:
        return Unknown("a reshaped array")
    if any(type(s) is Unknown for s in (*sizes, *source.shape)):
        made = of_torch("Tensor.reshape", source._tensor, tuple(sizes))
        return wrapped_view(made)
    try:
        return wrapped_view(of_torch("Tensor.reshape", source._tensor, tuple(sizes)))
    except ValueError:
        told = tuple(int(size) for size in sizes)
        raise ValueError(f"cannot reshape array of size {source.size} into shape {told if len(told) != 1 else f'({told[0]},)'}") from None  # fmt: skip


def wrapped_view(made: Any) -> Any:
    return ndarray(made) if isinstance(made, Tensor) else made


def transpose(a: Any, *axes: Any) -> Any:
    source = array_or_unknown(a, "transpose")
    if type(source) is Unknown:
        return source
    order = axes[0] if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))) else axes
    order = tuple(order) if order else tuple(range(source.ndim))[::-1]
    if len(order) != source.ndim:
        raise ValueError("axes don't match array")
    return wrapped_view(of_torch("torch.permute", source._tensor, order))


def flatten(a: Any, order: Any = "C") -> Any:
    made = reshape(a, -1)
    return array(made) if type(made) is ndarray else made


def _by_torch(name: str, rule: str, *fixed: Any) -> Any:
    """A function of an array that PyTorch's rule of a like name serves."""

    def function(a: Any, *args: Any, **kwargs: Any) -> Any:
        source = array_or_unknown(a, name)
        if type(source) is Unknown:
            return source
        if "axis" in kwargs:
            kwargs["dim"] = kwargs.pop("axis")
        return wrapped_view(of_torch(rule, source._tensor, *fixed, *args, **kwargs))

    function.__name__ = name
    return function


def squeeze(a: Any, axis: Any = None) -> Any:
    source = array_or_unknown(a, "squeeze")
    if type(source) is Unknown:
        return source
    if axis is None:
        return wrapped_view(of_torch("torch.squeeze", source._tensor))
    axes = axes_of(axis, source.ndim)
    if any(type(source.shape[d]) is int and source.shape[d] != 1 for d in axes):
        raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    return wrapped_view(of_torch("torch.squeeze", source._tensor, axes))


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    source = array_or_unknown(a, "repeat")
    if type(source) is Unknown:
        return source
    counts = repeats
    if not isinstance(repeats, int) and type(repeats) is not Unknown:
        made = asarray(repeats)
        counts = (
            Unknown("counts") if type(made) is Unknown else make(made.shape, dtypes.int64, values=known(made._tensor))
        )
    return wrapped_view(of_torch("torch.repeat_interleave", source._tensor, counts, axis))


def take(a: Any, indices: Any, axis: Any = None, **kwargs: Any) -> Any:
    source = array_or_unknown(a, "take")
    if type(source) is Unknown:
        return source
    if axis is None:
        return reshape(source, -1)[indices]
    before = [slice(None)] * axes_of(axis, source.ndim)[0]
    key = (*before, indices)
    return source[key]


def pad(a: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    source = array_or_unknown(a, "pad")
    if type(source) is Unknown or type(pad_width) is Unknown:
        return Unknown("numpy.pad(...)")
    widths = pad_width
    if not isinstance(widths, (tuple, list)):
        widths = [(widths, widths)] * source.ndim
    elif not isinstance(widths[0], (tuple, list)):
        widths = [tuple(widths)] * source.ndim if len(widths) == 2 else [(widths[0], widths[0])] * source.ndim
    elif len(widths) == 1:
        widths = list(widths) * source.ndim
    shape = [size + before + after for size, (before, after) in zip(source.shape, widths)]
    return ndarray(make(shape, source._tensor.dtype))


# joining


def _arrays(items: Any, function: str) -> Any:
    """The arrays of a list, and the type that they have in common; Unknown where one of them is not known."""
    if type(items) is Unknown:
        return Unknown(f"numpy.{function}(...)"), None
    made = [asarray(item) for item in items]
    if any(type(item) is Unknown for item in made):
        return Unknown(f"numpy.{function}(...)"), None
    element = made[0]._tensor.dtype if made else dtypes.float64
    for item in made[1:]:
        element = together(element, item._tensor.dtype)
    return made, element


def _joined(name: str, rule: str, message: str) -> Any:
    def join(arrays: Any, axis: Any = 0, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        made, element = _arrays(arrays, name)
        if type(made) is Unknown:
            return made
        if not made:
            raise ValueError(f"need at least one array to {name}")
        if axis is None:
            made, axis = [reshape(item, -1) for item in made], 0
        tensors = [
            make(t.shape, element, t._strides, values=_converted(t, element)) for t in (item._tensor for item in made)
        ]
        try:
            found = of_torch(rule, tensors, axis)
        except ValueError as error:
            raise ValueError(message or str(error)) from None
        return (
            found
            if not isinstance(found, Tensor)
            else ndarray(found)
            if dtype is None
            else array(ndarray(found), dtype)
        )

    join.__name__ = name
    return join


def _converted(tensor: Tensor, element: DType) -> Values | None:
    values = known(tensor)
    return None if values is None else computed(lambda v: v, [values], element)


concatenate = _joined("concatenate", "torch.cat", "all the input array dimensions except for the concatenation axis must match exactly")  # fmt: skip
stack = _joined("stack", "torch.stack", "all input arrays must have the same shape")


def _stacked(name: str, rule: str) -> Any:
    join = _joined(name, rule, "")

    def stacked(tup: Any, **kwargs: Any) -> Any:
        made, element = _arrays(tup, name)
        if type(made) is Unknown:
            return made
        tensors = [make(t.shape, element, values=_converted(t, element)) for t in (item._tensor for item in made)]
        return wrapped_view(of_torch(rule, tensors))

    stacked.__name__ = join.__name__
    return stacked


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    return concatenate([arr, values], axis)


def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    source = array_or_unknown(ary, "split")
    if type(source) is Unknown or type(indices_or_sections) is Unknown:
        return Unknown("numpy.split(...)")
    given = indices_or_sections
    found = of_torch("torch.tensor_split", source._tensor, given if isinstance(given, int) else tuple(int(i) for i in given), axis)  # fmt: skip
    return [ndarray(part) for part in found] if isinstance(found, tuple) else found


def _transposed(a: Any, axes: Any = None) -> Any:
    if isinstance(a, Tensor):
        return a.permute(tuple(range(a.ndim))[::-1] if axes is None else axes)
    return transpose(a, axes)


def _flip(m: Any, axis: Any = None) -> Any:
    source = array_or_unknown(m, "flip")
    if type(source) is Unknown:
        return source
    return wrapped_view(of_torch("torch.flip", source._tensor, axes_of(axis, source.ndim)))


def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return _by_torch("roll", "torch.roll")(a, shift, *(() if axis is None else (axis,)))


def _triangle(name: str) -> Any:
    function = _by_torch(name, f"torch.{name}")
    return lambda m, k=0: function(m, k)


def shape_of(a: Any) -> Any:
    if isinstance(a, Tensor):
        return a.shape
    found = asarray(a)
    return found.shape if type(found) is ndarray else found


METHODS: dict[str, Any] = {
    "reshape": reshape, "transpose": transpose, "flatten": flatten, "ravel": _by_torch("ravel", "torch.flatten"), "squeeze": squeeze,
    "swapaxes": _by_torch("swapaxes", "torch.transpose"), "repeat": repeat, "take": take,
}  # fmt: skip
FUNCTIONS: dict[str, Any] = {
    **{name: asked_of_tensor(name, METHODS[name]) for name in "reshape squeeze swapaxes repeat take ravel".split()},
    **{name: _by_torch(name, f"torch.{name}") for name in "tile broadcast_to atleast_1d atleast_2d atleast_3d".split()},
    **{name: _triangle(name) for name in "triu tril diag".split()},
    **{name: _stacked(name, f"torch.{name}") for name in "vstack hstack dstack column_stack".split()},
    "transpose": _transposed, "permute_dims": _transposed, "expand_dims": _by_torch("expand_dims", "torch.unsqueeze"),
    "moveaxis": _by_torch("moveaxis", "torch.movedim"), "flip": _flip, "roll": _roll, "pad": pad, "concatenate": concatenate, "concat": concatenate,
    "stack": stack, "append": append, "split": _split, "array_split": _split, "shape": shape_of, "ndim": lambda a: len(shape_of(a)),
    "size": lambda a: math.prod(shape_of(a)),
}  # fmt: skip
