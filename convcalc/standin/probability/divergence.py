"""`torch.distributions.kl`: between which families there is a divergence, and of which shape it is.

Source: torch/distributions/kl.py
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.tensor import (
    ShapeNotImplementedError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
)
from convcalc.tensor.resets import on_reset
from convcalc.tensor.size import differ

from .calls import common_dtype, detached, recorded, sum_rightmost
from .composites import Independent, TransformedDistribution
from .distribution import ExponentialFamily
from .matrices import MultivariateNormal
from .transformed_families import ALL as CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Between two of one family, and from each family to others; after a stroke those from which to it is infinitely far.
SAME = """
    Bernoulli Beta Binomial Categorical Cauchy ContinuousBernoulli Dirichlet Exponential Gamma Geometric Gumbel HalfNormal Laplace
    LowRankMultivariateNormal MultivariateNormal Normal OneHotCategorical Pareto Poisson Uniform
"""
OTHERS = """
Bernoulli                 | Poisson                                  |
Beta                      | ContinuousBernoulli Exponential Gamma Normal Uniform | Pareto
ContinuousBernoulli       | Exponential Normal Uniform               | Pareto
Exponential               | Gamma Gumbel Normal                      | Beta ContinuousBernoulli Pareto Uniform
Gamma                     | Exponential Gumbel Normal                | Beta ContinuousBernoulli Pareto Uniform
Gumbel                    | Normal                                   | Beta ContinuousBernoulli Exponential Gamma Pareto Uniform
Laplace                   | Normal                                   | Beta ContinuousBernoulli Exponential Gamma Pareto Uniform
LowRankMultivariateNormal | MultivariateNormal                       |
MultivariateNormal        | LowRankMultivariateNormal                |
Normal                    | Gumbel Laplace                           | Beta ContinuousBernoulli Exponential Gamma Pareto Uniform
Pareto                    | Exponential Gamma Normal                 | Beta ContinuousBernoulli Uniform
Poisson                   |                                          | Bernoulli Binomial
Uniform                   | Beta ContinuousBernoulli Exponential Gamma Gumbel Normal Pareto |
"""

_own: dict[tuple[type, type], Callable[[Any, Any], Any]] = {}  # what a script has registered
_registered: dict[tuple[type, type], Callable[[Any, Any], Any]] = {}


def _tensors(distribution: Any) -> list[Any]:
    """What a distribution was given."""
    return [part for part in distribution._given() if isinstance(part, Tensor)]


def _finite(p: Any, q: Any) -> Any:
    """A number for each pair of the two batches."""
    _check_events(p, q)
    shape = broadcast_shapes(p.batch_shape, q.batch_shape)
    return recorded(
        "torch.distributions.kl_divergence", lambda *xs: make(shape, common_dtype(*xs)), *_tensors(p), *_tensors(q)
    )


def _infinite(p: Any, q: Any) -> Any:
    """A number for each distribution of the first batch, which does not depend on them."""
    return recorded(
        "torch.distributions.kl_divergence", lambda *xs: detached(p.batch_shape, common_dtype(*xs)), *_tensors(p)
    )


def _check_events(p: Any, q: Any) -> None:
    normal: Any = (MultivariateNormal, CLASSES["LowRankMultivariateNormal"])
    if isinstance(p, normal) and differ(p.event_shape, q.event_shape):
        raise ShapeValueError(
            "KL-divergence between two normal distributions with different event shapes cannot be computed", "broadcast",
            expected=tuple(p.event_shape), actual=tuple(q.event_shape),
        )  # fmt: skip
    if p.event_shape and q.event_shape:
        broadcast_shapes(p.event_shape, q.event_shape)
    if type(p).__name__ in ("Categorical", "OneHotCategorical"):
        broadcast_shapes(p._param.shape, q._param.shape)


def _of_exponential_families(p: Any, q: Any) -> Any:
    if type(p) is not type(q):
        raise ShapeNotImplementedError(
            "The cross KL-divergence between different exponential families cannot be computed using Bregman divergences",
            "argument",
        )
    return Unknown("kl_divergence(...)")


def _of_transformed(p: Any, q: Any) -> Any:
    if p.transforms != q.transforms or differ(p.event_shape, q.event_shape):
        raise ShapeNotImplementedError(
            "KL between distributions with other transforms or events is not implemented", "argument"
        )
    return kl_divergence(p.base_dist, q.base_dist)


def _of_independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise ShapeNotImplementedError(
            "KL between Independent distributions of other dimensions is not implemented", "argument",
            expected=p.reinterpreted_batch_ndims, actual=q.reinterpreted_batch_ndims,
        )  # fmt: skip
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


def _register() -> None:
    for name in SAME.split():
        _registered[CLASSES[name], CLASSES[name]] = _finite
    for line in OTHERS.strip().splitlines():
        name, finite, infinite = (part.strip() for part in line.split("|"))
        for others, rule in ((finite, _finite), (infinite, _infinite)):
            _registered.update({(CLASSES[name], CLASSES[other]): rule for other in others.split()})
    _registered[ExponentialFamily, ExponentialFamily] = _of_exponential_families
    _registered[TransformedDistribution, TransformedDistribution] = _of_transformed
    _registered[Independent, Independent] = _of_independent


_register()


@on_reset
def reset() -> None:
    _own.clear()


def register_kl(type_p: Any, type_q: Any) -> Any:
    """A decorator: the function computes the divergence between two classes."""
    for kind in (type_p, type_q):
        if not isinstance(kind, type):
            if type(kind) is Unknown:
                raise UnknownValue(kind.reason)
            raise ShapeTypeError("issubclass() arg 1 must be a class")

    def registered(fun: Any) -> Any:
        _own[type_p, type_q] = fun
        return fun

    return registered


def _found(p: type, q: type) -> Any:
    """The function for two classes: the most specific one for the first, then for the second."""
    table = {**_registered, **_own}
    best: Any = None
    for left, right in table:
        if issubclass(p, left) and issubclass(q, right):
            if best is None or (issubclass(left, best[0]) and (left is not best[0] or issubclass(right, best[1]))):
                best = left, right
    return None if best is None else table[best]


def kl_divergence(p: Any, q: Any) -> Any:
    """The divergence of one distribution from another: a number for each pair of their batches."""
    for part in (p, q):
        if type(part) is Unknown:
            return Unknown(f"kl_divergence({part.reason})"[:200])
    rule = _found(type(p), type(q))
    if rule is None:
        raise ShapeNotImplementedError(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}", "argument",
            expected=type(p).__name__, actual=type(q).__name__,
        )  # fmt: skip
    return rule(p, q)


KL: dict[str, Any] = {"kl_divergence": kl_divergence, "register_kl": register_kl}
