"""The base of all distributions: the shapes of a batch and of an event, what is validated, and what a family does not have.

Source: torch/distributions/distribution.py, exp_family.py
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeNotImplementedError,
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    UnknownValue,
)
from convcalc.tensor.attributes import read
from convcalc.tensor.resets import on_reset
from convcalc.tensor.values import known
from convcalc.trace import gradients

from .calls import refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .constraints import Constraint


NONE = Size()  # no dimensions: the shape of one sample


def lacking(name: str) -> Exception:
    """What PyTorch raises of a method that a family does not have."""
    return ShapeNotImplementedError(f"{name} is not implemented", "argument", actual=name)


class Distribution:
    """Base of all distributions."""

    has_rsample: Any = False
    has_enumerate_support: Any = False
    _validate_args: Any = True

    @staticmethod
    def set_default_validate_args(value: Any) -> None:
        if value not in (True, False):
            raise ShapeValueError("")
        Distribution._validate_args = value

    def __init__(self, batch_shape: Any = NONE, event_shape: Any = NONE, validate_args: Any = None) -> None:
        self._batch_shape = batch_shape
        self._event_shape = event_shape
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args is True:
            self._check_arguments()

    def _check_arguments(self) -> None:
        """Refuses arguments of which it is known that they do not meet their constraints."""
        try:
            constraints = self.arg_constraints
        except NotImplementedError:
            return
        for name, constraint in constraints.items() if isinstance(constraints, dict) else ():
            if type(name) is not str or name[:2] == "__":
                continue
            if getattr(constraint, "is_dependent", False) or name in self._lazy_names():
                continue
            value = read(self, name)
            if surely_violates(constraint, value):
                raise ShapeValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution {self!r} to "
                    f"satisfy the constraint {constraint!r}, but found invalid values",
                    actual=tuple(value.shape),
                )

    def _lazy_names(self) -> tuple[str, ...]:
        """The parameters that are computed of others when they are asked for."""
        return ()

    # shapes

    @property
    def batch_shape(self) -> Any:
        return self._batch_shape

    @property
    def event_shape(self) -> Any:
        return self._event_shape

    def _extended_shape(self, sample_shape: Any = NONE) -> Any:
        return Size((*sample_size(sample_shape), *self._batch_shape, *self._event_shape))

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        raise lacking(f"{type(self).__name__}.expand")

    def _get_checked_instance(self, cls: Any, _instance: Any = None) -> Any:
        if _instance is None and type(self).__init__ is not cls.__init__:
            raise ShapeNotImplementedError(
                f"Subclass {type(self).__name__} of {cls.__name__} that defines a custom __init__ method must also define a custom "
                ".expand() method.",
                "argument",
            )
        return object.__new__(type(self)) if _instance is None else _instance

    # what a family has

    @property
    def arg_constraints(self) -> Any:
        raise lacking("arg_constraints")

    @property
    def support(self) -> Any:
        raise lacking("support")

    @property
    def mean(self) -> Any:
        raise lacking(f"{type(self).__name__}.mean")

    @property
    def mode(self) -> Any:
        raise ShapeNotImplementedError(f"{type(self)} does not implement mode", "argument", actual="mode")

    @property
    def variance(self) -> Any:
        raise lacking(f"{type(self).__name__}.variance")

    @property
    def stddev(self) -> Any:
        return self.variance.sqrt()

    def sample(self, sample_shape: Any = NONE) -> Any:
        with unrecorded_gradients():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = NONE) -> Any:
        raise lacking(f"{type(self).__name__}.rsample")

    def sample_n(self, n: Any) -> Any:
        return self.sample(Size((n,)))

    def log_prob(self, value: Any) -> Any:
        raise lacking(f"{type(self).__name__}.log_prob")

    def cdf(self, value: Any) -> Any:
        raise lacking(f"{type(self).__name__}.cdf")

    def icdf(self, value: Any) -> Any:
        raise lacking(f"{type(self).__name__}.icdf")

    def enumerate_support(self, expand: Any = True) -> Any:
        raise lacking(f"{type(self).__name__}.enumerate_support")

    def entropy(self) -> Any:
        raise lacking(f"{type(self).__name__}.entropy")

    def perplexity(self) -> Any:
        return self.entropy().exp()

    # validation

    def _validate_sample(self, value: Any) -> None:
        """Refuses a value that does not fit the shapes, or of which it is known that it lies outside of the support."""
        if type(value) is Unknown:
            return
        if not isinstance(value, Tensor):
            raise ShapeValueError("The value argument to log_prob must be a Tensor", actual=type(value).__name__)
        shape, event = value.shape, self._event_shape
        start = len(shape) - len(event)
        given = shape[start:]
        if len(given) != len(event) or are_unequal(given, event):
            raise ShapeValueError(
                f"The right-most size of value must match event_shape: {shape} vs {event}.", "broadcast",
                expected=tuple(event), actual=tuple(shape),
            )  # fmt: skip
        wanted = Size((*self._batch_shape, *event))
        for size, other in zip(reversed(shape), reversed(wanted)):
            if not_broadcast(size, other):
                raise ShapeValueError(
                    f"Value is not broadcastable with batch_shape+event_shape: {shape} vs {wanted}.", "broadcast",
                    expected=tuple(wanted), actual=tuple(shape),
                )  # fmt: skip
        try:
            support = self.support
        except NotImplementedError:
            return
        if surely_violates(support, value):
            raise ShapeValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(shape)}) to be within the support ({support!r}) of the "
                f"distribution {self!r}, but found invalid values",
                actual=tuple(shape),
            )

    def __repr__(self) -> str:
        try:
            names = [name for name in self.arg_constraints if name in self.__dict__]
        except NotImplementedError:
            names = []
        return f"{type(self).__name__}({', '.join(f'{name}: {shown(self.__dict__[name])}' for name in names)})"


class ExponentialFamily(Distribution):
    """Base of the families whose divergences have one form."""


@on_reset
def reset() -> None:
    Distribution._validate_args = True


class unrecorded_gradients:
    """A stretch without gradients."""

    def __enter__(self) -> None:
        self.before = gradients.is_enabled()
        gradients.set_mode(False)

    def __exit__(self, *exc: Any) -> None:
        gradients.set_mode(self.before)


def shown(value: Any) -> Any:
    """A parameter in a text: its number, or its size."""
    if not isinstance(value, Tensor):
        return value
    values = known(value)
    if values is not None and len(values) == 1:
        return values[0]
    return value.shape


def sample_size(shape: Any) -> Size:
    """How many samples: a shape, in PyTorch's words where it is none."""
    if type(shape) is Unknown:
        raise UnknownValue(shape.reason)
    if isinstance(shape, Tensor):
        if not shape.ndim:
            return _no_shape(shape)
        if shape.dtype.category > 1:
            raise ShapeTypeError("torch.Size() takes an iterable of 'int' (item 0 is 'Tensor')", actual="Tensor")
        return Size(shape.tolist())
    if not hasattr(shape, "__iter__"):
        return _no_shape(shape)
    for i, size in enumerate(sizes := tuple(shape)):
        if isinstance(size, (float, str)) or size is None:
            raise ShapeTypeError(
                f"torch.Size() takes an iterable of 'int' (item {i} is '{type(size).__name__}')",
                actual=type(size).__name__,
            )
    return Size(sizes)


def _no_shape(shape: Any) -> Size:
    if isinstance(shape, Tensor):
        raise ShapeTypeError("iteration over a 0-d tensor")
    raise ShapeTypeError(f"'{type(shape).__name__}' object is not iterable", actual=type(shape).__name__)


def are_unequal(a: Any, b: Any) -> bool:
    from convcalc.tensor.size import differ

    return differ(a, b)


def not_broadcast(size: Any, other: Any) -> bool:
    """Whether two sizes certainly do not broadcast."""
    if type(size) is Unknown or type(other) is Unknown or size is other:
        return False
    return size != 1 and other != 1 and size != other  # type: ignore[no-any-return]


def surely_violates(constraint: Constraint, value: Any) -> bool:
    """Whether the elements of a value are known and do not meet a constraint."""
    from .constraints import Constraint

    if not isinstance(value, Tensor) or not isinstance(constraint, Constraint):
        return False
    try:
        valid = constraint.validity(value)
    except UnknownValue:
        return False
    found = known(valid) if isinstance(valid, Tensor) else None
    return found is not None and not all(found)


def refuse(label: str, error: Exception) -> Any:
    return refused(label, error)
