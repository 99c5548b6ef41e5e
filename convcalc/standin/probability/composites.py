"""Distributions made of others: independent dimensions, mixtures, transformed ones.

What a script itself defines (a base, a transform) is called as PyTorch calls it.

Source: torch/distributions/independent.py, mixture_same_family.py, transformed_distribution.py
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeAssertionError,
    ShapeNotImplementedError,
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    UnknownValue,
    make,
)
from convcalc.tensor.size import differ

from . import constraints
from .calls import common_dtype, detached, is_plain_number, recorded, sum_rightmost
from .distribution import NONE, Distribution, not_broadcast, sample_size, unrecorded_gradients
from .transform import (
    ComposeTransform,
    Transform,
)
from .vectors import Categorical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Composite(Distribution):
    """A distribution made of others; of one that is not known nothing is."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__module__.startswith("torch.distributions"):
            for value in (*args, *kwargs.values()):
                parts = value if type(value) is list else (value,)
                unknown = next((part for part in parts if type(part) is Unknown and not is_plain_number(part)), None)
                if unknown is not None:
                    return Unknown(f"{cls.__name__}({unknown.reason})"[:200])
        return object.__new__(cls)


class Independent(Composite):
    """A distribution of which some dimensions of the batch belong to the event."""

    arg_constraints: Any = {}

    def __init__(self, base_distribution: Any, reinterpreted_batch_ndims: Any, validate_args: Any = None) -> None:
        dims, batch = reinterpreted_batch_ndims, base_distribution.batch_shape
        if dims > len(batch):
            raise ShapeValueError(
                f"Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual {dims} vs {len(batch)}",
                "input-dimensions", expected=dims, actual=tuple(batch),
            )  # fmt: skip
        if type(dims) is Unknown:
            raise UnknownValue(dims.reason)
        shape = Size((*batch, *base_distribution.event_shape))
        cut = len(batch) - dims
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, dims
        super().__init__(shape[:cut], shape[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = self._get_checked_instance(Independent, _instance)
        batch = sample_size(batch_shape)
        new.__dict__.update(self.__dict__)
        new.base_dist = self.base_dist.expand(Size((*batch, *self.event_shape[: self.reinterpreted_batch_ndims])))
        new._batch_shape = batch
        return new

    @property
    def has_rsample(self) -> Any:
        return self.base_dist.has_rsample

    @property
    def has_enumerate_support(self) -> Any:
        return False if self.reinterpreted_batch_ndims > 0 else self.base_dist.has_enumerate_support

    @constraints.dependent_property
    def support(self) -> Any:
        found = self.base_dist.support
        dims = self.reinterpreted_batch_ndims
        return constraints._IndependentConstraint(found, dims) if dims else found

    @property
    def mean(self) -> Any:
        return self.base_dist.mean

    @property
    def mode(self) -> Any:
        return self.base_dist.mode

    @property
    def variance(self) -> Any:
        return self.base_dist.variance

    def sample(self, sample_shape: Any = NONE) -> Any:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = NONE) -> Any:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Any) -> Any:
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Any:
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: Any = True) -> Any:
        if self.reinterpreted_batch_ndims > 0:
            raise ShapeNotImplementedError("Enumeration over cartesian product is not implemented", "argument")
        return self.base_dist.enumerate_support(expand=expand)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamily(Composite):
    """A mixture of the distributions along the last dimension of a batch."""

    has_rsample = False
    arg_constraints: Any = {}

    def __init__(self, mixture_distribution: Any, component_distribution: Any, validate_args: Any = None) -> None:
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        if not isinstance(mixture_distribution, Categorical):
            raise ShapeValueError(
                " The Mixture distribution needs to be an  instance of torch.distributions.Categorical",
                actual=type(mixture_distribution).__name__,
            )
        if not isinstance(component_distribution, Distribution):
            raise ShapeValueError(
                "The Component distribution needs to be an instance of torch.distributions.Distribution",
                actual=type(component_distribution).__name__,
            )
        mixed, batch = mixture_distribution.batch_shape, component_distribution.batch_shape[:-1]
        if any(not_broadcast(*sizes) for sizes in zip(reversed(mixed), reversed(batch))):
            raise ShapeValueError(
                f"`mixture_distribution.batch_shape` ({mixed}) is not compatible with `component_distribution.batch_shape`({batch})",
                "broadcast", expected=tuple(mixed), actual=tuple(batch),
            )  # fmt: skip
        count, other = mixture_distribution._num_events, component_distribution.batch_shape[-1:]
        if not other:
            raise IndexError("tuple index out of range")
        if differ((count,), other):
            raise ShapeValueError(
                f"`mixture_distribution component` ({count}) does not equal `component_distribution.batch_shape[-1]` ({other[0]})",
                "broadcast", expected=count, actual=other[0],
            )  # fmt: skip
        self._num_component = count
        event = component_distribution.event_shape
        self._event_ndims = len(event)
        super().__init__(batch, event, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        batch = sample_size(batch_shape)
        new = self._get_checked_instance(MixtureSameFamily, _instance)
        new.__dict__.update(self.__dict__)
        new._component_distribution = self._component_distribution.expand(Size((*batch, self._num_component)))
        new._mixture_distribution = self._mixture_distribution.expand(batch)
        new._batch_shape = batch
        return new

    @constraints.dependent_property
    def support(self) -> Any:
        return constraints.MixtureSameFamilyConstraint(self._component_distribution.support)

    @property
    def mixture_distribution(self) -> Any:
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Any:
        return self._component_distribution

    @property
    def mean(self) -> Any:
        return self._moment("mean", self._component_distribution.mean)

    @property
    def variance(self) -> Any:
        return self._moment("variance", self._component_distribution.variance)

    def _moment(self, name: str, part: Any) -> Any:
        shape = Size((*self._batch_shape, *self._event_shape))
        return recorded(
            f"MixtureSameFamily.{name}",
            lambda x, p: make(shape, common_dtype(x, p)),
            part,
            self._mixture_distribution.probs,
        )

    def _pad(self, x: Any) -> Any:
        return x.unsqueeze(-1 - self._event_ndims)

    def cdf(self, x: Any) -> Any:
        return (self._component_distribution.cdf(self._pad(x)) * self._mixture_distribution.probs).sum(-1)

    def log_prob(self, x: Any) -> Any:
        if self._validate_args is True:
            self._validate_sample(x)
        scores = self._component_distribution.log_prob(self._pad(x))
        return (scores + self._mixture_distribution.logits.log_softmax(-1)).logsumexp(-1)

    def sample(self, sample_shape: Any = NONE) -> Any:
        if not hasattr(sample_shape, "__len__") and type(sample_shape) is not Unknown:
            raise ShapeTypeError(f"object of type '{type(sample_shape).__name__}' has no len()")
        shape = self._extended_shape(sample_shape)
        with unrecorded_gradients():
            parts = self._component_distribution.sample(sample_shape)
            if not isinstance(parts, Tensor):
                return parts
            return recorded("MixtureSameFamily.sample", lambda x: detached(shape, x.dtype), parts)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"


class TransformedDistribution(Composite):
    """A distribution whose samples go through transforms."""

    arg_constraints: Any = {}

    def __init__(self, base_distribution: Any, transforms: Any, validate_args: Any = None) -> None:
        if isinstance(transforms, Transform):
            self.transforms = [transforms]
        elif isinstance(transforms, list):
            if not all(isinstance(t, Transform) for t in transforms):
                if any(type(t) is Unknown for t in transforms):
                    raise UnknownValue("a transform")
                raise ShapeValueError("transforms must be a Transform or a list of Transforms")
            self.transforms = transforms
        else:
            raise ShapeValueError(f"transforms must be a Transform or list, but was {transforms}")
        shape = Size((*base_distribution.batch_shape, *base_distribution.event_shape))
        event = len(base_distribution.event_shape)
        whole = ComposeTransform(self.transforms)
        into, out = whole.domain.event_dim, whole.codomain.event_dim
        if len(shape) < into:
            raise ShapeValueError(
                f"base_distribution needs to have shape with size at least {into}, but got {shape}.", "input-dimensions",
                expected=into, actual=tuple(shape),
            )  # fmt: skip
        forward = Size(whole.forward_shape(shape))
        back = Size(whole.inverse_shape(forward))
        if len(back) != len(shape) or differ(back, shape):
            base_distribution = base_distribution.expand(back[: len(back) - event])
        if into > event:
            base_distribution = Independent(base_distribution, into - event)
        self.base_dist = base_distribution
        dims = max(out, event + out - into)
        if len(forward) < dims:
            raise ShapeAssertionError(f"forward_shape length {len(forward)} must be >= event_dim {dims}")
        cut = len(forward) - dims
        super().__init__(forward[:cut], forward[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = self._get_checked_instance(TransformedDistribution, _instance)
        batch = sample_size(batch_shape)
        shape = Size((*batch, *self.event_shape))
        for transform in reversed(self.transforms):
            shape = Size(transform.inverse_shape(shape))
        for name, value in self.__dict__.items():
            new.__dict__.setdefault(name, value)
        new.base_dist = self.base_dist.expand(shape[: len(shape) - len(self.base_dist.event_shape)])
        new.transforms = self.transforms
        new._batch_shape, new._event_shape = batch, self._event_shape
        return new

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> Any:
        if not self.transforms:
            return self.base_dist.support
        found = self.transforms[-1].codomain
        more = len(self.event_shape) - found.event_dim
        return constraints._IndependentConstraint(found, more) if more > 0 else found

    @property
    def has_rsample(self) -> Any:
        return self.base_dist.has_rsample

    def sample(self, sample_shape: Any = NONE) -> Any:
        with unrecorded_gradients():
            return self._through(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = NONE) -> Any:
        return self._through(self.base_dist.rsample(sample_shape))

    def _through(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value: Any) -> Any:
        if self._validate_args is True:
            self._validate_sample(value)
        dims = len(self.event_shape)
        total: Any = 0.0
        y = value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            dims += transform.domain.event_dim - transform.codomain.event_dim
            total = total - sum_rightmost(transform.log_abs_det_jacobian(x, y), dims - transform.domain.event_dim)
            y = x
        return total + sum_rightmost(self.base_dist.log_prob(y), dims - len(self.base_dist.event_shape))

    def _monotonized(self, value: Any) -> Any:
        sign: Any = 1
        for transform in self.transforms:
            sign = sign * transform.sign
        return value if isinstance(sign, int) and sign == 1 else sign * (value - 0.5) + 0.5

    def cdf(self, value: Any) -> Any:
        for transform in self.transforms[::-1]:
            value = transform.inv(value)
        if self._validate_args is True:
            self.base_dist._validate_sample(value)
        return self._monotonized(self.base_dist.cdf(value))

    def icdf(self, value: Any) -> Any:
        return self._through(self.base_dist.icdf(self._monotonized(value)))
