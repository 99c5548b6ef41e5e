"""The families of distributions as a table: one row says what a family is given, where its values lie and what it answers; the rest is one code.

A row of `ROWS`: name and base | parameters, each with its constraint and maybe its default | the support | what it has:

    rsample                 samples with gradients
    entropy mean cdf ...    computed of the parameters, with their gradients
    mode-                   the same without gradients
    entropy:df+scale        computed of some of the parameters only
    mean=loc                a parameter itself

`probs/logits` are two ways to give one parameter. A row's event is of no dimension, and its batch what the parameters broadcast to; the families over
vectors are in `vectors`, over matrices in `matrices`, those made of others in `composites`.

Source: torch/distributions/*.py
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    ShapeNotImplementedError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    make,
)
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, bool_, default_dtype
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.values import known

from . import constraints
from .calls import broadcast_all, common_dtype, constant, recorded
from .distribution import Distribution, ExponentialFamily, sample_size
from .family import PROPERTIES, Family, bound, computed_property, either, given_parameter, lazily, method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

ROWS = """
Normal E             | loc real, scale positive              | real                | rsample mean=loc mode=loc stddev=scale variance:scale cdf icdf entropy:scale
Laplace              | loc real, scale positive              | real                | rsample mean=loc mode=loc stddev:scale variance:scale cdf icdf entropy:scale
Cauchy               | loc real, scale positive              | real                | rsample mean- mode=loc variance- stddev- cdf icdf entropy:scale
Uniform              | low , high                            | between             | rsample mean mode:high stddev variance cdf icdf entropy
Exponential E        | rate positive                         | nonnegative         | rsample mean mode- stddev variance cdf icdf entropy
Gamma E              | concentration positive, rate positive | nonnegative         | rsample mean mode variance cdf entropy
Beta E               | concentration1 positive, concentration0 positive | unit_interval | rsample mean mode variance entropy
StudentT             | df positive, loc real = 0, scale positive = 1 | real        | rsample mean:loc mode=loc variance:df+scale entropy:df+scale
FisherSnedecor       | df1 positive, df2 positive            | positive            | rsample mean:df2 mode variance
GeneralizedPareto    | loc real, scale positive, concentration real | above_loc    | rsample mean mode=loc variance:scale+concentration cdf icdf entropy:scale+concentration
VonMises             | loc real, concentration positive      | real                | mean=loc mode=loc variance:concentration
Poisson E            | rate nonnegative                      | nonnegative_integer | mean=rate mode variance=rate
Bernoulli E          | probs/logits                          | boolean             | mean=probs mode- variance entropy enumerate
ContinuousBernoulli E | probs/logits, lims                   | unit_interval       | rsample mean stddev variance cdf icdf entropy
Geometric            | probs/logits                          | nonnegative_integer | mean mode- variance entropy
Binomial             | total_count nonnegative_integer = 1, probs/logits | up_to_count | mean mode variance entropy enumerate
NegativeBinomial     | total_count nonnegative, probs/logits | nonnegative_integer | mean mode variance
LogitRelaxedBernoulli | temperature, probs/logits            | real                | rsample
"""
PROBABLE = "probs/logits"
WITHOUT_SHAPE = ("Geometric",)  # does not say of which shape its parameter is


class Row:
    """What the table says of a family."""

    def __init__(self, line: str) -> None:
        first, parameters, self.support, has = (part.strip() for part in line.split("|"))
        self.name, _, base = first.partition(" ")
        self.base = ExponentialFamily if base == "E" else Distribution
        self.constraints: dict[str, str] = {}
        self.defaults: dict[str, float] = {}
        self.names: list[str] = []
        self.is_probable = False
        for part in parameters.split(","):
            words = part.split()
            if words == [PROBABLE]:
                self.is_probable = True
                self.names += ["probs", "logits"]
                self.constraints.update(probs="unit_interval", logits="real")
                continue
            self.names.append(words[0])
            if len(words) > 1:
                self.constraints[words[0]] = words[1]
            if "=" in words:
                self.defaults[words[0]] = float(words[-1])
        self.has = has.split()


class Pointwise(Family):
    """A family over numbers: the parameters broadcast."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = _row_of(type(self))
        defaults: dict[str, Any] = {**row.defaults, "validate_args": None}
        if row.is_probable:
            defaults.update(probs=None, logits=None)
        if "lims" in row.names:
            defaults["lims"] = (0.499, 0.501)
        given = bound(type(self), [*row.names, "validate_args"], defaults, args, kwargs)
        names = [name for name in row.names if name not in ("probs", "logits", "lims")]
        if row.is_probable:
            names.append(either(given["probs"], given["logits"]))
        self._take(names, given)
        self._lims = given.get("lims")
        Distribution.__init__(self, self._batch_of(names), Size(), given["validate_args"])

    def _take(self, names: list[str], given: dict[str, Any]) -> None:
        for name, tensor in zip(names, broadcast_all(*[given[name] for name in names])):
            self.__dict__[name] = tensor
        counts = self.__dict__.get("total_count")
        if isinstance(counts, Tensor):
            self.__dict__["total_count"] = counts.type_as(self.__dict__[names[-1]])

    def _batch_of(self, names: list[str]) -> Size:
        return Size(self.__dict__[names[-1]].shape)

    def _lazy_names(self) -> tuple[str, ...]:
        return tuple(name for name in ("probs", "logits") if name not in self.__dict__)


CLASSES: dict[str, type] = {}
_rows: dict[type, Row] = {}


def _row_of(cls: type) -> Row:
    return next(_rows[base] for base in cls.__mro__ if base in _rows)


def _support(word: str) -> Any:
    if word == "between":
        return constraints.dependent_property(
            lambda self: constraints._Interval(self.low, self.high), is_discrete=False, event_dim=0
        )
    if word == "up_to_count":
        return constraints.dependent_property(
            lambda self: constraints._IntegerInterval(0, self.total_count), is_discrete=True, event_dim=0
        )
    if word == "above_loc":
        return constraints.dependent_property(lambda self: constraints._Real(), is_discrete=False, event_dim=0)
    return constraints.CONSTRAINTS[word]


def family(row: Row, base: type) -> type:
    """The class of a row."""
    names = {name: value for name, value in row.__dict__.items() if name == "support"}
    body: dict[str, Any] = {
        "__module__": f"torch.distributions.{FILES.get(row.name, row.name.lower())}",
        "_parameters": tuple(row.names),
        "support": _support(names["support"]),
        "has_rsample": "rsample" in row.has,
        "has_enumerate_support": "enumerate" in row.has,
    }
    if "arg_constraints" not in base.__dict__:
        body["arg_constraints"] = {name: constraints.CONSTRAINTS[word] for name, word in row.constraints.items()}
    for word in row.has:
        stem = word.rstrip("-").partition("=")[0].partition(":")[0]
        stem = "enumerate_support" if stem == "enumerate" else stem
        if stem not in base.__dict__:
            body[stem] = computed_property(word) if stem in PROPERTIES else method(word)
    if row.is_probable:
        body.update(probs=lazily("probs"), logits=lazily("logits"))
        if row.name not in WITHOUT_SHAPE:
            body.update(
                _param=property(given_parameter), param_shape=property(lambda self: given_parameter(self).shape)
            )
    made = type(row.name, (base, row.base), body)
    _rows[made] = row
    return made


FILES = {
    "ContinuousBernoulli": "continuous_bernoulli", "GeneralizedPareto": "generalized_pareto", "LogitRelaxedBernoulli": "relaxed_bernoulli",
    "NegativeBinomial": "negative_binomial", "StudentT": "studentT", "VonMises": "von_mises",
}  # fmt: skip


class _Typed(Pointwise):
    """A family that scores a value in its parameters' type."""

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        return common_dtype(*(operands[:-1] if name == "log_prob" else operands))


class _Converted(_Typed):
    """A family that scores a value as its parameters' type, numbers too."""

    def log_prob(self, value: Any) -> Any:
        if isinstance(value, (int, float)):
            value = constant((), value, self.__dict__["rate"].dtype)
        return super().log_prob(value)


class _Positive(Pointwise):
    """A family whose probabilities are not zero."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = known(self.__dict__["probs"]) if "probs" in self.__dict__ else None
        if self._validate_args is True and values is not None and not all(value > 0 for value in values):
            raise ShapeValueError(
                f"Expected parameter probs of distribution {self!r} to be positive but found invalid values"
            )


class _Interval(_Typed):
    """A family between two bounds, of which each is the constraint of the other."""

    low: Any
    high: Any

    @property
    def arg_constraints(self) -> Any:
        return {"low": constraints._LessThan(self.high), "high": constraints._GreaterThan(self.low)}


class _Pair(Pointwise):
    """A family whose two parameters lie beside each other, as do a sample and its counterpart."""

    def _sample_strides(self, shape: Size) -> Any:
        return tuple(2 * stride for stride in contiguous_strides(shape))

    @property
    def mode(self) -> Any:
        return self._view("mode", *self._given())

    @property
    def concentration1(self) -> Any:
        return self._view("concentration1", self.__dict__["concentration1"])

    @property
    def concentration0(self) -> Any:
        return self._view("concentration0", self.__dict__["concentration0"])

    def _view(self, name: str, *given: Tensor) -> Any:
        """One of two parts."""
        values = known(given[0]) if len(given) == 1 else None
        before = given[0].strides if len(given) == 1 else contiguous_strides(given[0].shape)
        strides = tuple(2 * stride for stride in before)

        def part(*tensors: Tensor) -> Tensor:
            return make(tensors[0].shape, common_dtype(*tensors), strides, values=values)

        return recorded(f"Beta.{name}", part, *given)


class _Compared(Pointwise):
    """A family that compares a parameter with a number of the default type."""

    def _scored(self, name: str, value: Any, is_checked: bool = True) -> Any:
        dtype = self.__dict__["concentration"].dtype
        if name != "icdf" and dtype is not default_dtype():
            raise ShapeError(f"{LEGACY_NAMES.get(dtype, dtype)} did not match {LEGACY_NAMES[default_dtype()]}", "dtype")
        return super()._scored(name, value, is_checked)


class _Counted(Pointwise):
    """A family of counts up to a number, which must be the same in the whole batch to list them."""

    def _count_of_values(self) -> Any:
        values = known(self.__dict__["total_count"])
        if not values:
            return Unknown("the total count of a distribution", int)
        if min(values) != max(values):
            raise ShapeNotImplementedError(
                "Inhomogeneous total count not supported by `enumerate_support`.", "argument"
            )
        return int(values[0]) + 1

    def entropy(self) -> Any:
        self._count_of_values()
        return self._of_batch("entropy")


class _Binary(Pointwise):
    """A family over two values, or between them, which takes no whole numbers for them."""

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        dtype = operands[-1].dtype if name == "log_prob" and isinstance(operands[-1], Tensor) else None
        if dtype is bool_:
            raise ShapeError(
                "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
                "dtype", expected="float32", actual="bool",
            )  # fmt: skip
        if dtype is not None and dtype.category < FLOATING:
            raise ShapeError(
                f"result type {LEGACY_NAMES[operands[0].dtype]} can't be cast to the desired output type {LEGACY_NAMES[dtype]}", "dtype",
                expected=operands[0].dtype.name, actual=dtype.name,
            )  # fmt: skip
        return super()._score_dtype(name, operands)

    def _count_of_values(self) -> int:
        return 2


class _Relaxed(Pointwise):
    """A family with a temperature, a tensor that is not part of the batch."""

    def _take(self, names: list[str], given: dict[str, Any]) -> None:
        (parameter,) = broadcast_all(given[names[-1]])
        self.__dict__[names[-1]] = parameter
        self.__dict__["temperature"] = given["temperature"]

    def _copied(self, names: Sequence[str], batch: Size) -> Any:
        return super()._copied([name for name in names if name != "temperature"], batch)

    def _drawn(self, *parameters: Tensor) -> Any:
        return common_dtype(*parameters)


class _Circular(Pointwise):
    """A family that `expand` builds anew."""

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        shape = sample_size(batch_shape)
        checked = self.__dict__.get("_validate_args")
        return type(self)(*[self.__dict__[name].expand(shape) for name in self._parameters], validate_args=checked)


BASES: dict[str, type] = {
    "Uniform": _Interval, "Beta": _Pair, "Gamma": _Converted, "Geometric": _Positive, "ContinuousBernoulli": _Binary, "Binomial": _Counted, "GeneralizedPareto": _Compared, "Bernoulli": _Binary, "LogitRelaxedBernoulli": _Relaxed,
    "VonMises": _Circular,
}  # fmt: skip
for _line in ROWS.strip().splitlines():
    _row = Row(_line)
    CLASSES[_row.name] = family(_row, BASES.get(_row.name, Pointwise))


_Gamma: Any = CLASSES["Gamma"]


class Chi2(_Gamma):  # type: ignore[misc]
    """A gamma distribution by its degrees of freedom."""

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: Any = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        return self._copied(self._parameters, sample_size(batch_shape))

    @property
    def df(self) -> Any:
        return self.concentration * 2


Chi2.__module__ = "torch.distributions.chi2"
CLASSES["Chi2"] = Chi2
