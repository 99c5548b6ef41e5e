"""`torch.distributions.constraints`: which values are valid. Of elements that are known it is told whether they are.

Source: torch/distributions/constraints.py
"""

from __future__ import annotations

from convcalc.ops.elementwise import pointwise
from convcalc.tensor import ShapeAssertionError, ShapeNotImplementedError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import bool_, result_dtype
from convcalc.tensor.values import Values, few, known

from .calls import recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def holds(function: Callable[..., bool], *operands: Any) -> Tensor:
    """Whether a condition holds of each element of operands that broadcast."""
    return pointwise(operands, bool_, function, result_dtype(operands))


def all_of(valid: Tensor, dims: int) -> Tensor:
    """Whether all elements over the last dimensions are valid."""
    if not dims:
        return valid
    kept = valid.shape[: len(valid.shape) - dims]
    return make(kept, bool_, None, values=grouped(valid, kept, all))


def grouped(tensor: Tensor, kept: Sequence[Any], function: Callable[[list[Any]], Any]) -> Any:
    """A function of the known elements over the last dimensions, for each index of the first ones."""
    values = known(tensor)
    count = 1
    for size in kept:
        count = count * size
    if values is None or not few(count) or not count or len(values) % count:
        return None
    step = len(values) // count
    return Values([function(values[i * step : (i + 1) * step]) for i in range(count)])


class Constraint:
    """Base of all constraints; `event_dim` is over how many dimensions it holds together."""

    is_discrete: Any = False
    event_dim: Any = 0

    def check(self, value: Any) -> Any:
        if type(self).validity is Constraint.validity:
            raise ShapeNotImplementedError("check is not implemented", "argument")
        return recorded("Constraint.check", self.validity, value)

    def validity(self, value: Tensor) -> Any:
        """Whether each event of a tensor is valid, outside of the record; None where only a class of the script's knows."""
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__[1:]}()"


class _Dependent(Constraint):
    """A constraint that depends on other variables."""

    is_dependent = True

    def __init__(self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        self._is_discrete, self._event_dim = is_discrete, event_dim

    @property
    def is_discrete(self) -> Any:
        return _static(self._is_discrete, ".is_discrete")

    @property
    def event_dim(self) -> Any:
        return _static(self._event_dim, ".event_dim")

    def __call__(self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> _Dependent:
        return _Dependent(
            is_discrete=self._is_discrete if is_discrete is NotImplemented else is_discrete,
            event_dim=self._event_dim if event_dim is NotImplemented else event_dim,
        )

    def check(self, x: Any) -> Any:
        raise ShapeValueError("Cannot determine validity of dependent constraint")


def _static(value: Any, name: str) -> Any:
    if value is NotImplemented:
        raise ShapeNotImplementedError(f"{name} cannot be determined statically", "argument")
    return value


def is_dependent(constraint: Any) -> bool:
    return isinstance(constraint, (_Dependent, dependent_property))


class dependent_property(property):
    """`property` of an object, and a dependent constraint of its class."""

    is_dependent = True

    def __init__(self, fn: Any = None, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        super().__init__(fn)
        self._is_discrete, self._event_dim = is_discrete, event_dim

    def __call__(self, fn: Any) -> dependent_property:
        return dependent_property(fn, is_discrete=self._is_discrete, event_dim=self._event_dim)

    @property
    def is_discrete(self) -> Any:
        return _static(self._is_discrete, ".is_discrete")

    @property
    def event_dim(self) -> Any:
        return _static(self._event_dim, ".event_dim")


class _IndependentConstraint(Constraint):
    """A constraint of which some dimensions more count together."""

    def __init__(self, base_constraint: Any, reinterpreted_batch_ndims: Any) -> None:
        if not isinstance(base_constraint, (Constraint, dependent_property)):
            raise ShapeAssertionError(f"base_constraint must be a Constraint, got {type(base_constraint).__name__}")
        if not isinstance(reinterpreted_batch_ndims, int):
            raise ShapeAssertionError("reinterpreted_batch_ndims must be an int")
        if reinterpreted_batch_ndims < 0:
            raise ShapeAssertionError(f"reinterpreted_batch_ndims must be >= 0, got {reinterpreted_batch_ndims}")
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims

    @property
    def is_discrete(self) -> Any:
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> Any:
        return self.base_constraint.event_dim + self.reinterpreted_batch_ndims

    def validity(self, value: Tensor) -> Any:
        base: Any = self.base_constraint
        found = base.validity(value)
        if found is None:
            return None
        dims = self.reinterpreted_batch_ndims
        if found.dim() < dims:
            raise ShapeValueError(
                f"Expected value.dim() >= {self.event_dim} but got {value.dim()}", "input-dimensions",
                expected=self.event_dim, actual=tuple(value.shape),
            )  # fmt: skip
        return all_of(found, dims)

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamilyConstraint(Constraint):
    """The constraint of a mixture's components, of a value without their dimension."""

    def __init__(self, base_constraint: Any) -> None:
        if not isinstance(base_constraint, Constraint):
            raise ShapeAssertionError(f"base_constraint must be a Constraint, got {type(base_constraint).__name__}")
        self.base_constraint = base_constraint

    @property
    def is_discrete(self) -> Any:
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> Any:
        return self.base_constraint.event_dim

    def validity(self, value: Tensor) -> Any:
        return None  # of each of the components, which differ

    def check(self, value: Any) -> Any:
        kept = value.shape[: value.dim() - self.event_dim]
        return recorded("Constraint.check", lambda x: make(kept, bool_), value)

    def __repr__(self) -> str:
        return f"MixtureSameFamilyConstraint({self.base_constraint!r})"


class _Condition(Constraint):
    """A condition on each element by itself; its bounds are attributes."""

    bounds: tuple[str, ...] = ()

    def __init__(self, *bounds: Any, **named: Any) -> None:
        given = dict(zip(self.bounds, bounds))
        given.update(named)
        if len(bounds) > len(self.bounds) or set(given) != set(self.bounds):
            missing = [name for name in self.bounds if name not in given]
            raise TypeError(
                f"{type(self).__name__}.__init__() missing {len(missing)} required positional argument(s): {missing}"
            )
        self.__dict__.update(given)

    def condition(self, x: Any, *bounds: Any) -> bool:
        """Whether it holds of a number."""
        raise NotImplementedError

    def validity(self, value: Tensor) -> Any:
        if value.values is None and not self.bounds:
            return make(value.shape, bool_)
        return holds(self.condition, value, *[self.__dict__[name] for name in self.bounds])

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.__dict__[name]}" for name in self.bounds)
        return f"{type(self).__name__[1:]}({shown})"


def _condition(name: str, bounds: str, function: Callable[..., bool], is_discrete: bool = False) -> type[_Condition]:
    def condition(self: Any, x: Any, *limits: Any) -> bool:
        return function(x, *limits)

    kind = type(
        name, (_Condition,), {"bounds": tuple(bounds.split()), "condition": condition, "is_discrete": is_discrete}
    )
    kind.__module__ = "torch.distributions.constraints"
    return kind


_Boolean = _condition("_Boolean", "", lambda x: x in (0, 1), True)
_Real = _condition("_Real", "", lambda x: x == x)
_IntegerInterval = _condition(
    "_IntegerInterval", "lower_bound upper_bound", lambda x, a, b: x % 1 == 0 and a <= x <= b, True
)
_IntegerLessThan = _condition("_IntegerLessThan", "upper_bound", lambda x, b: x % 1 == 0 and x <= b, True)
_IntegerGreaterThan = _condition("_IntegerGreaterThan", "lower_bound", lambda x, a: x % 1 == 0 and x >= a, True)
_GreaterThan = _condition("_GreaterThan", "lower_bound", lambda x, a: a < x)
_GreaterThanEq = _condition("_GreaterThanEq", "lower_bound", lambda x, a: a <= x)
_LessThan = _condition("_LessThan", "upper_bound", lambda x, b: x < b)
_Interval = _condition("_Interval", "lower_bound upper_bound", lambda x, a, b: a <= x <= b)
_HalfOpenInterval = _condition("_HalfOpenInterval", "lower_bound upper_bound", lambda x, a, b: a <= x < b)


class _Joint(Constraint):
    """A condition on all elements over the last dimensions together."""

    def validity(self, value: Tensor) -> Any:
        kept = value.shape[: len(value.shape) - self.event_dim]
        return make(kept, bool_, None, values=grouped(value, kept, self.condition))

    def condition(self, elements: list[Any]) -> bool:
        raise NotImplementedError


class _OneHot(_Joint):
    is_discrete, event_dim = True, 1

    def condition(self, elements: list[Any]) -> bool:
        return all(x in (0, 1) for x in elements) and sum(elements) == 1


class _Simplex(_Joint):
    event_dim = 1

    def condition(self, elements: list[Any]) -> bool:
        return (
            all(x >= 0 for x in elements) and abs(sum(elements) - 1) < 2e-6
        )  # rounded otherwise than in PyTorch's sum


class _Multinomial(_Joint):
    is_discrete, event_dim = True, 1

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def condition(self, elements: list[Any]) -> bool:
        return all(x >= 0 for x in elements) and bool(sum(elements) <= self.upper_bound)


class _Matrix(Constraint):
    """A condition on matrices, of which only what their sizes tell is known."""

    event_dim = 2

    def validity(self, value: Tensor) -> Any:
        return make(value.shape[:-2], bool_)


class _LowerTriangular(_Matrix):
    pass


class _LowerCholesky(_Matrix):
    pass


class _CorrCholesky(_Matrix):
    pass


class _Square(_Matrix):
    def validity(self, value: Tensor) -> Any:
        found: Any = make(value.shape[:-2], bool_)
        rows, columns = value.shape[-2], value.shape[-1]
        if type(rows) is int and type(columns) is int:
            is_square, count = rows == columns, found.numel()
            if few(count) and (not is_square or type(self) is _Square):
                found.values = Values([is_square] * count)
        return found


class _Symmetric(_Square):
    pass


class _PositiveSemidefinite(_Symmetric):
    pass


class _PositiveDefinite(_Symmetric):
    pass


class _Parts(Constraint):
    """Constraints of the parts of a tensor along a dimension."""

    def __init__(self, cseq: Any, dim: Any = 0, lengths: Any = None) -> None:
        if not all(isinstance(c, Constraint) for c in cseq):
            raise ShapeAssertionError("All elements of cseq must be Constraint instances")
        self.cseq, self.dim = list(cseq), dim
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.cseq):
            raise ShapeAssertionError(f"lengths ({len(self.lengths)}) must match cseq ({len(self.cseq)})")

    @property
    def is_discrete(self) -> bool:
        return any(c.is_discrete for c in self.cseq)

    @property
    def event_dim(self) -> Any:
        return max(c.event_dim for c in self.cseq)

    def validity(self, value: Tensor) -> Any:
        return None


class _Cat(_Parts):
    pass


class _Stack(_Parts):
    @property
    def event_dim(self) -> Any:
        dim = max(c.event_dim for c in self.cseq)
        return dim + 1 if self.dim + dim < 0 else dim

    def __init__(self, cseq: Any, dim: Any = 0) -> None:
        super().__init__(cseq, dim)


real = _Real()
positive = _GreaterThan(0.0)
nonnegative = _GreaterThanEq(0.0)
unit_interval = _Interval(0.0, 1.0)
nonnegative_integer = _IntegerGreaterThan(0)
boolean = _Boolean()
real_vector = _IndependentConstraint(real, 1)
simplex = _Simplex()
one_hot = _OneHot()
lower_cholesky = _LowerCholesky()
corr_cholesky = _CorrCholesky()
positive_definite = _PositiveDefinite()
dependent = _Dependent()

CONSTRAINTS: dict[str, Any] = {
    "Constraint": Constraint, "boolean": boolean, "cat": _Cat, "corr_cholesky": corr_cholesky, "dependent": dependent,
    "dependent_property": dependent_property, "greater_than": _GreaterThan, "greater_than_eq": _GreaterThanEq, "independent": _IndependentConstraint,
    "integer_interval": _IntegerInterval, "interval": _Interval, "half_open_interval": _HalfOpenInterval, "is_dependent": is_dependent,
    "less_than": _LessThan, "lower_cholesky": lower_cholesky, "lower_triangular": _LowerTriangular(),
    "MixtureSameFamilyConstraint": MixtureSameFamilyConstraint, "multinomial": _Multinomial, "nonnegative": nonnegative,
    "nonnegative_integer": nonnegative_integer, "one_hot": one_hot, "positive": positive, "positive_semidefinite": _PositiveSemidefinite(),
    "positive_definite": positive_definite, "positive_integer": _IntegerGreaterThan(1), "real": real, "real_vector": real_vector,
    "simplex": simplex, "square": _Square(), "stack": _Stack, "symmetric": _Symmetric(), "unit_interval": unit_interval,
}  # fmt: skip
