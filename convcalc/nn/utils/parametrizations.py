"""Ready-made parametrizations.

Source: torch/nn/utils/parametrizations.py
"""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.ops import find
from convcalc.tensor import ShapeIndexError, ShapeValueError, Tensor, make
from convcalc.tensor.attributes import read

from .parametrize import register_parametrization
from .spectral_normalization import check_iterations, matrix_of, normalized, rows_dimension
from .weight_normalization import norm_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ORTHOGONAL_MAPS = ("matrix_exp", "cayley", "householder")


class _WeightNorm(Module):
    """A weight as its length times its direction."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return make(weight_v.shape, weight_v.dtype, weight_v._strides, weight_v.device)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return make(norm_shape(weight, self.dim), weight.dtype, device=weight.device), weight


class _SpectralNorm(Module):
    """A weight divided by its largest singular value; a vector by its length."""

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        ndim = weight.ndim
        if dim >= ndim or dim < -ndim:
            raise ShapeIndexError(
                f"Dimension out of range (expected to be in range of [-{ndim}, {ndim - 1}] but got {dim})",
                "dimension-range",
            )
        check_iterations(n_power_iterations)
        self.dim = dim if dim >= 0 else dim + ndim
        self.eps = eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            rows, columns = matrix_of(weight, self.dim).shape
            self.register_buffer("_u", make((rows,), weight.dtype, device=weight.device))
            self.register_buffer("_v", make((columns,), weight.dtype, device=weight.device))

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:
            return make(weight.shape, weight.dtype, device=weight.device)
        return normalized(weight, self.dim, self.n_power_iterations if self.training else 0)

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


class _Orthogonal(Module):
    """A matrix with orthogonal rows or columns, made from any matrix."""

    def __init__(self, weight: Tensor, orthogonal_map: str, *, use_trivialization: bool = True) -> None:
        super().__init__()
        if weight.is_complex() and orthogonal_map == "householder":
            raise ShapeValueError("The householder parametrization does not support complex tensors.")
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def _sizes(self, x: Tensor) -> tuple[Any, Any]:
        rows, columns = x.shape[-2:]
        return (columns, rows) if rows < columns else (rows, columns)

    def forward(self, X: Tensor) -> Tensor:
        rows, columns = self._sizes(X)
        made = make((*X.shape[:-2], rows, columns), X.dtype, device=X.device)
        if self.orthogonal_map == "matrix_exp":
            square = make((*X.shape[:-2], rows, rows), X.dtype, device=X.device)
            find("torch.matrix_exp")(square)  # type: ignore[misc]
        if getattr(self, "base", None) is not None:
            made = find("torch.matmul")(self.base, made)  # type: ignore[misc]
        return made if X.shape[-2] == rows else made.transpose(-2, -1)

    def right_inverse(self, Q: Tensor) -> Tensor:
        if Q.shape != self.shape:
            raise ShapeValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {Q.shape}."
            )
        if "base" in self._buffers:
            rows, _ = self._sizes(Q)
            self.base = make((*Q.shape[:-2], rows, rows), Q.dtype, device=Q.device)
        elif self.orthogonal_map != "householder":
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations when use_trivialization=False."
            )
        return make(Q.shape, Q.dtype, Q._strides, Q.device)


def _tensor_of(module: Any, name: str) -> Tensor:
    weight = read(module, name, None)
    if not isinstance(weight, Tensor):
        raise ShapeValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return weight


def orthogonal(
    module: Any, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Any:
    """Keeps a matrix, or a batch of them, orthogonal.

    Shapes:  original: as the weight; base: (*, longer, longer) with use_trivialization
    Errors:  fewer than 2 dimensions; no such map
    Source:  torch.nn.utils.parametrizations.orthogonal; Lezcano, Trivializations for gradient-based optimization on manifolds, 2019
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ShapeValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or weight.is_complex() else "householder"
    if orthogonal_map not in ORTHOGONAL_MAPS:
        raise ShapeValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    made = _Orthogonal(weight, orthogonal_map, use_trivialization=use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)


def weight_norm(module: Any, name: str = "weight", dim: int = 0) -> Any:
    """A weight as its length times its direction.

    Shapes:  original0: 1 along every dimension but `dim`, or () with dim=None; original1: as the weight
    Units:   params = the weight's + numel(original0)
    Source:  torch.nn.utils.parametrizations.weight_norm; Salimans and Kingma, Weight normalization, 2016
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """A weight divided by its largest singular value.

    Shapes:  original: as the weight; 0._u: (rows); 0._v: (numel(weight) / rows), the rows being dimension `dim`
    Units:   macs for one use = numel(weight) * (2 * n_power_iterations + 1), in eval mode numel(weight)
    Errors:  no such dimension; n_power_iterations is not positive
    Source:  torch.nn.utils.parametrizations.spectral_norm; Miyato et al., 2018
    """
    weight = _tensor_of(module, name)
    rows = rows_dimension(module) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, rows, eps))
