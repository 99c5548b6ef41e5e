"""`torch.distributions.transforms`: the table of its names, and the transforms of vectors, matrices and parts.

Source: torch/distributions/transforms.py
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeAssertionError,
    ShapeError,
    ShapeValueError,
    Size,
    make,
)
from convcalc.tensor.size import differ

from .calls import common_dtype, recorded, sum_rightmost
from .constraints import (
    _Cat,
    _IndependentConstraint,
    _Stack,
    corr_cholesky,
    dependent_property,
    lower_cholesky,
    positive_definite,
    real,
    real_vector,
    simplex,
    unit_interval,
)
from .pointwise_transforms import (
    AbsTransform,
    AffineTransform,
    ExpTransform,
    PowerTransform,
    SigmoidTransform,
    SoftplusTransform,
    TanhTransform,
)
from .transform import ComposeTransform, IndependentTransform, ReshapeTransform, Transform, _check_dims

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class CorrCholeskyTransform(Transform):
    """Vectors of D*(D - 1)/2 elements as Cholesky factors of correlation matrices."""

    domain, codomain, bijective = real_vector, corr_cholesky, True

    def _call(self, x: Any) -> Any:
        def shape_of(shape: Any) -> Any:
            try:
                return self.forward_shape(shape)
            except ShapeValueError as refusal:
                raise ShapeError(str(refusal), "argument", actual=tuple(shape)) from None

        return _to_shape("CorrCholeskyTransform", shape_of, x)

    def _inverse(self, y: Any) -> Any:
        return _to_shape("CorrCholeskyTransform.inv", self.inverse_shape, y)

    def log_abs_det_jacobian(self, x: Any, y: Any, intermediates: Any = None) -> Any:
        return _to_shape("CorrCholeskyTransform.log_abs_det_jacobian", lambda shape: shape[:-1], x, y)

    def forward_shape(self, shape: Any) -> Any:
        _check_dims(len(shape), 1)
        count = shape[-1]
        rows = round((0.25 + 2 * count) ** 0.5 + 0.5)
        if rows * (rows - 1) // 2 != count:
            raise ShapeValueError("Input is not a flattened lower-diagonal number", actual=tuple(shape))
        return Size((*shape[:-1], rows, rows))

    def inverse_shape(self, shape: Any) -> Any:
        _check_dims(len(shape), 2)
        if differ(shape[-2:-1], shape[-1:]):
            raise ShapeValueError("Input is not square", actual=tuple(shape))
        return Size((*shape[:-2], shape[-1] * (shape[-1] - 1) // 2))


def _to_shape(label: str, shape_of: Callable[[Any], Any], *tensors: Any) -> Any:
    """A floating tensor of the shape that follows from the first one's."""
    return recorded(label, lambda *xs: make(shape_of(xs[0].shape), common_dtype(*xs)), *tensors)


class SoftmaxTransform(Transform):
    """Vectors as probabilities."""

    domain, codomain = real_vector, simplex

    def __eq__(self, other: object) -> Any:
        return isinstance(other, SoftmaxTransform)

    __hash__ = object.__hash__

    def _call(self, x: Any) -> Any:
        return x.softmax(-1)

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def forward_shape(self, shape: Any) -> Any:
        _check_dims(len(shape), 1)
        return shape

    inverse_shape = forward_shape


class StickBreakingTransform(Transform):
    """Vectors as probabilities of one element more."""

    domain, codomain, bijective = real_vector, simplex, True

    def __eq__(self, other: object) -> Any:
        return isinstance(other, StickBreakingTransform)

    __hash__ = object.__hash__

    def _call(self, x: Any) -> Any:
        return _to_shape("StickBreakingTransform", self.forward_shape, x)

    def _inverse(self, y: Any) -> Any:
        return _to_shape("StickBreakingTransform.inv", self.inverse_shape, y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return _to_shape("StickBreakingTransform.log_abs_det_jacobian", lambda shape: shape[:-1], x, y)

    def forward_shape(self, shape: Any) -> Any:
        _check_dims(len(shape), 1)
        return Size((*shape[:-1], shape[-1] + 1))

    def inverse_shape(self, shape: Any) -> Any:
        _check_dims(len(shape), 1)
        return Size((*shape[:-1], shape[-1] - 1))


class LowerCholeskyTransform(Transform):
    """Matrices as lower triangular ones with positive diagonals."""

    domain = _IndependentConstraint(real, 2)
    codomain: Any = lower_cholesky

    def __eq__(self, other: object) -> Any:
        return isinstance(other, type(self))

    __hash__ = object.__hash__

    def _call(self, x: Any) -> Any:
        return _to_shape(type(self).__name__, lambda shape: shape, x)

    def _inverse(self, y: Any) -> Any:
        return _to_shape(f"{type(self).__name__}.inv", lambda shape: shape, y)


class PositiveDefiniteTransform(LowerCholeskyTransform):
    """Matrices as positive definite ones."""

    codomain = positive_definite


class _Parts(Transform):
    """Transforms of the parts of a tensor along a dimension."""

    def __init__(self, tseq: Any, dim: Any = 0, lengths: Any = None, cache_size: Any = 0) -> None:
        if not all(isinstance(t, Transform) for t in tseq):
            raise ShapeAssertionError("All elements of tseq must be Transform instances")
        if cache_size:
            tseq = [t.with_cache(cache_size) for t in tseq]
        super().__init__(cache_size=cache_size)
        self.transforms, self.dim = list(tseq), dim
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise ShapeAssertionError(f"lengths ({len(self.lengths)}) must match transforms ({len(self.transforms)})")

    @property
    def bijective(self) -> Any:
        return all(t.bijective for t in self.transforms)

    def _parts(self, x: Any) -> list[Any]:
        raise NotImplementedError

    def _whole(self, parts: list[Any]) -> Any:
        raise NotImplementedError

    def _call(self, x: Any) -> Any:
        return self._whole([t(part) for t, part in zip(self.transforms, self._checked(x))])

    def _inverse(self, y: Any) -> Any:
        return self._whole([t.inv(part) for t, part in zip(self.transforms, self._checked(y))])

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        parts = zip(self.transforms, self._checked(x), self._checked(y))
        return self._whole([t.log_abs_det_jacobian(a, b) for t, a, b in parts])

    def _checked(self, x: Any) -> list[Any]:
        if not -x.dim() <= self.dim < x.dim():
            raise ShapeAssertionError(
                f"dim {self.dim} out of range for tensor with {x.dim()} dimensions", "dimension-range"
            )
        wanted = sum(self.lengths)
        if differ((x.size(self.dim),), (wanted,)):
            raise ShapeAssertionError(f"size {x.size(self.dim)} of dimension {self.dim} must equal length {wanted}")
        return self._parts(x)


class CatTransform(_Parts):
    """Transforms of parts that `torch.cat` puts together."""

    @property
    def event_dim(self) -> Any:
        return max(t.event_dim for t in self.transforms)

    @property
    def length(self) -> Any:
        return sum(self.lengths)

    def _parts(self, x: Any) -> list[Any]:
        starts = [sum(self.lengths[:i]) for i in range(len(self.lengths))]
        return [x.narrow(self.dim, start, length) for start, length in zip(starts, self.lengths)]

    def _whole(self, parts: list[Any]) -> Any:
        from convcalc.ops import find

        return find("torch.cat")(parts, self.dim)  # type: ignore[misc]

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        parts = zip(self.transforms, self._checked(x), self._checked(y))
        found = []
        for t, a, b in parts:
            term = t.log_abs_det_jacobian(a, b)
            dims = self.event_dim - t.event_dim
            found.append(sum_rightmost(term, dims) if dims > 0 else term)
        dim = self.dim - x.dim() if self.dim >= 0 else self.dim
        if dim + self.event_dim >= 0:
            total = found[0]
            for term in found[1:]:
                total = total + term
            return total
        from convcalc.ops import find

        return find("torch.cat")(found, dim + self.event_dim)  # type: ignore[misc]

    @dependent_property
    def domain(self) -> Any:
        return _Cat([t.domain for t in self.transforms], self.dim, self.lengths)

    @dependent_property
    def codomain(self) -> Any:
        return _Cat([t.codomain for t in self.transforms], self.dim, self.lengths)


class StackTransform(_Parts):
    """Transforms of parts that `torch.stack` puts together."""

    def __init__(self, tseq: Any, dim: Any = 0, cache_size: Any = 0) -> None:
        super().__init__(tseq, dim, None, cache_size)

    def _parts(self, x: Any) -> list[Any]:
        return [x.select(self.dim, i) for i in range(len(self.transforms))]

    def _whole(self, parts: list[Any]) -> Any:
        from convcalc.ops import find

        return find("torch.stack")(parts, self.dim)  # type: ignore[misc]

    @dependent_property
    def domain(self) -> Any:
        return _Stack([t.domain for t in self.transforms], self.dim)

    @dependent_property
    def codomain(self) -> Any:
        return _Stack([t.codomain for t in self.transforms], self.dim)


class CumulativeDistributionTransform(Transform):
    """The cumulative distribution function of a distribution."""

    bijective, codomain, sign = True, unit_interval, +1

    def __init__(self, distribution: Any, cache_size: Any = 0) -> None:
        super().__init__(cache_size=cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Any:
        return self.distribution.support

    def _call(self, x: Any) -> Any:
        return self.distribution.cdf(x)

    def _inverse(self, y: Any) -> Any:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return self.distribution.log_prob(x)

    def with_cache(self, cache_size: Any = 1) -> Any:
        if self._cache_size == cache_size:
            return self
        return CumulativeDistributionTransform(self.distribution, cache_size=cache_size)


TRANSFORMS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        AbsTransform, AffineTransform, CatTransform, ComposeTransform, CorrCholeskyTransform, CumulativeDistributionTransform, ExpTransform,
        IndependentTransform, LowerCholeskyTransform, PositiveDefiniteTransform, PowerTransform, ReshapeTransform, SigmoidTransform,
        SoftplusTransform, TanhTransform, SoftmaxTransform, StackTransform, StickBreakingTransform, Transform,
    )
}  # fmt: skip
TRANSFORMS["identity_transform"] = ComposeTransform([])
