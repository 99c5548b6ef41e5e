"""Families over vectors: categories and proportions, whose last dimension is the event.

Source: torch/distributions/categorical.py, one_hot_categorical.py, multinomial.py, dirichlet.py, relaxed_categorical.py
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.tensor import (
    ShapeAttributeError,
    ShapeNotImplementedError,
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    UnknownValue,
    make,
)
from convcalc.tensor.dtypes import FLOATING, default_dtype, int64
from convcalc.tensor.strides import contiguous_strides

from . import constraints
from .calls import common_dtype, detached
from .distribution import NONE, Distribution, ExponentialFamily, sample_size
from .families import CLASSES
from .family import Family, _enumerated, either, given_parameter, lazily

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def tensor_of(value: Any, name: str) -> Tensor:
    """A parameter that must be a tensor; AttributeError in Python's words where it is a number or a list."""
    if type(value) is Unknown:
        raise UnknownValue(value.reason)
    if not isinstance(value, Tensor):
        raise AttributeError(f"'{type(value).__name__}' object has no attribute 'dim'")
    if value.dim() < 1:
        raise ShapeValueError(f"`{name}` parameter must be at least one-dimensional.", "input-dimensions", actual=())
    return value


class _Categories(Family):
    """A family over categories: `probs` or `logits` along the last dimension, normalized."""

    _parameters: tuple[str, ...] = ("probs", "logits")
    probs, logits = lazily("probs"), lazily("logits")
    arg_constraints: Any = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def _take(self, probs: Any, logits: Any) -> None:
        name = either(probs, logits)
        given = tensor_of(probs if name == "probs" else logits, name)

        def normalized(x: Tensor) -> Tensor:
            if name == "logits" and x.dtype.category < FLOATING:
                return make(x.shape, default_dtype())
            return make(x.shape, common_dtype(x), None, values=_proportions(x) if name == "probs" else None)

        from .calls import recorded

        self.__dict__[name] = recorded(f"{self._title()}.{name}", normalized, given)

    def _lazy_names(self) -> tuple[str, ...]:
        return tuple(name for name in ("probs", "logits") if name not in self.__dict__)

    _param = property(given_parameter)

    @property
    def param_shape(self) -> Any:
        return self._param.shape

    @property
    def _num_events(self) -> Any:
        return self._param.shape[-1]

    def _count_of_values(self) -> Any:
        return self._num_events

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        return common_dtype(*operands[:-1])

    def _new(self, *args: Any, **kwargs: Any) -> Any:
        return self._param.new(*args, **kwargs)


def _proportions(x: Tensor) -> Any:
    """Known numbers of one vector as parts of their sum, so that what is no probability is told."""
    from convcalc.tensor.values import known, rounded

    values = known(x)
    if values is None or x.ndim != 1 or not values or not sum(values):
        return None
    return rounded([value / sum(values) for value in values], common_dtype(x))


class Categorical(_Categories):
    """The number of a category."""

    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self._take(probs, logits)
        Distribution.__init__(self, Size(self._param.shape[:-1]), Size(), validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        return constraints._IntegerInterval(0, self._num_events - 1)

    @property
    def mean(self) -> Any:
        return self._of_events("mean", False)

    @property
    def variance(self) -> Any:
        return self._of_events("variance", False)

    @property
    def mode(self) -> Any:
        return self._answer("mode", lambda *xs: detached(self._batch_shape, int64))

    def sample(self, sample_shape: Any = NONE) -> Any:
        samples = sample_size(sample_shape)
        shape = Size((*samples, *self._batch_shape))

        def draw(*parameters: Tensor) -> Tensor:
            made = detached(shape, int64)
            made._strides = self._drawn_strides(samples)
            return made

        return self._answer("sample", draw)

    def _drawn_strides(self, samples: Size) -> Any:
        """Samples lie beside each other for each distribution, where there are many of both."""
        count, batch = samples.numel(), self._batch_shape.numel()
        if type(count) is not int or type(batch) is not int or count < 2 or batch < 2:
            return None
        of_samples = contiguous_strides(samples)
        return (*of_samples, *(stride * count for stride in contiguous_strides(self._batch_shape)))

    def _drawn(self, *parameters: Tensor) -> Any:
        return int64

    def entropy(self) -> Any:
        return self._of_batch("entropy")

    enumerate_support = _enumerated

    def log_prob(self, value: Any) -> Any:
        if not isinstance(value, (Tensor, Unknown)) and self._validate_args is not True:
            raise AttributeError(f"'{type(value).__name__}' object has no attribute 'long'")
        return self._scored("log_prob", value)


class OneHotCategorical(_Categories):
    """A category as a vector of zeros with a one."""

    has_enumerate_support = True
    support = constraints.one_hot

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self._take(probs, logits)
        Distribution.__init__(self, Size(self._param.shape[:-1]), Size(self._param.shape[-1:]), validate_args)

    @property
    def _categorical(self) -> Any:
        return Categorical(**{name: self.__dict__[name] for name in ("probs", "logits") if name in self.__dict__})

    @property
    def mean(self) -> Any:
        return self.probs

    @property
    def mode(self) -> Any:
        return self._of_events("mode", False)

    @property
    def variance(self) -> Any:
        return self._of_events("variance")

    def entropy(self) -> Any:
        return self._of_batch("entropy")

    def log_prob(self, value: Any) -> Any:
        if not isinstance(value, Tensor) or not value.ndim or self._validate_args is True:
            return self._scored("log_prob", value)
        shape = broadcast_shapes(value.shape[:-1], self._batch_shape)  # of whichever size its vectors are
        return self._answer("log_prob", lambda *xs: make(shape, common_dtype(*xs[:-1])), value)

    enumerate_support = _enumerated


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """A category as a vector, which hands its gradient on to the probabilities."""

    has_rsample = True

    def rsample(self, sample_shape: Any = NONE) -> Any:
        return self._sample_of("rsample", sample_shape)


class Multinomial(_Categories):
    """How often each category came in a number of draws."""

    def __init__(self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        if not isinstance(total_count, int):
            raise ShapeNotImplementedError("inhomogeneous total_count is not supported", "argument")
        self.total_count = total_count
        self._take(probs, logits)
        Distribution.__init__(self, Size(self._param.shape[:-1]), Size(self._param.shape[-1:]), validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Any:
        return constraints._Multinomial(self.total_count)

    @property
    def mean(self) -> Any:
        return self._of_events("mean")

    @property
    def variance(self) -> Any:
        return self._of_events("variance")

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = super().expand(batch_shape)
        new._is_expanded = True
        return new

    _is_expanded = False

    def entropy(self) -> Any:
        if self._is_expanded:  # PyTorch's `expand` leaves out what its `entropy` uses
            raise ShapeAttributeError("'Multinomial' object has no attribute '_binomial'")
        return self._of_batch("entropy")

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        return common_dtype(*operands)


class ExpRelaxedCategorical(_Categories):
    """The logarithm of a relaxed category."""

    has_rsample = True
    support = constraints.real_vector
    _parameters = ("temperature", "probs", "logits")

    def __init__(self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self.temperature = temperature
        self._take(probs, logits)
        Distribution.__init__(self, Size(self._param.shape[:-1]), Size(self._param.shape[-1:]), validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        return self._copied(("probs", "logits"), sample_size(batch_shape))

    def rsample(self, sample_shape: Any = NONE) -> Any:
        return self._sample_of("rsample", sample_shape)

    def _drawn(self, *parameters: Tensor) -> Any:
        return common_dtype(*parameters)

    def log_prob(self, value: Any) -> Any:
        def score(*operands: Any) -> Tensor:
            if self._validate_args is True:
                self._validate_sample(value)
            shape = broadcast_shapes(value.shape, self._param.shape)[:-1]
            return make(broadcast_shapes(shape, getattr(self.temperature, "shape", ())), common_dtype(*operands))

        if not isinstance(self.temperature, Tensor):
            raise ShapeTypeError(
                f"full_like(): argument 'input' (position 1) must be Tensor, not {type(self.temperature).__name__}",
                "argument",
            )
        return self._answer("log_prob", score, value)


class Dirichlet(Family, ExponentialFamily):
    """Proportions that sum to one."""

    has_rsample = True
    support = constraints.simplex
    _parameters = ("concentration",)
    arg_constraints: Any = {"concentration": constraints._IndependentConstraint(constraints.positive, 1)}

    def __init__(self, concentration: Any, validate_args: Any = None) -> None:
        self.concentration = tensor_of(concentration, "concentration")
        shape = self.concentration.shape
        Distribution.__init__(self, Size(shape[:-1]), Size(shape[-1:]), validate_args)

    @property
    def mean(self) -> Any:
        return self._of_events("mean")

    @property
    def mode(self) -> Any:
        return self._of_events("mode")

    @property
    def variance(self) -> Any:
        return self._of_events("variance")

    def rsample(self, sample_shape: Any = NONE) -> Any:
        return self._sample_of("rsample", sample_shape)

    def entropy(self) -> Any:
        return self._of_batch("entropy")


for _kind, _file in (
    (Categorical, "categorical"), (OneHotCategorical, "one_hot_categorical"), (OneHotCategoricalStraightThrough, "one_hot_categorical"),
    (Multinomial, "multinomial"), (ExpRelaxedCategorical, "relaxed_categorical"), (Dirichlet, "dirichlet"),
):  # fmt: skip
    _kind.__module__ = f"torch.distributions.{_file}"
    CLASSES[_kind.__name__] = _kind
