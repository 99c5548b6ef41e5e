"""Resampling: to a size or by a factor (`interpolate`), and at the places of a grid (`grid_sample`).

Source: torch/nn/functional.py, interpolate; aten/src/ATen/native/UpSample.h; GridSamplerUtils.h.
"""

from __future__ import annotations

from convcalc.formulas.interpolation import scaled_size
from convcalc.tensor import ShapeError, ShapeNotImplementedError, ShapeTypeError, ShapeValueError, Tensor, Unknown, make
from convcalc.tensor.dtypes import INTEGER, LEGACY_NAMES, uint8

from . import adaptive_pooling
from .registry import operation
from .window_settings import check_floating, check_tensor, kept_layout, setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MODES = "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact"
# mode: the number of dimensions it resamples, or None for any
LINEAR_MODES = {"linear": 1, "bilinear": 2, "bicubic": 2, "lanczos": 2, "trilinear": 3}
AREA = (
    adaptive_pooling.adaptive_avg_pool1d,
    adaptive_pooling.adaptive_avg_pool2d,
    adaptive_pooling.adaptive_avg_pool3d,
)


@operation("F.interpolate")
def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Resamples the dimensions after the first two to `size`, or by `scale_factor`.

    Shapes:  input: (N, C, *); y: (N, C, *size)
    Formula: `size' = floor(size * scale_factor)`
    Errors:  both or none of size and scale_factor; a mode that does not fit the number of dimensions; an empty result
    Source:  torch.nn.functional.interpolate
    """
    check_tensor(input, "interpolate")
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        message = (
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
        raise ShapeValueError(message, "argument", argument="align_corners")
    shape = input.shape
    dims = len(shape) - 2
    factors = _factors(shape, size, scale_factor, dims)
    sizes: Any = None
    if factors is None:
        if recompute_scale_factor:
            raise ShapeValueError(
                "recompute_scale_factor is not meaningful with an explicit size.",
                "argument",
                argument="recompute_scale_factor",
            )
        sizes = size if isinstance(size, (tuple, list)) else [size] * dims
    if antialias and (mode not in ("bilinear", "bicubic", "lanczos") or len(shape) != 4):
        message = (
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
        raise ShapeValueError(message, "argument", argument="antialias")
    _check_mode(mode, dims, align_corners, antialias)
    if factors is not None:
        sizes = [_scaled(shape[2 + d], factors[d], _function(mode, dims, antialias)) for d in range(dims)]
    if mode == "area":
        return AREA[dims - 1](input, sizes)  # type: ignore[no-any-return]
    return _resample(input, setting(list(sizes), dims, _function(mode, dims, antialias), "output_size", ""), mode)


def _factors(shape: Sequence[int], size: Any, scale_factor: Any, dims: int) -> Sequence[Any] | None:
    """The factors, one for each dimension, or None where a size is given instead."""
    if size is not None:
        if scale_factor is not None:
            raise ShapeValueError("only one of size or scale_factor should be defined", "argument", argument="size")
        if isinstance(size, (tuple, list)):
            if len(size) != dims:
                message = (
                    f"Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of {list(shape[2:])} "
                    f"and output size of {size}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format."
                )
                raise ShapeValueError(
                    message,
                    "input-dimensions",
                    expected=dims,
                    actual=len(size),
                    shape=tuple(shape),
                    argument="size",
                )
            if any(isinstance(s, (float, str)) or s is None for s in size):
                message = f"expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got size with types {[type(s) for s in size]}"
                raise ShapeTypeError(message, "argument", argument="size")
        return None
    if scale_factor is None:
        raise ShapeValueError("either size or scale_factor should be defined", "argument", argument="size")
    if not isinstance(scale_factor, (tuple, list)):
        return [scale_factor] * dims
    if len(scale_factor) != dims:
        message = (
            f"Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of {list(shape[2:])} "
            f"and scale_factor of shape {scale_factor}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format."
        )
        raise ShapeValueError(
            message,
            "input-dimensions",
            expected=dims,
            actual=len(scale_factor),
            shape=tuple(shape),
            argument="scale_factor",
        )
    return scale_factor


def _check_mode(mode: str, dims: int, align_corners: bool | None, antialias: bool) -> None:
    wanted = LINEAR_MODES.get(mode, dims if mode in ("nearest", "area", "nearest-exact") else None)
    if wanted != dims or not 1 <= dims <= 3:
        if mode in ("linear", "bilinear", "trilinear") and 1 <= dims <= 3:
            message = f"Got {dims + 2}D input, but {mode} mode needs {LINEAR_MODES[mode] + 2}D input"
        else:
            message = f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {dims + 2}D) for the modes: {MODES} (got {mode})"
        raise ShapeNotImplementedError(
            message,
            "input-dimensions",
            expected=None if wanted is None else wanted + 2,
            actual=dims + 2,
            argument="mode",
        )
    if mode == "lanczos":
        if align_corners:
            raise ShapeValueError(
                "Lanczos mode does not support align_corners=True", "argument", argument="align_corners"
            )
        if not antialias:
            raise ShapeValueError("Lanczos mode requires antialias=True", "argument", argument="antialias")


def _function(mode: str, dims: int, antialias: bool) -> str:
    """What PyTorch calls the operation behind a mode."""
    if mode == "area":
        return f"adaptive_avg_pool{dims}d"
    name = {"nearest-exact": "nearest_exact"}.get(mode, mode)
    return f"{'_' if antialias or mode == 'nearest-exact' else ''}upsample_{name}{dims}d{'_aa' if antialias else ''}"


def _scaled(size: int, factor: Any, function: str) -> int:
    if isinstance(factor, Unknown):
        return factor  # type: ignore[return-value]
    if not isinstance(factor, (int, float)):
        raise ShapeTypeError(
            f"{function}() received an invalid combination of arguments - got (Tensor, NoneType, list)",
            "argument",
            argument="scale_factor",
        )
    return scaled_size(size, factor)


def _resample(input: Tensor, sizes: Sequence[int], mode: str) -> Tensor:
    shape, dims = input.shape, len(sizes)
    if any(size < 1 for size in (*shape[2:], *sizes)):
        axes = "DHW"[-dims:]
        given = ", ".join(f"{axis}: {size}" for axis, size in zip(axes, shape[2:]))
        made = ", ".join(f"{axis}: {size}" for axis, size in zip(axes, sizes))
        message = f"Input and output sizes should be greater than 0, but got input ({given}) {'and ' if dims == 1 else ''}output ({made})"
        raise ShapeError(message, "kernel-larger-than-input", actual=tuple(sizes), shape=tuple(shape), argument="size")
    if shape[1] == 0:
        raise ShapeError(
            f"Non-empty {dims + 2}D data tensor expected but got a tensor with sizes {list(shape)}",
            "empty-input",
            shape=tuple(shape),
        )
    if mode in ("linear", "trilinear"):
        check_floating(input, "compute_indices_weights_linear")
    else:
        check_floating(input, _kernel(mode, dims), (uint8,))
    result = (*shape[:2], *sizes)
    return make(result, input.dtype, kept_layout(input, result))


def _kernel(mode: str, dims: int) -> str:
    if mode in ("bicubic", "lanczos"):
        return "compute_indices_weights_cubic"
    if dims == 2:
        return f"upsample_{'bilinear' if mode == 'bilinear' else 'nearest'}2d_channels_last"
    return "compute_indices_weights_nearest"


@operation("F.upsample")
def upsample(
    input: Tensor, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """`interpolate`, as it was called before.

    Shapes:  input: (N, C, *); y: (N, C, *size)
    Source:  torch.nn.functional.upsample
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


@operation("F.upsample_nearest")
def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` with the nearest element.

    Shapes:  input: (N, C, *); y: (N, C, *size)
    Source:  torch.nn.functional.upsample_nearest
    """
    return interpolate(input, size, scale_factor, "nearest")


@operation("F.upsample_bilinear")
def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` between four elements, corners aligned.

    Shapes:  input: (N, C, H, W); y: (N, C, *size)
    Source:  torch.nn.functional.upsample_bilinear
    """
    return interpolate(input, size, scale_factor, "bilinear", True)


# Grids


@operation("F.grid_sample")
def grid_sample(
    input: Tensor, grid: Tensor, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Tensor:
    """The input's values at the places that a grid names.

    Shapes:  input: (N, C, H, W); grid: (N, H', W', 2); y: (N, C, H', W'); one dimension more for volumes
    Errors:  batches differ; the grid's last size is not the number of dimensions; an unknown mode; element types differ
    Source:  torch.nn.functional.grid_sample
    """
    if mode not in ("bilinear", "nearest", "bicubic"):
        message = (
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
        raise ShapeValueError(message, "argument", actual=mode, argument="mode")
    if padding_mode not in ("zeros", "border", "reflection"):
        message = f"nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '{padding_mode}'"
        raise ShapeValueError(message, "argument", actual=padding_mode, argument="padding_mode")
    return _sample(input, grid, mode == "bicubic", None)


@operation("torch.grid_sampler")
def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sample` with its modes as numbers.

    Shapes:  input: (N, C, *); grid: (N, *', dims); y: (N, C, *')
    Source:  aten/src/ATen/native/GridSampler.cpp
    """
    return _sample(input, grid, interpolation_mode == 2, None)


def _grid_sampler(dims: int) -> Any:
    name = f"grid_sampler_{dims}d"

    def rule(input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Tensor:
        return _sample(input, grid, interpolation_mode == 2, dims)

    rule.__name__ = name
    rule.__doc__ = grid_sampler.__doc__
    return operation(f"torch.{name}")(rule)


grid_sampler_2d, grid_sampler_3d = [_grid_sampler(dims) for dims in (2, 3)]


def _sample(input: Tensor, grid: Tensor, bicubic: bool, dims: int | None) -> Tensor:
    check_tensor(input, "grid_sampler")
    check_tensor(grid, "grid_sampler", "grid", 2)
    shape, places = input.shape, grid.shape
    both = f"input with sizes {list(shape)} and grid with sizes {list(places)}"
    if not shape or not places or shape[0] != places[0]:
        message = f"grid_sampler(): expected grid and input to have same batch size, but got {both}"
        raise ShapeError(message, "grid-sample", expected=shape[:1], actual=places[:1], shape=tuple(shape))
    if places[-1] != len(shape) - 2:
        message = f"grid_sampler(): expected grid to have size {len(shape) - 2} in last dimension, but got grid with sizes {list(places)}"
        raise ShapeError(message, "grid-sample", expected=len(shape) - 2, actual=places[-1], shape=tuple(places))
    for d in range(2, len(shape)):
        if shape[d] == 0:
            message = f"grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes {list(shape)} with dimension {d} being empty"
            raise ShapeError(message, "empty-input", shape=tuple(shape))
    wanted = dims + 2 if dims is not None else (4 if len(shape) == 4 else 5)
    if len(shape) != wanted or len(places) != wanted:
        message = f"grid_sampler(): expected {wanted}D input and grid with same number of dimensions, but got {both}"
        raise ShapeError(message, "grid-sample", expected=wanted, actual=(len(shape), len(places)), shape=tuple(shape))
    if bicubic and wanted == 5:
        raise ShapeError("grid_sampler(): bicubic interpolation only supports 4D input", "grid-sample", argument="mode")
    result = (*shape[:2], *places[1:-1])
    if 0 not in result:
        check_floating(input, f"grid_sampler_{wanted - 2}d_cpu_kernel_impl" if wanted == 4 else "grid_sampler_3d_cpu")
        if grid.dtype is not input.dtype:
            message = f"expected scalar type {LEGACY_NAMES[input.dtype]} but found {LEGACY_NAMES[grid.dtype]}"
            raise ShapeError(message, "dtype", expected=input.dtype.name, actual=grid.dtype.name)
    return make(result, input.dtype)


@operation("F.affine_grid")
def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid for `grid_sample` that an affine map gives.

    Shapes:  theta: (N, 2, 3) with size (N, C, H, W): y: (N, H, W, 2); theta: (N, 3, 4) with size (N, C, D, H, W): y: (N, D, H, W, 3)
    Units:   macs are not counted
    Errors:  theta of another shape or not floating; an empty size
    Source:  torch.nn.functional.affine_grid
    """
    check_tensor(theta, "affine_grid", "theta")
    if theta.dtype.category <= INTEGER or theta.is_complex():
        raise ShapeValueError(
            f"Expected theta to have floating point type, but got {theta.dtype}", "dtype", actual=theta.dtype.name
        )
    if len(size) not in (4, 5):
        message = f"affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size {size}."
        raise ShapeNotImplementedError(message, "grid-sample", actual=len(size), argument="size")
    dims = len(size) - 2
    if len(theta.shape) != 3 or theta.shape[1] != dims or theta.shape[2] != dims + 1:
        message = f"Expected a batch of {dims}D affine matrices of shape Nx{dims}x{dims + 1} for size {size}. Got {theta.shape}."
        raise ShapeValueError(
            message, "grid-sample", expected=(dims, dims + 1), actual=tuple(theta.shape), argument="theta"
        )
    if not (align_corners and _least(size[2:]) == 1) and any(s <= 0 for s in size):
        raise ShapeValueError(
            f"Expected non-zero, positive output size. Got {size}", "grid-sample", actual=tuple(size), argument="size"
        )
    return _affine(theta, size)


@operation("torch.affine_grid_generator")
def affine_grid_generator(theta: Tensor, size: Sequence[int], align_corners: bool) -> Tensor:
    """`affine_grid` without its checks.

    Shapes:  theta: (N, dims, dims + 1); size: (N, C, *); y: (N, *, dims)
    Source:  aten/src/ATen/native/AffineGridGenerator.cpp
    """
    if len(size) not in (4, 5):
        raise ShapeError(
            "AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.",
            "grid-sample",
            actual=len(size),
            argument="size",
        )
    return _affine(theta, size)


def _affine(theta: Tensor, size: Sequence[int]) -> Tensor:
    dims = len(size) - 2
    if len(theta.shape) == 3 and theta.shape[0] != size[0]:
        message = f"Expected size for first two dimensions of batch2 tensor to be: [{size[0]}, {dims + 1}] but got: [{theta.shape[0]}, {theta.shape[2]}]."
        raise ShapeError(message, "grid-sample", expected=size[0], actual=theta.shape[0], argument="theta")
    return make((size[0], *size[2:], theta.shape[-2]), theta.dtype)


def _least(sizes: Sequence[int]) -> int:
    least = sizes[0]
    for size in sizes[1:]:
        if size < least:
            least = size
    return least
