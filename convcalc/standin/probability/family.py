"""What all families have in common: answers that follow from the parameters and the shapes alone.

`Family` answers; `method` and `computed_property` make of a word of the table of families what stands in a class.
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.tensor import (
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    UnknownValue,
    make,
)
from convcalc.tensor.dtypes import FLOATING
from convcalc.tensor.unknown import is_number
from convcalc.trace import gradients

from .calls import common_dtype, detached, recorded
from .distribution import NONE, Distribution, sample_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

PROPERTIES = ("mean", "mode", "variance", "stddev")


def bound(
    cls: type, names: Sequence[str], defaults: dict[str, Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of a constructor by their names; TypeError in Python's words where they do not fit."""
    call = f"{cls.__name__}.__init__()"
    if len(args) > len(names):
        least = len(names) - len(defaults) + 1
        raise ShapeTypeError(
            f"{call} takes from {least} to {len(names) + 1} positional arguments but {len(args) + 1} were given"
        )
    given = dict(zip(names, args))
    for name, value in kwargs.items():
        if name not in names:
            raise ShapeTypeError(f"{call} got an unexpected keyword argument '{name}'")
        if name in given:
            raise ShapeTypeError(f"{call} got multiple values for argument '{name}'")
        given[name] = value
    missing = [name for name in names if name not in given and name not in defaults]
    if missing:
        listed = " and ".join(f"'{name}'" for name in missing)
        raise ShapeTypeError(
            f"{call} missing {len(missing)} required positional argument{'s'[: len(missing) > 1]}: {listed}"
        )
    return {name: given[name] if name in given else defaults[name] for name in names}


def either(probs: Any, logits: Any) -> str:
    """Which of two ways to give one parameter was chosen."""
    if (probs is None) == (logits is None):
        raise ShapeValueError("Either `probs` or `logits` must be specified, but not both.")
    return "probs" if probs is not None else "logits"


class Family(Distribution):
    """A distribution whose answers follow from its parameters alone: `_parameters` has their names, in order."""

    _parameters: tuple[str, ...] = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__module__.startswith("torch.distributions"):
            for value in (*args, *kwargs.values()):
                if type(value) is Unknown and not is_number(value):
                    return Unknown(f"{cls.__name__}({value.reason})" if len(value.reason) < 60 else value.reason)
        return object.__new__(cls)

    def _answer(self, name: str, rule: Callable[..., Any], *more: Any, of: Sequence[str] = ()) -> Any:
        """What a rule gives for the parameters (or for some of them), and what else it needs, as a call of the record."""
        return recorded(f"{self._title()}.{name}", rule, *self._given(of), *more)

    def _title(self) -> str:
        return next(base.__name__ for base in type(self).__mro__ if base.__module__.startswith("torch.distributions"))

    def _given(self, names: Sequence[str] = ()) -> list[Tensor]:
        """The tensors that the answers are computed of."""
        own = self.__dict__
        return [own[name] for name in names or self._parameters if isinstance(own.get(name), Tensor)]

    def _drawn(self, *parameters: Tensor) -> Any:
        """The element type of samples."""
        return floating(parameters[0].dtype)

    def _whole(self) -> Size:
        return Size((*self._batch_shape, *self._event_shape))

    def _copied(self, names: Sequence[str], batch: Size) -> Any:
        """A copy for another batch: the parameters of these names are seen with it."""
        new = self._get_checked_instance(self._checked_class())
        new.__dict__.update(self.__dict__)
        before = len(self._batch_shape)
        for name in names:
            value = self.__dict__.get(name)
            if isinstance(value, Tensor):
                new.__dict__[name] = value.expand((*batch, *value.shape[before:]))
        new._batch_shape = batch
        return new

    def _checked_class(self) -> Any:
        return next(base for base in type(self).__mro__ if base.__module__.startswith("torch.distributions"))

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        return self._copied(self._parameters, sample_size(batch_shape))

    # answers

    def _sample_of(self, name: str, sample_shape: Any) -> Any:
        shape = self._extended_shape(sample_shape)

        def draw(*parameters: Tensor) -> Tensor:
            made = make(shape, self._drawn(*parameters), self._sample_strides(shape))
            if name == "sample":
                made._grad = None
            return made

        return self._answer(name, draw)

    def _sample_strides(self, shape: Size) -> Any:
        return None

    def sample(self, sample_shape: Any = NONE) -> Any:
        return self._sample_of("sample", sample_shape)

    def log_prob(self, value: Any) -> Any:
        return self._scored("log_prob", value)

    def _scored(self, name: str, value: Any, is_checked: bool = True) -> Any:
        """A number for each event of a value."""
        if type(value) is Unknown and not is_number(value):
            return Unknown(f"{self._title()}.{name}({value.reason})"[:200])
        event = len(self._event_shape)

        def score(*operands: Any) -> Tensor:
            if is_checked and self._validate_args is True:
                self._validate_sample(operands[-1])
            shape = broadcast_shapes(getattr(operands[-1], "shape", ()), self._whole())
            return make(shape[: len(shape) - event], self._score_dtype(name, operands))

        return self._answer(name, score, value)

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        return common_dtype(*operands)

    def _of_batch(self, name: str, needs_gradient: bool = True, of: Sequence[str] = ()) -> Any:
        """A number for each distribution of the batch."""
        return self._answer(name, lambda *xs: _made(self._batch_shape, common_dtype(*xs), needs_gradient), of=of)

    def _of_events(self, name: str, needs_gradient: bool = True, of: Sequence[str] = ()) -> Any:
        """A number for each element of a value."""
        return self._answer(name, lambda *xs: _made(self._whole(), common_dtype(*xs), needs_gradient), of=of)


def floating(dtype: Any) -> Any:
    """A type that is drawn; of whole numbers PyTorch mostly refuses to, and nobody says which."""
    if dtype.category < FLOATING:
        raise UnknownValue("samples of a distribution of whole numbers")
    return dtype


def _made(shape: Size, dtype: Any, needs_gradient: bool) -> Tensor:
    return make(shape, dtype) if needs_gradient else detached(shape, dtype)


def computed_property(name: str) -> Any:
    """A property that is computed of the parameters, `mean-` without their gradients, `mean=loc` a parameter itself."""
    stem, _, parameter = name.rstrip("-").partition("=")
    if parameter:
        return property(lambda self: getattr(self, parameter))
    stem, of = _parts(stem)
    return property(lambda self: self._of_events(stem, name[-1] != "-", of))


def _parts(word: str) -> tuple[str, list[str]]:
    """A word of the table, and the parameters that it names."""
    stem, _, names = word.partition(":")
    return stem, names.split("+") if names else []


def method(name: str) -> Any:
    """A method by the word for it in the table."""
    stem, of = _parts(name.rstrip("-"))
    if stem == "rsample":
        return lambda self, sample_shape=NONE: self._sample_of("rsample", sample_shape)
    if stem == "entropy":
        return lambda self: self._of_batch("entropy", of=of)
    if stem == "enumerate":
        return _enumerated
    return lambda self, value: self._scored(stem, value, stem == "cdf")


def _enumerated(self: Any, expand: Any = True) -> Any:
    """All values, along a first dimension."""
    count = self._count_of_values()
    batch = self._batch_shape if expand is True else Size((1,) * len(self._batch_shape))
    event = self._event_shape
    strides = (*((event[0],) if event else (1,)), *((0,) * len(batch)), *((1,) * len(event)))

    def listed(*parameters: Tensor) -> Tensor:
        made = detached((count, *batch, *event), self._drawn(*parameters))
        made._strides = strides if expand is True and batch else None
        return made

    return self._answer("enumerate_support", listed)


def lazily(name: str) -> Any:
    """The parameter that was not given, computed of the other one when it is first asked for."""

    def ask(self: Any) -> Any:
        own = self.__dict__
        if name not in own:
            before = gradients.is_enabled()
            gradients.set_mode(True)
            try:
                given = own["logits" if name == "probs" else "probs"]
                own[name] = recorded(f"{self._title()}.{name}", lambda x: make(x.shape, common_dtype(x)), given)
            finally:
                gradients.set_mode(before)
        return own[name]

    def keep(self: Any, value: Any) -> None:
        self.__dict__[name] = value

    return property(ask, keep)


def given_parameter(self: Any) -> Any:
    """The one of `probs` and `logits` that was given."""
    return self.__dict__["probs" if "probs" in self.__dict__ else "logits"]
