"""The base of all transforms, with what inverts, composes and reshapes them. A script's own are called as PyTorch calls them.

Source: torch/distributions/transforms.py
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeNotImplementedError,
    ShapeValueError,
    Size,
    make,
)
from convcalc.tensor.size import differ

from .calls import recorded, sum_rightmost
from .constraints import (
    _IndependentConstraint,
    dependent_property,
    real,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Transform:
    """Base of all transforms."""

    bijective: Any = False
    domain: Any
    codomain: Any

    def __init__(self, cache_size: Any = 0) -> None:
        if cache_size not in (0, 1):
            raise ShapeValueError("cache_size must be 0 or 1", actual=cache_size)
        self._cache_size = cache_size
        self._inv: Any = None
        self._cached_x_y: Any = (None, None)

    @property
    def event_dim(self) -> Any:
        if self.domain.event_dim == self.codomain.event_dim:
            return self.domain.event_dim
        raise ShapeValueError("Please use either .domain.event_dim or .codomain.event_dim")

    @property
    def inv(self) -> Any:
        if self._inv is None:
            self._inv = _InverseTransform(self)
        return self._inv

    @property
    def sign(self) -> Any:
        raise ShapeNotImplementedError(f"{type(self).__name__}.sign is not implemented", "argument")

    def with_cache(self, cache_size: Any = 1) -> Any:
        if self._cache_size == cache_size:
            return self
        if type(self).__init__ is Transform.__init__:
            return type(self)(cache_size=cache_size)
        raise ShapeNotImplementedError(f"{type(self)}.with_cache is not implemented", "argument")

    def __eq__(self, other: object) -> Any:
        return self is other

    def __ne__(self, other: object) -> Any:
        return not self == other

    __hash__ = object.__hash__

    def __call__(self, x: Any) -> Any:
        if not self._cache_size:
            return self._call(x)
        old, known = self._cached_x_y
        if x is old:
            return known
        y = self._call(x)
        self._cached_x_y = x, y
        return y

    def _inv_call(self, y: Any) -> Any:
        if not self._cache_size:
            return self._inverse(y)
        known, old = self._cached_x_y
        if y is old:
            return known
        x = self._inverse(y)
        self._cached_x_y = x, y
        return x

    def _call(self, x: Any) -> Any:
        raise ShapeNotImplementedError(f"{type(self).__name__}._call is not implemented", "argument")

    def _inverse(self, y: Any) -> Any:
        raise ShapeNotImplementedError(f"{type(self).__name__}._inverse is not implemented", "argument")

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        raise ShapeNotImplementedError(f"{type(self).__name__}.log_abs_det_jacobian is not implemented", "argument")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def forward_shape(self, shape: Any) -> Any:
        return shape

    def inverse_shape(self, shape: Any) -> Any:
        return shape


class _InverseTransform(Transform):
    """The inverse of a transform."""

    def __init__(self, transform: Any) -> None:
        super().__init__(cache_size=transform._cache_size)
        self._inv = transform

    @dependent_property(is_discrete=False)
    def domain(self) -> Any:
        return self._inv.codomain

    @dependent_property(is_discrete=False)
    def codomain(self) -> Any:
        return self._inv.domain

    @property
    def bijective(self) -> Any:
        return self._inv.bijective

    @property
    def sign(self) -> Any:
        return self._inv.sign

    @property
    def inv(self) -> Any:
        return self._inv

    def with_cache(self, cache_size: Any = 1) -> Any:
        return self._inv.with_cache(cache_size).inv

    def __eq__(self, other: object) -> Any:
        return isinstance(other, _InverseTransform) and self._inv == other._inv

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"_InverseTransform({self._inv!r})"

    def __call__(self, x: Any) -> Any:
        return self._inv._inv_call(x)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return -self._inv.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Any) -> Any:
        return self._inv.inverse_shape(shape)

    def inverse_shape(self, shape: Any) -> Any:
        return self._inv.forward_shape(shape)


class ComposeTransform(Transform):
    """Transforms one after the other."""

    def __init__(self, parts: Any, cache_size: Any = 0) -> None:
        if cache_size:
            parts = [part.with_cache(cache_size) for part in parts]
        super().__init__(cache_size=cache_size)
        self.parts = parts

    def __eq__(self, other: object) -> Any:
        return isinstance(other, ComposeTransform) and self.parts == other.parts

    __hash__ = object.__hash__

    @dependent_property(is_discrete=False)
    def domain(self) -> Any:
        if not self.parts:
            return real
        dims = self.parts[-1].codomain.event_dim
        for part in reversed(self.parts):
            dims = max(dims + part.domain.event_dim - part.codomain.event_dim, part.domain.event_dim)
        return _reinterpreted(self.parts[0].domain, dims)

    @dependent_property(is_discrete=False)
    def codomain(self) -> Any:
        if not self.parts:
            return real
        dims = self.parts[0].domain.event_dim
        for part in self.parts:
            dims = max(dims + part.codomain.event_dim - part.domain.event_dim, part.codomain.event_dim)
        return _reinterpreted(self.parts[-1].codomain, dims)

    @property
    def bijective(self) -> Any:
        return all(part.bijective for part in self.parts)

    @property
    def sign(self) -> Any:
        sign = 1
        for part in self.parts:
            sign = sign * part.sign
        return sign

    @property
    def inv(self) -> Any:
        if self._inv is None:
            self._inv = ComposeTransform([part.inv for part in reversed(self.parts)])
            self._inv._inv = self
        return self._inv

    def with_cache(self, cache_size: Any = 1) -> Any:
        return self if self._cache_size == cache_size else ComposeTransform(self.parts, cache_size=cache_size)

    def __call__(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        if not self.parts:
            return recorded("torch.zeros_like", lambda like: make(like.shape, like.dtype), x)
        between = [x]
        for part in self.parts[:-1]:
            between.append(part(between[-1]))
        between.append(y)
        dims = self.domain.event_dim
        total = None
        for part, before, after in zip(self.parts, between, between[1:]):
            term = sum_rightmost(part.log_abs_det_jacobian(before, after), dims - part.domain.event_dim)
            total = term if total is None else total + term
            dims += part.codomain.event_dim - part.domain.event_dim
        return total

    def forward_shape(self, shape: Any) -> Any:
        for part in self.parts:
            shape = part.forward_shape(shape)
        return shape

    def inverse_shape(self, shape: Any) -> Any:
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return shape

    def __repr__(self) -> str:
        return "ComposeTransform(\n    " + ",\n    ".join(map(repr, self.parts)) + "\n)"


def _reinterpreted(constraint: Any, dims: Any) -> Any:
    more = dims - constraint.event_dim
    return _IndependentConstraint(constraint, more) if more > 0 else constraint


class IndependentTransform(Transform):
    """A transform of which some dimensions more count together."""

    def __init__(self, base_transform: Any, reinterpreted_batch_ndims: Any, cache_size: Any = 0) -> None:
        super().__init__(cache_size=cache_size)
        self.base_transform = base_transform.with_cache(cache_size)
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims

    def with_cache(self, cache_size: Any = 1) -> Any:
        if self._cache_size == cache_size:
            return self
        return IndependentTransform(self.base_transform, self.reinterpreted_batch_ndims, cache_size=cache_size)

    @dependent_property(is_discrete=False)
    def domain(self) -> Any:
        return _IndependentConstraint(self.base_transform.domain, self.reinterpreted_batch_ndims)

    @dependent_property(is_discrete=False)
    def codomain(self) -> Any:
        return _IndependentConstraint(self.base_transform.codomain, self.reinterpreted_batch_ndims)

    @property
    def bijective(self) -> Any:
        return self.base_transform.bijective

    @property
    def sign(self) -> Any:
        return self.base_transform.sign

    def _call(self, x: Any) -> Any:
        _check_dims(x.dim(), self.domain.event_dim)
        return self.base_transform(x)

    def _inverse(self, y: Any) -> Any:
        _check_dims(y.dim(), self.codomain.event_dim)
        return self.base_transform.inv(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return sum_rightmost(self.base_transform.log_abs_det_jacobian(x, y), self.reinterpreted_batch_ndims)

    def forward_shape(self, shape: Any) -> Any:
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Any) -> Any:
        return self.base_transform.inverse_shape(shape)

    def __repr__(self) -> str:
        return f"IndependentTransform({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


def _check_dims(dims: Any, least: Any) -> None:
    if dims < least:
        raise ShapeValueError("Too few dimensions on input", "input-dimensions", expected=least, actual=dims)


class ReshapeTransform(Transform):
    """The last dimensions in another shape."""

    bijective = True

    def __init__(self, in_shape: Any, out_shape: Any, cache_size: Any = 0) -> None:
        self.in_shape, self.out_shape = Size(in_shape), Size(out_shape)
        if self.in_shape.numel() != self.out_shape.numel():
            raise ShapeValueError(
                "in_shape, out_shape have different numbers of elements", expected=tuple(self.in_shape), actual=tuple(self.out_shape)
            )  # fmt: skip
        super().__init__(cache_size=cache_size)

    @dependent_property
    def domain(self) -> Any:
        return _IndependentConstraint(real, len(self.in_shape))

    @dependent_property
    def codomain(self) -> Any:
        return _IndependentConstraint(real, len(self.out_shape))

    def with_cache(self, cache_size: Any = 1) -> Any:
        return self if self._cache_size == cache_size else ReshapeTransform(self.in_shape, self.out_shape, cache_size)

    def _call(self, x: Any) -> Any:
        return x.reshape((*x.shape[: x.dim() - len(self.in_shape)], *self.out_shape))

    def _inverse(self, y: Any) -> Any:
        return y.reshape((*y.shape[: y.dim() - len(self.out_shape)], *self.in_shape))

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return x.new_zeros(x.shape[: x.dim() - len(self.in_shape)])

    def forward_shape(self, shape: Any) -> Any:
        return _exchanged(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Any) -> Any:
        return _exchanged(shape, self.out_shape, self.in_shape)


def _exchanged(shape: Any, old: Any, new: Any) -> Size:
    _check_dims(len(shape), len(old))
    cut = len(shape) - len(old)
    if differ(shape[cut:], old):
        raise ShapeValueError(
            f"Shape mismatch: expected {shape[cut:]} but got {old}",
            "broadcast",
            expected=tuple(old),
            actual=tuple(shape),
        )
    return Size((*shape[:cut], *new))
