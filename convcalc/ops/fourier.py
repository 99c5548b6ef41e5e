"""Fourier transforms: shapes and types.

Source: aten/src/ATen/native/SpectralOps.cpp
"""

from __future__ import annotations

from convcalc.tensor import DType, ShapeError, Tensor, dtype_of, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, default_dtype
from convcalc.tensor.strides import contiguous_strides, is_row_major

from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NORMS = (None, "forward", "backward", "ortho")


def _complex_dtype(input: Tensor) -> DType:
    dtype = input.dtype if input.dtype.category >= FLOATING else default_dtype()
    if dtype.name in ("float16", "bfloat16", "complex32"):
        raise ShapeError(f"Unsupported dtype {_name(dtype)}", "dtype")
    return dtype.to_complex()


def _name(dtype: DType) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[dtype]


def _check_norm(norm: Any) -> None:
    if norm not in _NORMS:
        raise ShapeError(f'Invalid normalization mode: "{norm}"')


def _check_length(size: Any) -> None:
    if size < 1:
        raise ShapeError(f"Invalid number of data points ({size}) specified")


# how each transform changes the last transformed dimension and the type
def _result(name: str, input: Tensor, shape: list[Any], dims: list[int], given: Any) -> Tensor:
    """`shape` has the sizes put in; the last of `dims` is the dimension that real transforms halve."""
    dtype = _complex_dtype(input)
    last = dims[-1]
    kind = name.rstrip("2n")
    if kind in ("rfft", "ihfft"):
        if input.dtype.is_complex:
            raise ShapeError(f"{name} expects a real input tensor, but got {_name(input.dtype)}", "dtype")
        shape[last] = shape[last] // 2 + 1
    elif kind in ("irfft", "hfft"):
        size = given if given is not None else 2 * (shape[last] - 1)
        _check_length(size)
        shape[last] = size
        dtype = dtype.to_real()
    # ihfft transforms the last dimension first, the others by a second transform
    return make(shape, dtype, _layout(shape, dims[:-1] if kind == "ihfft" and len(dims) > 1 else dims, input))


def _layout(shape: list[Any], dims: list[int], input: Tensor) -> tuple[int, ...] | None:
    """The transformed dimensions lie innermost."""
    order = sorted([d for d in range(len(shape)) if d not in dims], key=lambda d: -input.strides[d]) + dims
    inner = contiguous_strides([shape[d] for d in order])
    strides = [0] * len(shape)
    for d, step in zip(order, inner):
        strides[d] = step
    return None if is_row_major(shape, strides) else tuple(strides)


def _one(name: str) -> None:
    def rule(input: Tensor, n: int | None = None, dim: int = -1, norm: Any = None, *, out: Any = None) -> Tensor:
        at = wrap_dim(dim, input.ndim, scalar_is_vector=False)
        _check_norm(norm)
        shape: list[Any] = list(input.shape)
        if (n is not None and n < 1) or (name not in ("irfft", "hfft") and n is None):
            _check_length(n if n is not None else shape[at])
        if n is not None and name not in ("irfft", "hfft"):
            shape[at] = n
        return _out(out, _result(name, input, shape, [at], n))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`fft.{name}` along a dimension, cut or padded to n."
    operation(f"fft.{name}")(rule)


def _out(out: Any, result: Tensor) -> Tensor:
    from .elementwise import to_out

    return to_out(out, result)


def _dims(input: Tensor, s: Any, dim: Any) -> list[int]:
    if dim is not None:
        given = [dim] if isinstance(dim, int) else list(dim)
        dims = [wrap_dim(d, input.ndim) for d in given]
        if len(set(dims)) < len(dims):
            raise ShapeError("FFT dims must be unique")
        if s is not None and len(s) != len(dims):
            raise ShapeError("When given, dim and shape arguments must have the same length")
        return dims
    if s is not None:
        if len(s) > input.ndim:
            raise ShapeError(f"Got shape with {len(s)} values but input tensor only has {input.ndim} dimensions.")
        return list(range(input.ndim - len(s), input.ndim))
    return list(range(input.ndim))


def _many(name: str, default: Any) -> None:
    def rule(input: Tensor, s: Any = None, dim: Any = default, norm: Any = None, *, out: Any = None) -> Tensor:
        _check_norm(norm)
        s = [s] if isinstance(s, int) else s
        dims = _dims(input, s, dim)
        halves = name.startswith(("irfft", "hfft"))
        if not dims and name.startswith(("rfft", "irfft", "hfft", "ihfft")):
            raise ShapeError(f"{name} must transform at least one axis")
        shape: list[Any] = list(input.shape)
        given = None
        for i, d in enumerate(dims):
            size = None if s is None or s[i] == -1 else s[i]
            if halves and i == len(dims) - 1:
                given = size
                continue
            if size is not None:
                shape[d] = size
            _check_length(shape[d])
        if name in ("fftn", "fft2", "ifftn", "ifft2"):
            return _out(
                out,
                make(
                    shape, _complex_dtype(input), _layout(shape, sorted(dims, key=lambda d: -input.strides[d]), input)
                ),
            )
        return _out(out, _result(name, input, shape, dims, given))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`fft.{name}` along several dimensions."
    operation(f"fft.{name}")(rule)


for _kind in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    _one(_kind)
    _many(f"{_kind}2", (-2, -1))
    _many(f"{_kind}n", None)


def _shift(name: str) -> None:
    def rule(input: Tensor, dim: Any = None) -> Tensor:
        for d in () if dim is None else (dim,) if isinstance(dim, int) else dim:
            wrap_dim(d, input.ndim)
        return make(input.shape, input.dtype)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"The spectrum rolled by half: `{name}`."
    operation(f"fft.{name}")(rule)


_shift("fftshift")
_shift("ifftshift")


def _frequencies(name: str) -> None:
    def rule(
        n: int,
        d: float = 1.0,
        *,
        out: Any = None,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        return _out(out, make((n // 2 + 1 if name == "rfftfreq" else n,), dtype_of(dtype)))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"The frequencies of a transform of n points: `{name}`."
    operation(f"fft.{name}")(rule)


_frequencies("fftfreq")
_frequencies("rfftfreq")
