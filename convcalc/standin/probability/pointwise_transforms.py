"""Transforms of each element by itself.

Source: torch/distributions/transforms.py
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.tensor import (
    ShapeNotImplementedError,
    Size,
    Tensor,
    Unknown,
    make,
)

from .calls import broadcast_all, common_dtype, is_plain_number, recorded
from .constraints import (
    _IndependentConstraint,
    _Interval,
    dependent_property,
    positive,
    real,
    unit_interval,
)
from .transform import Transform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Pointwise(Transform):
    """A function of each element."""

    bijective = True
    domain = codomain = real
    sign: Any = +1

    def __eq__(self, other: object) -> Any:
        return isinstance(other, type(self)) or self is other

    __hash__ = object.__hash__

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return recorded(f"{type(self).__name__}.log_abs_det_jacobian", _like, x)


def _like(x: Any) -> Tensor:
    return make(x.shape, common_dtype(x))


class ExpTransform(_Pointwise):
    codomain = positive

    def _call(self, x: Any) -> Any:
        return x.exp()

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return x


class SigmoidTransform(_Pointwise):
    codomain = unit_interval

    def _call(self, x: Any) -> Any:
        return x.sigmoid()

    def _inverse(self, y: Any) -> Any:
        return y.logit()


class SoftplusTransform(_Pointwise):
    codomain = positive

    def _call(self, x: Any) -> Any:
        return recorded("F.softplus", _like, x)

    def _inverse(self, y: Any) -> Any:
        return recorded("SoftplusTransform.inv", _like, y)


class TanhTransform(_Pointwise):
    codomain = _Interval(-1.0, 1.0)

    def _call(self, x: Any) -> Any:
        return x.tanh()

    def _inverse(self, y: Any) -> Any:
        return y.atanh()


class AbsTransform(_Pointwise):
    codomain = positive
    bijective = False

    def _call(self, x: Any) -> Any:
        return x.abs()

    @property
    def sign(self) -> Any:
        raise ShapeNotImplementedError("AbsTransform.sign is not implemented", "argument")

    def _inverse(self, y: Any) -> Any:
        return y

    log_abs_det_jacobian = Transform.log_abs_det_jacobian


class PowerTransform(Transform):
    """Each element to the power of an exponent."""

    domain = codomain = positive
    bijective = True

    def __init__(self, exponent: Any, cache_size: Any = 0) -> None:
        super().__init__(cache_size=cache_size)
        (self.exponent,) = broadcast_all(exponent)

    def with_cache(self, cache_size: Any = 1) -> Any:
        return self if self._cache_size == cache_size else PowerTransform(self.exponent, cache_size=cache_size)

    @property
    def sign(self) -> Any:
        return self.exponent.sign()

    def __eq__(self, other: object) -> Any:
        return isinstance(other, PowerTransform) and self.exponent.eq(other.exponent).all().item()

    __hash__ = object.__hash__

    def _call(self, x: Any) -> Any:
        return x.pow(self.exponent)

    def _inverse(self, y: Any) -> Any:
        return recorded("PowerTransform.inv", _combined, y, self.exponent)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return recorded("PowerTransform.log_abs_det_jacobian", _combined, x, y, self.exponent)

    def forward_shape(self, shape: Any) -> Any:
        return Size(broadcast_shapes(shape, self.exponent.shape))

    inverse_shape = forward_shape


def _combined(*operands: Any) -> Tensor:
    """What is calculated of operands that broadcast."""
    tensors = [operand for operand in operands if isinstance(operand, Tensor)]
    return make(broadcast_shapes(*[tensor.shape for tensor in tensors]), common_dtype(*operands))


class AffineTransform(Transform):
    """`loc + scale * x`."""

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: Any = 0, cache_size: Any = 0) -> None:
        super().__init__(cache_size=cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def event_dim(self) -> Any:
        return self._event_dim

    @dependent_property(is_discrete=False)
    def domain(self) -> Any:
        return real if self._event_dim == 0 else _IndependentConstraint(real, self._event_dim)

    @dependent_property(is_discrete=False)
    def codomain(self) -> Any:
        return real if self._event_dim == 0 else _IndependentConstraint(real, self._event_dim)

    def with_cache(self, cache_size: Any = 1) -> Any:
        if self._cache_size == cache_size:
            return self
        return AffineTransform(self.loc, self.scale, self._event_dim, cache_size=cache_size)

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, AffineTransform):
            return False
        for mine, theirs in ((self.loc, other.loc), (self.scale, other.scale)):
            same = mine == theirs
            if not (same.all().item() if isinstance(same, Tensor) else same):
                return False
        return True

    __hash__ = object.__hash__

    @property
    def sign(self) -> Any:
        if isinstance(self.scale, Tensor):
            return self.scale.sign()
        if type(self.scale) is Unknown:
            return Unknown("the sign of a scale", int)
        return (self.scale > 0) - (self.scale < 0)

    def _call(self, x: Any) -> Any:
        return self.loc + self.scale * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        dims, shape = self._event_dim, x.shape
        if is_plain_number(self.scale):
            result = recorded("torch.full_like", lambda like: make(like.shape, like.dtype), x.detach())
        else:
            result = self.scale.abs().log()
        if dims:
            result = result.view((*result.shape[: result.dim() - dims], -1)).sum(-1)
            shape = shape[: len(shape) - dims]
        return result.expand(shape)

    def forward_shape(self, shape: Any) -> Any:
        return Size(broadcast_shapes(shape, getattr(self.loc, "shape", ()), getattr(self.scale, "shape", ())))

    inverse_shape = forward_shape
