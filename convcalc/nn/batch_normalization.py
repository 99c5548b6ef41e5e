"""Batch normalisation, and what it shares with instance normalisation: weights and running statistics."""

from __future__ import annotations

from convcalc.ops import normalization as _normalization
from convcalc.tensor import (
    Parameter,
    ShapeIndexError,
    ShapeValueError,
    Tensor,
    UninitializedBuffer,
    UninitializedParameter,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import int64
from convcalc.tensor.tensor import check_sizes
from convcalc.tensor.unknown import lacks

from .constructors import own_constructor
from .facts import facts
from .lazy import LazyModuleMixin
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@own_constructor
@facts(kind="normalization", takes="num_features", gives="num_features", axis=1, unit="channels")
class _NormBase(Module):
    """Weights of each channel, and running statistics.

    Source: torch/nn/modules/batchnorm.py
    """

    _version = 2
    __constants__ = ["track_running_stats", "momentum", "eps", "num_features", "affine"]

    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            num_features: int,
            eps: float = 1e-5,
            momentum: float | None = 0.1,
            affine: bool = True,
            track_running_stats: bool = True,
            device: Any = None,
            dtype: Any = None,
            *,
            bias: bool = True,
        ) -> None:
            super().__init__()
            self.num_features = num_features
            self.eps = eps
            self.momentum = momentum
            self.affine = affine
            self.track_running_stats = track_running_stats
            kind = dtype_of(dtype)
            shape = check_sizes((num_features,), "empty") if affine or track_running_stats else ()
            parameters, buffers = self._parameters, self._buffers
            parameters["weight"] = Parameter(make(shape, kind)) if affine else None
            parameters["bias"] = Parameter(make(shape, kind)) if affine and bias else None
            buffers["running_mean"] = make(shape, kind) if track_running_stats else None
            buffers["running_var"] = make(shape, kind) if track_running_stats else None
            buffers["num_batches_tracked"] = make((), int64) if track_running_stats else None
            self.reset_parameters()

        return __init__

    def reset_running_stats(self) -> None:
        """Values are not kept: nothing to do."""

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def _check_input_dim(self, input: Tensor) -> None:
        raise NotImplementedError

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


@own_constructor
class _BatchNorm(_NormBase):
    """Normalises each channel over the batch in training, by the running statistics otherwise."""

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return self._normalised(input)

    def _normalised(self, input: Tensor) -> Tensor:
        training = self.training
        mean = var = None
        if not training or self.track_running_stats:
            mean, var = self.running_mean, self.running_var
        use_batch = training or (mean is None and var is None)
        factor = 0.0 if self.momentum is None else self.momentum
        return _normalization.batch_norm(input, mean, var, self.weight, self.bias, use_batch, factor, self.eps)


def check_dims(input: Tensor, allowed: tuple[int, ...]) -> None:
    ndim = input.dim()
    if ndim not in allowed and type(ndim) is int:
        expected = " or ".join(f"{n}D" for n in allowed)
        raise ShapeValueError(
            f"expected {expected} input (got {ndim}D input)",
            "input-dimensions",
            expected=allowed,
            actual=ndim,
            shape=tuple(input.shape),
        )


class _LazyNormBase(LazyModuleMixin, _NormBase):
    """Takes num_features from the first input's channels."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False, device, dtype, bias=False)
        self.affine = affine
        self.track_running_stats = track_running_stats
        if affine:
            self.weight = UninitializedParameter(dtype=dtype)
            if bias:
                self.bias = UninitializedParameter(dtype=dtype)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(dtype=dtype)
            self.running_var = UninitializedBuffer(dtype=dtype)
            self.num_batches_tracked = make((), int64)

    def initialize_parameters(self, input: Tensor) -> None:
        if not self.has_uninitialized_params():
            return
        if input.ndim < 2:
            raise ShapeIndexError("tuple index out of range")
        self.num_features = input.shape[1]
        for tensor in (self.weight, self.bias, self.running_mean, self.running_var):
            if isinstance(tensor, (UninitializedParameter, UninitializedBuffer)):
                tensor.materialize((self.num_features,), dtype=tensor.dtype)


@facts(dims=1, ranks=(2, 3))
class BatchNorm1d(_BatchNorm):
    """Normalise each channel over the batch.

    Shapes:  x: (N, C) or (N, C, L); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 2-D or 3-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm1d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        check_dims(input, (2, 3))


@facts(dims=2, ranks=(4,), sample=3)
class BatchNorm2d(_BatchNorm):
    """Normalise each channel over the batch and the image.

    Shapes:  x: (N, C, H, W); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 4-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm2d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() != 4:
            check_dims(input, (4,))


@facts(dims=3, ranks=(5,), sample=4)
class BatchNorm3d(_BatchNorm):
    """Normalise each channel over the batch and the volume.

    Shapes:  x: (N, C, D, H, W); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 5-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm3d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        check_dims(input, (5,))


@facts(dims=1, ranks=(2, 3))
class LazyBatchNorm1d(_LazyNormBase, _BatchNorm):
    """`BatchNorm1d` that takes num_features from its first input."""

    cls_to_become = BatchNorm1d
    _check_input_dim = BatchNorm1d._check_input_dim


@facts(dims=2, ranks=(4,), sample=3)
class LazyBatchNorm2d(_LazyNormBase, _BatchNorm):
    """`BatchNorm2d` that takes num_features from its first input."""

    cls_to_become = BatchNorm2d
    _check_input_dim = BatchNorm2d._check_input_dim


@facts(dims=3, ranks=(5,), sample=4)
class LazyBatchNorm3d(_LazyNormBase, _BatchNorm):
    """`BatchNorm3d` that takes num_features from its first input."""

    cls_to_become = BatchNorm3d
    _check_input_dim = BatchNorm3d._check_input_dim


class SyncBatchNorm(_BatchNorm):
    """Batch normalisation over the batches of all processes; in one process, over its batch.

    Shapes:  x: (N, C, *); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x has fewer than 2 dimensions; no channels
    Source:  torch.nn.SyncBatchNorm
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ShapeValueError(
                f"expected at least 2D input (got {input.dim()}D input)", "input-dimensions", actual=input.dim()
            )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        if input.size(1) == 0:
            raise ShapeValueError("SyncBatchNorm number of input channels should be non-zero", "norm-channels")
        return self._normalised(input)

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module with every batch normalisation below it (or itself) turned into this one, its tensors kept."""
        converted: Any = module
        if isinstance(module, _BatchNorm):
            converted = SyncBatchNorm(
                module.num_features,
                module.eps,
                module.momentum,
                module.affine,
                module.track_running_stats,
                process_group,
                bias=module.bias is not None,
            )
            if module.affine:
                converted.weight, converted.bias = module.weight, module.bias
            converted.running_mean, converted.running_var = module.running_mean, module.running_var
            converted.num_batches_tracked = module.num_batches_tracked
            converted.training = module.training
        for name, child in list(module.named_children()):
            converted.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return converted  # type: ignore[no-any-return]


lacks(SyncBatchNorm, "nn.SyncBatchNorm", "_check_non_zero_input_channels")
