"""The families that are a transformed distribution.

Source: torch/distributions/gumbel.py, half_normal.py, log_normal.py, ...
"""

from __future__ import annotations

from convcalc.tensor import (
    Size,
    Tensor,
    make,
)
from convcalc.tensor.attributes import read

from . import constraints
from .calls import broadcast_all, common_dtype, constant, detached, recorded
from .composites import Independent, MixtureSameFamily, TransformedDistribution
from .distribution import sample_size
from .families import CLASSES
from .family import either
from .pointwise_transforms import AbsTransform, AffineTransform, ExpTransform, PowerTransform, SigmoidTransform
from .transforms import StickBreakingTransform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Transformed(TransformedDistribution):
    """A family that is a transformed distribution: its parameters, and what is computed of them."""

    _parameters: tuple[str, ...] = ()

    def _given(self) -> list[Any]:
        return [read(self, name) for name in self._parameters if type(name) is str and name[:2] != "__"]

    def _computed(self, name: str, needs_gradient: bool = True, of: str = "") -> Any:
        shape = self._batch_shape if name in ("entropy", "log_prob") else Size((*self._batch_shape, *self._event_shape))

        def made(*xs: Tensor) -> Tensor:
            return make(shape, common_dtype(*xs)) if needs_gradient else detached(shape, common_dtype(*xs))

        return recorded(f"{type(self).__name__}.{name}", made, *([getattr(self, of)] if of else self._given()))

    def _scored(self, name: str, value: Any, *more: Any) -> Any:
        """A number for each element of a value, by a formula of its own."""
        from convcalc.ops.arguments import broadcast_shapes

        def score(*operands: Any) -> Tensor:
            if self._validate_args is True:
                self._validate_sample(operands[-1])
            shape = broadcast_shapes(getattr(operands[-1], "shape", ()), self._batch_shape)
            return make(shape, common_dtype(*operands))

        return recorded(f"{type(self).__name__}.{name}", score, *self._given(), value)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        batch = sample_size(batch_shape)
        of_torch = next(base for base in type(self).__mro__ if base.__module__.startswith("torch.distributions"))
        new = self._get_checked_instance(of_torch, _instance)
        for name in self._parameters:
            if isinstance(self.__dict__.get(name), Tensor) and name != "temperature":
                new.__dict__[name] = self.__dict__[name].expand(batch)
        return TransformedDistribution.expand(self, batch, _instance=new)


def _from_base(name: str) -> Any:
    """A parameter that the base distribution has."""
    return property(lambda self: getattr(self.base_dist, name))


def _computed(name: str) -> Any:
    """What a word of `HAS` stands for: `mode-` without gradients, `mode=loc` a parameter."""
    stem, _, parameter = name.rstrip("-").partition("=")
    stem, _, of = stem.partition(":")
    if parameter:
        return property(lambda self: getattr(self, parameter))
    if stem == "entropy":
        return lambda self: self._computed("entropy", of=of)
    if stem in ("log_prob", "cdf"):
        return lambda self, value: self._scored(stem, value)
    return property(lambda self: self._computed(stem, name[-1] != "-", of))


class Gumbel(_Transformed):
    arg_constraints: Any = {"loc": constraints.real, "scale": constraints.positive}
    support: Any = constraints.real
    _parameters = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        base = CLASSES["Uniform"](*_unit(self.loc), validate_args=validate_args)
        flip = AffineTransform(loc=0, scale=constant(self.scale.shape, -1.0, self.scale.dtype))
        steps = [ExpTransform().inv, flip, ExpTransform().inv, AffineTransform(loc=loc, scale=self.scale * -1)]
        super().__init__(base, steps, validate_args=validate_args)


def _unit(like: Tensor) -> tuple[Tensor, Tensor]:
    """The ends of the interval from 0 to 1, as tensors."""
    return constant(like.shape, 0.0, like.dtype), constant(like.shape, 1.0, like.dtype)


class HalfCauchy(_Transformed):
    arg_constraints: Any = {"scale": constraints.positive}
    support: Any = constraints.nonnegative
    has_rsample: Any = True
    _parameters = ("scale",)
    scale = _from_base("scale")

    def __init__(self, scale: Any, validate_args: Any = None) -> None:
        super().__init__(CLASSES["Cauchy"](0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    def log_prob(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            value = value.to(self.scale.dtype)
        return self._scored("log_prob", value)

    def icdf(self, prob: Any) -> Any:
        return self.base_dist.icdf((prob + 1) / 2)


class HalfNormal(_Transformed):
    arg_constraints: Any = {"scale": constraints.positive}
    support: Any = constraints.nonnegative
    has_rsample: Any = True
    _parameters = ("scale",)
    scale = _from_base("scale")

    def __init__(self, scale: Any, validate_args: Any = None) -> None:
        super().__init__(CLASSES["Normal"](0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    def icdf(self, prob: Any) -> Any:
        return self.base_dist.icdf((prob + 1) / 2)


class InverseGamma(_Transformed):
    arg_constraints: Any = {"concentration": constraints.positive, "rate": constraints.positive}
    support: Any = constraints.positive
    has_rsample: Any = True
    _parameters = ("concentration", "rate")
    concentration, rate = _from_base("concentration"), _from_base("rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: Any = None) -> None:
        base = CLASSES["Gamma"](concentration, rate, validate_args=validate_args)
        power = PowerTransform(constant((), -1.0, base.rate.dtype))
        super().__init__(base, power, validate_args=validate_args)


class Kumaraswamy(_Transformed):
    arg_constraints: Any = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support: Any = constraints.unit_interval
    has_rsample: Any = True
    _parameters = ("concentration1", "concentration0")

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: Any = None) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        base = CLASSES["Uniform"](*_unit(self.concentration0), validate_args=validate_args)
        steps = [
            PowerTransform(exponent=self.concentration0.reciprocal()), AffineTransform(loc=1.0, scale=-1.0),
            PowerTransform(exponent=self.concentration1.reciprocal()),
        ]  # fmt: skip
        super().__init__(base, steps, validate_args=validate_args)


class LogNormal(_Transformed):
    arg_constraints: Any = {"loc": constraints.real, "scale": constraints.positive}
    support: Any = constraints.positive
    has_rsample: Any = True
    _parameters = ("loc", "scale")
    loc, scale = _from_base("loc"), _from_base("scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        super().__init__(
            CLASSES["Normal"](loc, scale, validate_args=validate_args), ExpTransform(), validate_args=validate_args
        )


class LogisticNormal(_Transformed):
    arg_constraints: Any = {"loc": constraints.real, "scale": constraints.positive}
    support: Any = constraints.simplex
    has_rsample: Any = True
    _parameters = ("loc", "scale")
    loc = property(lambda self: self.base_dist.base_dist.loc)
    scale = property(lambda self: self.base_dist.base_dist.scale)

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        base = CLASSES["Normal"](loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand([1])
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)


class Pareto(_Transformed):
    arg_constraints: Any = {"alpha": constraints.positive, "scale": constraints.positive}
    _parameters = ("scale", "alpha")

    def __init__(self, scale: Any, alpha: Any, validate_args: Any = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        base = CLASSES["Exponential"](self.alpha, validate_args=validate_args)
        super().__init__(base, [ExpTransform(), AffineTransform(loc=0, scale=self.scale)], validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        return constraints._GreaterThanEq(self.scale)


class Weibull(_Transformed):
    arg_constraints: Any = {"scale": constraints.positive, "concentration": constraints.positive}
    support: Any = constraints.positive
    _parameters = ("scale", "concentration")

    def __init__(self, scale: Any, concentration: Any, validate_args: Any = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        self.concentration_reciprocal = self.concentration.reciprocal()
        base = CLASSES["Exponential"](constant(self.scale.shape, 1.0, self.scale.dtype), validate_args=validate_args)
        steps = [PowerTransform(exponent=self.concentration_reciprocal), AffineTransform(loc=0, scale=self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        batch = sample_size(batch_shape)
        new = self._get_checked_instance(Weibull, _instance)
        Weibull.__init__(new, self.scale.expand(batch), self.concentration.expand(batch), validate_args=False)
        new._validate_args = self._validate_args
        return new


class RelaxedBernoulli(_Transformed):
    arg_constraints: Any = {"probs": constraints.unit_interval, "logits": constraints.real}
    support: Any = constraints.unit_interval
    has_rsample: Any = True
    temperature, probs, logits = map(_from_base, ("temperature", "probs", "logits"))

    def __init__(self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        base = CLASSES["LogitRelaxedBernoulli"](temperature, probs, logits)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)

    def _lazy_names(self) -> tuple[str, ...]:
        return self.base_dist._lazy_names()  # type: ignore[no-any-return]


class RelaxedOneHotCategorical(_Transformed):
    arg_constraints: Any = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support: Any = constraints.simplex
    has_rsample: Any = True
    temperature, probs, logits = map(_from_base, ("temperature", "probs", "logits"))

    def __init__(self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        either(probs, logits)
        base = CLASSES["ExpRelaxedCategorical"](temperature, probs, logits, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

    def _lazy_names(self) -> tuple[str, ...]:
        return self.base_dist._lazy_names()  # type: ignore[no-any-return]


# What each has beside what it inherits, in the words of the table of families.
HAS = {
    "Gumbel": "mean mode=loc stddev:scale variance:scale entropy:scale log_prob",
    "HalfCauchy": "mean- mode- variance- cdf entropy",
    "HalfNormal": "mean mode- variance log_prob cdf entropy",
    "InverseGamma": "mean mode variance entropy",
    "Kumaraswamy": "mean mode variance entropy",
    "LogNormal": "mean mode variance entropy",
    "Pareto": "mean mode=scale variance entropy",
    "Weibull": "mean mode variance entropy",
}
_FILES = {
    "Gumbel": "gumbel", "HalfCauchy": "half_cauchy", "HalfNormal": "half_normal", "InverseGamma": "inverse_gamma", "Kumaraswamy": "kumaraswamy",
    "LogNormal": "log_normal", "LogisticNormal": "logistic_normal", "Pareto": "pareto", "Weibull": "weibull",
    "RelaxedBernoulli": "relaxed_bernoulli", "RelaxedOneHotCategorical": "relaxed_categorical", "Independent": "independent",
    "MixtureSameFamily": "mixture_same_family", "TransformedDistribution": "transformed_distribution",
}  # fmt: skip
for _kind in (
    Gumbel, HalfCauchy, HalfNormal, InverseGamma, Kumaraswamy, LogNormal, LogisticNormal, Pareto, Weibull, RelaxedBernoulli,
    RelaxedOneHotCategorical, Independent, MixtureSameFamily, TransformedDistribution,
):  # fmt: skip
    for _word in HAS.get(_kind.__name__, "").split():
        setattr(_kind, _word.rstrip("-").partition("=")[0].partition(":")[0], _computed(_word))
    _kind.__module__ = f"torch.distributions.{_FILES[_kind.__name__]}"
    CLASSES[_kind.__name__] = _kind

ALL: dict[str, type] = CLASSES  # with those of this file
