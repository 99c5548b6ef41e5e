"""`biject_to` and `transform_to`: which transform leads to a constraint.

Source: torch/distributions/constraint_registry.py
"""

from __future__ import annotations

from convcalc.tensor import ShapeNotImplementedError, ShapeTypeError, Unknown, UnknownValue
from convcalc.tensor.resets import on_reset

from . import constraints as c
from . import pointwise_transforms as p
from . import transform as base
from . import transforms as t

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ConstraintRegistry:
    """A function from constraints to transforms, by the classes of constraints."""

    def __init__(self, to_simplex: Any, to_matrices: Any, to_definite: Any) -> None:
        self._own: dict[type, Any] = {}
        self._built = {
            c._Real: lambda x: base.ComposeTransform([]),
            c._GreaterThan: _from_bound, c._GreaterThanEq: _from_bound, c._LessThan: lambda x: _affine(p.ExpTransform(), x.upper_bound, -1),
            c._Interval: _into, c._HalfOpenInterval: _into, c._Simplex: to_simplex, c._LowerCholesky: to_matrices,
            c._PositiveDefinite: to_definite, c._PositiveSemidefinite: to_definite, c._CorrCholesky: lambda x: t.CorrCholeskyTransform(),
            c._IndependentConstraint: lambda x: base.IndependentTransform(self(x.base_constraint), x.reinterpreted_batch_ndims),
            c._Cat: lambda x: t.CatTransform([self(part) for part in x.cseq], x.dim, x.lengths),
            c._Stack: lambda x: t.StackTransform([self(part) for part in x.cseq], x.dim),
        }  # fmt: skip

    def register(self, constraint: Any, factory: Any = None) -> Any:
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        kind = type(constraint) if isinstance(constraint, c.Constraint) else constraint
        if not isinstance(kind, type) or not issubclass(kind, c.Constraint):
            raise ShapeTypeError(
                f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}"
            )
        self._own[kind] = factory
        return factory

    def __call__(self, constraint: Any) -> Any:
        if type(constraint) is Unknown:
            raise UnknownValue(constraint.reason)
        factory = self._own.get(type(constraint)) or self._built.get(type(constraint))
        if factory is None:
            raise ShapeNotImplementedError(
                f"Cannot transform {type(constraint).__name__} constraints",
                "argument",
                actual=type(constraint).__name__,
            )
        return factory(constraint)


def _affine(first: Any, loc: Any, scale: Any) -> Any:
    return base.ComposeTransform([first, p.AffineTransform(loc, scale)])


def _from_bound(constraint: Any) -> Any:
    return _affine(p.ExpTransform(), constraint.lower_bound, 1)


def _into(constraint: Any) -> Any:
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low == 0 and high == 1:
        return p.SigmoidTransform()
    return _affine(p.SigmoidTransform(), low, high - low)


def _none(constraint: Any) -> Any:
    raise ShapeNotImplementedError(f"Cannot transform {type(constraint).__name__} constraints", "argument")


biject_to = ConstraintRegistry(lambda x: t.StickBreakingTransform(), _none, _none)
transform_to = ConstraintRegistry(
    lambda x: t.SoftmaxTransform(), lambda x: t.LowerCholeskyTransform(), lambda x: t.PositiveDefiniteTransform()
)


@on_reset
def reset() -> None:
    biject_to._own.clear()
    transform_to._own.clear()


REGISTRY: dict[str, Any] = {
    "biject_to": biject_to,
    "transform_to": transform_to,
    "ConstraintRegistry": ConstraintRegistry,
}
