"""Families with matrices: normal distributions with covariances, and distributions of matrices.

Source: torch/distributions/multivariate_normal.py, lowrank_multivariate_normal.py, wishart.py, lkj_cholesky.py
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.tensor import ShapeAssertionError, ShapeError, ShapeValueError, Size, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.size import differ
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.values import known

from . import constraints
from .calls import broadcast_all, common_dtype, constant, is_plain_number, recorded, widened
from .distribution import NONE, Distribution, ExponentialFamily
from .families import CLASSES
from .family import Family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

WAYS = ("covariance_matrix", "precision_matrix", "scale_tril")


def _tensor(value: Any, name: str) -> Tensor:
    if type(value) is Unknown:
        raise UnknownValue(value.reason)
    if not isinstance(value, Tensor):
        raise AttributeError(f"'{type(value).__name__}' object has no attribute 'dim'")
    return value


def _way(name: str) -> Any:
    """A matrix by another way than it was given, computed when it is first asked for."""

    def ask(self: Any) -> Any:
        own = self.__dict__
        if name not in own:
            shape = Size((*self._batch_shape, *self._event_shape[:1], *self._event_shape[:1]))
            given = [own[way] for way in (*WAYS, "cov_factor", "cov_diag") if way in own]
            own[name] = recorded(f"{self._title()}.{name}", lambda *xs: make(shape, common_dtype(*xs)), *given)
        return own[name]

    def keep(self: Any, value: Any) -> None:
        self.__dict__[name] = value

    return property(ask, keep)


class _OfMatrix(Family):
    """A family that is given a matrix in one of three ways."""

    has_rsample = True
    _spread: tuple[str, ...] = ()  # the parameters that variance and entropy are computed of, where these are not all
    covariance_matrix, precision_matrix, scale_tril = map(_way, WAYS)

    def _lazy_names(self) -> tuple[str, ...]:
        return tuple(name for name in WAYS if name not in self.__dict__)

    def _check_square(self, matrix: Tensor, name: str) -> None:
        """A matrix that is not square has no Cholesky decomposition."""
        if name != "scale_tril" and differ(matrix.shape[-2:-1], matrix.shape[-1:]):
            raise ShapeError(
                f"linalg.cholesky: A must be batches of square matrices, but they are {matrix.shape[-2]} by {matrix.shape[-1]} matrices",
                "matmul", actual=tuple(matrix.shape),
            )  # fmt: skip

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

    def _of_events(self, name: str, needs_gradient: bool = True, of: Sequence[str] = ()) -> Any:
        return _of_any_layout(super()._of_events(name, needs_gradient, of or self._spread))

    def _of_batch(self, name: str, needs_gradient: bool = True, of: Sequence[str] = ()) -> Any:
        return _of_any_layout(super()._of_batch(name, needs_gradient, of or self._spread))

    def _scored(self, name: str, value: Any, is_checked: bool = True) -> Any:
        return _of_any_layout(super()._scored(name, value, is_checked))

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        if any(operand.dtype is not operands[0].dtype for operand in operands):
            raise UnknownValue("a calculation with matrices of several element types")
        return common_dtype(*operands)


def _of_any_layout(result: Any) -> Any:
    """What was computed of matrices that were not widened, and seen with a larger batch or in another order afterwards."""
    if isinstance(result, Tensor) and result.ndim:
        result._strides = unknown_strides(result.shape)
    return result


class MultivariateNormal(_OfMatrix):
    """A normal distribution of vectors."""

    support = constraints.real_vector
    _parameters = ("loc", *WAYS)
    _spread = WAYS
    arg_constraints: Any = {
        "loc": constraints.real_vector, "covariance_matrix": constraints.positive_definite, "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }  # fmt: skip

    def __init__(
        self, loc: Any, covariance_matrix: Any = None, precision_matrix: Any = None, scale_tril: Any = None, validate_args: Any = None
    ) -> None:  # fmt: skip
        if _tensor(loc, "loc").dim() < 1:
            raise ShapeValueError("loc must be at least one-dimensional.", "input-dimensions", actual=())
        given = {
            name: value
            for name, value in zip(WAYS, (covariance_matrix, precision_matrix, scale_tril))
            if value is not None
        }
        if len(given) != 1:
            raise ShapeValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified."
            )
        ((name, matrix),) = given.items()
        if _tensor(matrix, name).dim() < 2:
            raise ShapeValueError(
                f"{name} matrix must be at least two-dimensional, with optional leading batch dimensions", "input-dimensions",
                actual=tuple(matrix.shape),
            )  # fmt: skip
        batch = Size(broadcast_shapes(matrix.shape[:-2], loc.shape[:-1]))
        self.__dict__[name] = widened(matrix, Size((*batch, *matrix.shape[-2:])))
        self.loc = widened(loc, Size((*batch, *loc.shape[-1:])))
        Distribution.__init__(self, batch, Size(loc.shape[-1:]), validate_args)
        self._check_square(matrix, name)
        size = matrix.shape[-1]
        if differ((size,), loc.shape[-1:]):
            self._misfit = (tuple(loc.shape), tuple(matrix.shape))

    _misfit: Any = None

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def mode(self) -> Any:
        return self.loc

    def _sample_of(self, name: str, sample_shape: Any) -> Any:
        self._check_sizes()
        return super()._sample_of(name, sample_shape)

    def _scored(self, name: str, value: Any, is_checked: bool = True) -> Any:
        if self._misfit is not None and self._validate_args is True:
            self._validate_sample(value)
        self._check_sizes()
        return super()._scored(name, value, is_checked)

    def _check_sizes(self) -> None:
        """A mean and a matrix of different sizes are only met when they are used."""
        if self._misfit is not None:
            loc, matrix = self._misfit
            raise ShapeError(
                f"the mean {loc} and the matrix {matrix} of a MultivariateNormal have different sizes", "matmul", expected=loc,
                actual=matrix,
            )  # fmt: skip


class LowRankMultivariateNormal(_OfMatrix):
    """A normal distribution of vectors, with a covariance of low rank."""

    support = constraints.real_vector
    _parameters = ("loc", "cov_factor", "cov_diag")
    _spread = ("cov_factor", "cov_diag")
    arg_constraints: Any = {
        "loc": constraints.real_vector, "cov_factor": constraints._IndependentConstraint(constraints.real, 2),
        "cov_diag": constraints._IndependentConstraint(constraints.positive, 1),
    }  # fmt: skip

    def __init__(self, loc: Any, cov_factor: Any, cov_diag: Any, validate_args: Any = None) -> None:
        if _tensor(loc, "loc").dim() < 1:
            raise ShapeValueError("loc must be at least one-dimensional.", "input-dimensions", actual=())
        event = Size(loc.shape[-1:])
        if _tensor(cov_factor, "cov_factor").dim() < 2:
            raise ShapeValueError(
                "cov_factor must be at least two-dimensional, with optional leading batch dimensions", "input-dimensions",
                actual=tuple(cov_factor.shape),
            )  # fmt: skip
        if differ(cov_factor.shape[-2:-1], event):
            raise ShapeValueError(
                f"cov_factor must be a batch of matrices with shape {event[0]} x m",
                expected=event[0],
                actual=tuple(cov_factor.shape),
            )
        if differ(_tensor(cov_diag, "cov_diag").shape[-1:], event):
            raise ShapeValueError(
                f"cov_diag must be a batch of vectors with shape {event}",
                expected=event[0],
                actual=tuple(cov_diag.shape),
            )
        try:
            batch = Size(broadcast_shapes(loc.shape[:-1], cov_factor.shape[:-2], cov_diag.shape[:-1]))
        except ShapeError:
            raise ShapeValueError(
                f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, cov_diag {cov_diag.shape}",
                "broadcast",
            ) from None
        self.loc, self.cov_diag = (widened(x, Size((*batch, *event))) for x in (loc, cov_diag))
        self.cov_factor = widened(cov_factor, Size((*batch, *cov_factor.shape[-2:])))
        Distribution.__init__(self, batch, event, validate_args)

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def mode(self) -> Any:
        return self.loc


class Wishart(_OfMatrix, ExponentialFamily):
    """A distribution of positive definite matrices."""

    _parameters = ("df", *WAYS)
    support = constraints.positive_definite

    def __init__(
        self, df: Any, covariance_matrix: Any = None, precision_matrix: Any = None, scale_tril: Any = None, validate_args: Any = None
    ) -> None:  # fmt: skip
        given = {
            name: value
            for name, value in zip(WAYS, (covariance_matrix, precision_matrix, scale_tril))
            if value is not None
        }
        if len(given) != 1:
            raise ShapeAssertionError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.", "argument"
            )
        ((name, matrix),) = given.items()
        if _tensor(matrix, name).dim() < 2:
            raise ShapeValueError(
                "scale_tril must be at least two-dimensional, with optional leading batch dimensions", "input-dimensions",
                actual=tuple(matrix.shape),
            )  # fmt: skip
        if is_plain_number(df):
            batch = Size(matrix.shape[:-2])
            self.df = constant((), df, matrix.dtype)
        else:
            batch = Size(broadcast_shapes(matrix.shape[:-2], df.shape))
            self.df = widened(df, batch)
        event, least = Size(matrix.shape[-2:]), matrix.shape[-1] - 1
        values = known(self.df)
        if values is not None and any(value <= least for value in values):
            raise ShapeValueError(f"Value of df={df} expected to be greater than ndim - 1 = {least}.", actual=df)
        self.__dict__[name] = widened(matrix, Size((*batch, *event)))
        Distribution.__init__(self, batch, event, validate_args)
        self._check_square(matrix, name)

    @property
    def arg_constraints(self) -> Any:
        return {
            "covariance_matrix": constraints.positive_definite, "precision_matrix": constraints.positive_definite,
            "scale_tril": constraints.lower_cholesky, "df": constraints._GreaterThan(self.event_shape[-1] - 1),
        }  # fmt: skip

    def _of_events(self, name: str, needs_gradient: bool = True, of: Sequence[str] = ()) -> Any:
        if differ((self.df.numel(),), (self._batch_shape.numel(),)):
            raise ShapeError(
                f"shape '{[*self._batch_shape, 1, 1]}' is invalid for input of size {self.df.numel()}", "view-size",
                actual=tuple(self.df.shape),
            )  # fmt: skip
        return super()._of_events(name, needs_gradient, of)

    def rsample(self, sample_shape: Any = NONE, max_try_correction: Any = None) -> Any:
        return self._sample_of("rsample", sample_shape)

    def _drawn(self, *parameters: Tensor) -> Any:
        return common_dtype(*parameters)


class LKJCholesky(Family):
    """A distribution of Cholesky factors of correlation matrices."""

    arg_constraints: Any = {"concentration": constraints.positive}
    support = constraints.corr_cholesky
    _parameters = ("concentration",)

    def __init__(self, dim: Any, concentration: Any = 1.0, validate_args: Any = None) -> None:
        if dim < 2:
            raise ShapeValueError(
                f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}.", actual=dim
            )
        self.dim = dim
        (self.concentration,) = broadcast_all(concentration)
        Distribution.__init__(self, Size(self.concentration.shape), Size((dim, dim)), validate_args)

    def _score_dtype(self, name: str, operands: Sequence[Any]) -> Any:
        return common_dtype(*operands)


for _kind, _file in (
    (MultivariateNormal, "multivariate_normal"), (LowRankMultivariateNormal, "lowrank_multivariate_normal"), (Wishart, "wishart"),
    (LKJCholesky, "lkj_cholesky"),
):  # fmt: skip
    _kind.__module__ = f"torch.distributions.{_file}"
    CLASSES[_kind.__name__] = _kind
