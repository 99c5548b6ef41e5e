"""Normalisations: the shape stays; statistics, weights and element types are checked."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, ShapeTypeError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, FLOATING, LEGACY_NAMES, bfloat16, default_dtype, float16, float32, int64
from convcalc.tensor.strides import channels_last_strides, elementwise_strides, is_contiguous, view_strides

from .arguments import dims_of, int_of, tensor_argument
from .registry import operation
from .results import alias, is_computable, not_implemented, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _check_types(input: Tensor, parameters: Sequence[Tensor | None]) -> None:
    """Parameters have the input's type; half and bfloat16 input may come with parameters that are all float."""
    given = [p for p in parameters if p is not None]
    dtype = input.dtype
    if all(p.dtype is dtype for p in given):
        return
    if given[0].dtype is dtype:
        odd = next(p for p in given if p.dtype is not dtype)
        raise ShapeError(
            f"expected scalar type {LEGACY_NAMES[dtype]} but found {LEGACY_NAMES[odd.dtype]}",
            "dtype",
            expected=dtype.name,
            actual=odd.dtype.name,
        )
    if any(p.dtype is not float32 for p in given):
        raise ShapeError(
            "mixed dtype (CPU): expect parameter to have scalar type of Float",
            "dtype",
            expected="float32",
            actual=given[0].dtype.name,
        )
    if dtype is not float16 and dtype is not bfloat16:
        raise ShapeError(
            "mixed dtype (CPU): all inputs must share same datatype.",
            "dtype",
            expected=given[0].dtype.name,
            actual=dtype.name,
        )


def _laid_out(input: Tensor) -> Tensor:
    """A fresh tensor in the memory format of the input: channels-last stays, anything else is contiguous."""
    return make(input.shape, input.dtype, channels_last_strides(input.shape) if input.is_channels_last else None)


# over the batch


def _check_batch(size: Sequence[Any]) -> None:
    count = size[0]
    for extent in size[2:]:
        count = count * extent
    if count == 1:
        raise ShapeValueError(
            f"Expected more than 1 value per channel when training, got input size {size}",
            "norm-one-value",
            actual=1,
            shape=tuple(size),
        )


def _check_elements(name: str, count: int, tensor: Tensor | None, shape: Sequence[int]) -> None:
    if tensor is not None and tensor.shape != (count,) and tensor.numel() != count:
        have = tensor.numel()
        raise ShapeError(
            f"{name} should contain {count} elements not {have}",
            "norm-channels",
            expected=have,
            actual=count,
            shape=tuple(shape),
            argument="num_features",
        )


def _is_plain(input: Tensor) -> bool:
    """Row-major or channels-last: the layouts that the fast kernel takes."""
    return is_contiguous(input.shape, input.strides) or bool(input.is_channels_last)


def _of_nothing(input: Tensor, parameters: Sequence[Tensor | None]) -> Tensor:
    """An empty input, scaled and moved by the first weight and bias, which must exist."""
    for parameter in parameters:
        if parameter is not None and 0 in parameter.shape:
            raise ShapeIndexError("select(): index 0 out of range for tensor of size [0] at dimension 0")
    return _laid_out(input)


def _batch_norm(input: Tensor, weight: Any, bias: Any, mean: Any, var: Any, training: Any) -> Tensor:
    """The checks of `torch.batch_norm` in its order."""
    tensor_argument(input, "batch_norm", 1, "input")
    shape = input.shape
    if 0 in shape:
        return _of_nothing(input, (weight, bias))
    channels = shape[1] if len(shape) > 1 else 0
    _check_elements("running_mean", channels, mean, shape)
    if mean is None and not training:
        raise ShapeError("running_mean must be defined in evaluation mode")
    _check_elements("running_var", channels, var, shape)
    if var is None and not training:
        raise ShapeError("running_var must be defined in evaluation mode")
    _check_elements("weight", channels, weight, shape)
    _check_elements("bias", channels, bias, shape)
    if training and (mean is None) != (var is None):
        raise ShapeValueError("running_mean and running_var must either both be None or neither be None")
    dtype = input.dtype
    if dtype.category != FLOATING or dtype.itemsize == 1:
        if dtype.category < FLOATING and mean is None and weight is None and not _is_plain(input):
            raise ShapeError(
                "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
                f"Got: {LEGACY_NAMES[dtype]}", "dtype", actual=dtype.name,
            )  # fmt: skip
        raise not_implemented("batch_norm", dtype)
    for parameter in (weight, bias, mean, var):
        if parameter is not None and parameter.dtype is not dtype:
            _check_types(input, (weight, bias, mean, var))
    return make(shape, dtype) if input._strides is None else _laid_out(input)


@operation("F.batch_norm", kind="normalization", unit="channels", axis=1)
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel over the batch and its places.

    Shapes:  x: (N, C, *); statistics, weight and bias: (C,); y: (N, C, *)
    Errors:  the number of channels is not C; one value per channel in training; element types differ
    Source:  aten/src/ATen/native/Normalization.cpp
    """
    if training:
        size = input.size()
        if len(size) == 0:
            raise ShapeIndexError("tuple index out of range")
        _check_batch(size)
        if eps <= 0.0:
            raise ShapeValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0.0:
        raise ShapeValueError(f"batch_norm eps must be non-negative, but got {eps}")
    return _batch_norm(input, weight, bias, running_mean, running_var, training)


@operation("torch.batch_norm", kind="normalization", unit="channels", axis=1)
def _torch_batch_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    return _batch_norm(input, weight, bias, running_mean, running_var, training)


@operation("torch.native_batch_norm", kind="normalization", unit="channels", axis=1)
def native_batch_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
    *,
    out: Any = None,
) -> tuple[Tensor, Tensor, Tensor]:
    result = _batch_norm(input, weight, bias, running_mean, running_var, training)
    saved = make((input.shape[1] if training else 0,), input.dtype)
    return result, saved, saved


# over each sample's channel


def _instance_norm(input: Tensor, weight: Any, bias: Any, mean: Any, var: Any, use_input_stats: Any) -> Tensor:
    """Batch normalisation of a batch of one, whose channels are all the batch's channels."""
    tensor_argument(input, "instance_norm", 1, "input")
    if not use_input_stats and (mean is None or var is None):
        raise ShapeError("Expected running_mean and running_var to be defined when use_input_stats is false")
    shape = input.shape
    if len(shape) < 2:
        raise ShapeIndexError(
            f"Dimension out of range (expected to be in range of [-{len(shape) or 1}, {(len(shape) or 1) - 1}], but got 1)",
            "dimension-range",
        )
    batch, channels = shape[0], shape[1]
    if 0 not in shape:
        for name, tensor in (("running_mean", mean), ("running_var", var), ("weight", weight), ("bias", bias)):
            if tensor is not None and tensor.numel() != channels:
                _check_elements(name, batch * channels, make((batch * tensor.numel(),), tensor.dtype), shape)
        if use_input_stats and (mean is None) != (var is None):
            raise ShapeValueError("running_mean and running_var must either both be None or neither be None")
        if not is_computable(input.dtype):
            raise not_implemented("batch_norm", input.dtype)
        if weight is not None or bias is not None:  # without them the statistics may be of another type
            _check_types(input, (weight, bias, mean, var))
    else:
        _check_empty(batch, channels, (weight, bias), (mean, var) if use_input_stats else ())
    return make(shape, input.dtype)


def _check_empty(batch: Any, channels: Any, parameters: Any, statistics: Any) -> None:
    """What an empty input must have too: a first weight, and statistics of its channels."""
    for parameter in parameters:
        if parameter is not None and batch * parameter.numel() == 0:
            raise ShapeIndexError("select(): index 0 out of range for tensor of size [0] at dimension 0")
    for tensor in statistics:
        if tensor is not None and batch * tensor.numel() != batch * channels:
            raise ShapeError(f"shape '[{batch}, {channels}]' is invalid for input of size {batch * tensor.numel()}")


@operation("F.instance_norm", kind="normalization", unit="channels", axis=1)
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel of each sample over its places.

    Shapes:  x: (N, C, *); weight and bias: (C,); y: (N, C, *)
    Errors:  one place per channel; the number of channels is not C
    Source:  aten/src/ATen/native/Normalization.cpp, instance_norm
    """
    if use_input_stats:
        size = input.size()
        count: Any = 1
        for extent in size[2:]:
            count = count * extent
        if count == 1:
            raise ShapeValueError(
                f"Expected more than 1 spatial element when training, got input size {size}",
                "norm-one-value",
                actual=1,
                shape=tuple(size),
            )
    return _instance_norm(input, weight, bias, running_mean, running_var, use_input_stats)


@operation("torch.instance_norm", kind="normalization", unit="channels", axis=1)
def _torch_instance_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    return _instance_norm(input, weight, bias, running_mean, running_var, use_input_stats)


# over groups of channels


def _group_norm(input: Tensor, groups: int, weight: Any, bias: Any) -> Tensor:
    tensor_argument(input, "group_norm", 1, "input")
    groups = int_of(groups, "group_norm", "num_groups")
    shape = input.shape
    if len(shape) < 2:
        raise ShapeIndexError(
            f"Dimension out of range (expected to be in range of [-{len(shape) or 1}, {(len(shape) or 1) - 1}], but got 1)",
            "dimension-range",
        )
    channels = shape[1]
    if groups <= 0:
        raise ShapeError(f"Expected num groups to be greater than 0, got {groups}", "groups")
    if channels % groups != 0:
        message = f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(shape)} and num_groups={groups}"
        raise ShapeError(message, "groups", expected=groups, actual=channels, shape=tuple(shape), argument="num_groups")
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and (tensor.ndim != 1 or tensor.numel() != channels):
            have = (weight if weight is not None else bias).shape  # PyTorch names the weight's shape in both messages
            message = f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of shape {list(have)} and input of shape {list(shape)}"
            raise ShapeError(
                message,
                "norm-channels",
                expected=tensor.numel(),
                actual=channels,
                shape=tuple(shape),
                argument="num_channels",
            )
    _check_types(input, (weight, bias))
    if not is_computable(input.dtype):
        raise not_implemented("GroupNormKernelImpl", input.dtype)
    return _laid_out(input)


@operation("F.group_norm", kind="normalization", unit="channels", axis=1)
def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Normalise each group of channels of each sample.

    Shapes:  x: (N, C, *); weight and bias: (C,); y: (N, C, *)
    Errors:  num_groups does not divide C; the weight is not (C,); one value per group
    Source:  aten/src/ATen/native/group_norm.cpp
    """
    if input.dim() < 2:
        raise ShapeError(f"Expected at least 2 dimensions for input tensor but received {input.dim()}")
    shape = input.shape
    _check_batch([shape[0] * shape[1] // num_groups, num_groups, *shape[2:]])
    return _group_norm(input, num_groups, weight, bias)


@operation("torch.group_norm", kind="normalization", unit="channels", axis=1)
def _torch_group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    return _group_norm(input, num_groups, weight, bias)


# over the last dimensions


def _check_normalized_shape(input: Tensor, normalized: Any, weight: Any, bias: Any, function: str, lead: str) -> None:
    tensor_argument(input, function, 1, "input")
    if not isinstance(normalized, (tuple, list)):
        raise ShapeTypeError(
            f"{function}(): argument 'normalized_shape' (position 2) must be tuple of ints, not {type(normalized).__name__}"
        )
    normalized = tuple([n if n.__class__ is int else int_of(n, function, "normalized_shape") for n in normalized])
    count = len(normalized)
    if count == 0:
        raise ShapeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []"
        )
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and tensor.shape != normalized:
            message = f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {list(tensor.shape)} and normalized_shape = {list(normalized)}"
            raise ShapeError(message, "norm-channels", expected=normalized, actual=tuple(tensor.shape))
    if len(input.shape) < count or input.shape[-count:] != normalized:
        wanted = f"[*, {', '.join(map(str, normalized))}]" if lead else f"[*{', '.join(map(str, normalized))}]"
        message = f"Given normalized_shape={list(normalized)}, expected input with shape {wanted}, but got input of size{list(input.shape)}"
        raise ShapeError(
            message,
            "norm-channels",
            expected=normalized,
            actual=tuple(input.shape[-count:]),
            shape=tuple(input.shape),
            argument="normalized_shape",
        )


def _layer_norm(input: Tensor, normalized_shape: Any, weight: Any, bias: Any) -> Tensor:
    _check_normalized_shape(input, normalized_shape, weight, bias, "layer_norm", ", ")
    _check_types(input, (weight, bias))
    if not is_computable(input.dtype):
        raise not_implemented("LayerNormKernelImpl", input.dtype)
    return make(input.shape, input.dtype)


@operation("F.layer_norm", kind="normalization", unit="as last sizes", axis=-1)
def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise over the last dimensions.

    Shapes:  x: (*, *normalized_shape); weight and bias: normalized_shape; y: as x
    Errors:  the last sizes of x, or the weight's, are not normalized_shape; element types differ
    Source:  aten/src/ATen/native/layer_norm.cpp
    """
    return _layer_norm(input, normalized_shape, weight, bias)


@operation("torch.layer_norm", kind="normalization", unit="as last sizes", axis=-1)
def _torch_layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    return _layer_norm(input, normalized_shape, weight, bias)


@operation("torch.native_layer_norm", kind="normalization", unit="as last sizes", axis=-1)
def native_layer_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Any, bias: Any, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    result = _layer_norm(input, normalized_shape, weight, bias)
    count = len(normalized_shape)
    saved = make((*input.shape[:-count], *(1,) * count), input.dtype)
    return result, saved, saved


@operation("F.rms_norm", "torch.rms_norm", kind="normalization", unit="as last sizes", axis=-1)
def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Divide by the root mean square over the last dimensions.

    Shapes:  x: (*, *normalized_shape); weight: normalized_shape; y: as x
    Errors:  the last sizes of x, or the weight's, are not normalized_shape
    Source:  aten/src/ATen/native/layer_norm.cpp, rms_norm
    """
    if isinstance(input, Tensor) and isinstance(normalized_shape, (tuple, list)) and input.ndim < len(normalized_shape):
        message = f"Input tensor must have at least {len(normalized_shape)} dimensions, but got {input.ndim}"
        raise ShapeValueError(message, "norm-channels", expected=len(normalized_shape), actual=input.ndim)
    _check_normalized_shape(input, normalized_shape, weight, None, "rms_norm", "")
    if input.dtype.category != COMPLEX and not is_computable(input.dtype):
        raise not_implemented("rms_norm", input.dtype)
    return _laid_out(input)


# across neighbouring channels, and by a norm


@operation("F.local_response_norm")
def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divide by a power of the mean square over `size` neighbouring channels.

    Shapes:  x: (N, C, *); y: the same
    Errors:  x has fewer than 3 dimensions; size is not positive
    Source:  torch.nn.functional.local_response_norm, which pads and pools
    """
    tensor_argument(input, "local_response_norm", 1, "input")
    shape = input.shape
    if len(shape) < 3:
        raise ShapeValueError(
            f"Expected 3D or higher dimensionality {' ' * 24} input (got {len(shape)} dimensions)", actual=len(shape)
        )
    if 0 in shape:
        return alias(input)
    if isinstance(size, float):
        raise ShapeTypeError(
            "pad(): argument 'pad' failed to unpack the object at pos 3 with error \"type must be tuple of ints,but got float\""
        )
    if size <= 0:
        window = f"kH: {size} kW: 1" if len(shape) == 3 else f"kT: {size} kH: 1 kW: 1"
        raise ShapeError(f"kernel size should be greater than zero, but got {window}")
    if len(shape) > 4 and input._strides is not None:
        like = elementwise_strides(shape, ((shape, input._strides),))
        if (
            like is not None
            and view_strides(shape, like, (shape[0], 1, shape[1], shape[2], -1 if 0 in shape else _product(shape[3:])))
            is None
        ):
            raise ShapeError(
                "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). "
                "Use .reshape(...) instead.",
                "view-size",
            )
    dtype = input.dtype
    if dtype is int64:
        dtype = default_dtype()
    elif not is_computable(dtype):
        raise not_implemented("avg_pool2d" if len(shape) == 3 else "avg_pool3d_out_frame", dtype)
    if input._strides is None:
        return make(shape, dtype)
    return make(
        shape, dtype, elementwise_strides(shape, ((shape, input._strides), (shape, make(shape, dtype).strides)))
    )


def _product(sizes: Sequence[Any]) -> Any:
    product: Any = 1
    for size in sizes:
        product = product * size
    return product


@operation("F.normalize")
def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """y = x / max(norm of x along dim, eps).

    Shapes:  x: any; y: the same
    Errors:  no such dimension; x is neither floating-point nor complex
    Source:  torch.nn.functional.normalize
    """
    tensor_argument(input, "normalize", 1, "input")
    dims_of(dim, input.ndim)
    dtype = input.dtype
    if dtype.category < FLOATING:
        raise ShapeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {LEGACY_NAMES[dtype]}",
            "dtype",
        )
    if dtype.itemsize == 1:
        raise not_implemented("norm_cpu", dtype)
    strides = None
    if input._strides is not None:
        strides = elementwise_strides(input.shape, ((input.shape, input._strides),))
    return store(make(input.shape, dtype, strides), out)
