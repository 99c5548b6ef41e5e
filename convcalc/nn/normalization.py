"""Normalisation layers."""

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
from convcalc.trace.recorder import warn

from .lazy import LazyModuleMixin
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _sizes(value: Any) -> tuple[int, ...]:
    return check_sizes((value,), "empty")


def _layer_shape(normalized_shape: Any) -> tuple[int, ...]:
    """The shape that a layer normalises over: an int stands for one dimension."""
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


class _NormBase(Module):
    """Weights of each channel, and running statistics.

    Source: torch/nn/modules/batchnorm.py
    """

    _version = 2
    __constants__ = ["track_running_stats", "momentum", "eps", "num_features", "affine"]

    def __init__(
        self,
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
        shape = _sizes(num_features) if affine or track_running_stats else ()
        parameters, buffers = self._parameters, self._buffers
        parameters["weight"] = Parameter(make(shape, kind)) if affine else None
        parameters["bias"] = Parameter(make(shape, kind)) if affine and bias else None
        buffers["running_mean"] = make(shape, kind) if track_running_stats else None
        buffers["running_var"] = make(shape, kind) if track_running_stats else None
        buffers["num_batches_tracked"] = make((), int64) if track_running_stats else None
        self.reset_parameters()

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


def _check_dims(input: Tensor, allowed: tuple[int, ...]) -> None:
    ndim = input.dim()
    if ndim not in allowed and type(ndim) is int:
        expected = " or ".join(f"{n}D" for n in allowed)
        raise ShapeValueError(
            f"expected {expected} input (got {ndim}D input)",
            "norm-dimensions",
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


class BatchNorm1d(_BatchNorm):
    """Normalise each channel over the batch.

    Shapes:  x: (N, C) or (N, C, L); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 2-D or 3-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm1d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        _check_dims(input, (2, 3))


class BatchNorm2d(_BatchNorm):
    """Normalise each channel over the batch and the image.

    Shapes:  x: (N, C, H, W); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 4-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm2d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() != 4:
            _check_dims(input, (4,))


class BatchNorm3d(_BatchNorm):
    """Normalise each channel over the batch and the volume.

    Shapes:  x: (N, C, D, H, W); y: the same
    Units:   params = 2 * C; buffers: mean and variance (C) and a counter
    Errors:  x is not 5-D; its channels are not num_features; one value per channel in training
    Source:  torch.nn.BatchNorm3d
    """

    def _check_input_dim(self, input: Tensor) -> None:
        _check_dims(input, (5,))


class LazyBatchNorm1d(_LazyNormBase, _BatchNorm):
    """`BatchNorm1d` that takes num_features from its first input."""

    cls_to_become = BatchNorm1d
    _check_input_dim = BatchNorm1d._check_input_dim


class LazyBatchNorm2d(_LazyNormBase, _BatchNorm):
    """`BatchNorm2d` that takes num_features from its first input."""

    cls_to_become = BatchNorm2d
    _check_input_dim = BatchNorm2d._check_input_dim


class LazyBatchNorm3d(_LazyNormBase, _BatchNorm):
    """`BatchNorm3d` that takes num_features from its first input."""

    cls_to_become = BatchNorm3d
    _check_input_dim = BatchNorm3d._check_input_dim


class SyncBatchNorm(_BatchNorm):
    """Batch normalisation over the batches of all processes; in one process, over its batch.

    Shapes:  x: (N, C, *); y: the same
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
                f"expected at least 2D input (got {input.dim()}D input)", "norm-dimensions", actual=input.dim()
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


class _InstanceNorm(_NormBase):
    """Normalises each channel of each sample; `no_batch_dim` is the number of dimensions of one sample."""

    no_batch_dim = 0

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def _get_no_batch_dim(self) -> int:
        return self.no_batch_dim

    def _check_input_dim(self, input: Tensor) -> None:
        _check_dims(input, (self.no_batch_dim, self.no_batch_dim + 1))

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        at = input.dim() - self._get_no_batch_dim()
        channels = input.size(at)
        if channels != self.num_features:
            if self.affine:
                message = f"expected input's size at dim={at} to match num_features ({self.num_features}), but got: {channels}."
                raise ShapeValueError(
                    message,
                    "norm-channels",
                    expected=self.num_features,
                    actual=channels,
                    shape=tuple(input.shape),
                    argument="num_features",
                )
            warn(
                f"the input has {channels} channels where the layer was built for {self.num_features}; it has no weights, so it works all the same"
            )
        if at == 0:
            result = self._normalised(make((1, *input.shape), input.dtype))
            return make(result.shape[1:], result.dtype)
        return self._normalised(input)

    def _normalised(self, input: Tensor) -> Tensor:
        return _normalization.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )


class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each sample.

    Shapes:  x: (N, C, L) or (C, L); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 2-D or 3-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm1d
    """

    no_batch_dim = 2


class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each image.

    Shapes:  x: (N, C, H, W) or (C, H, W); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 3-D or 4-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm2d
    """

    no_batch_dim = 3


class InstanceNorm3d(_InstanceNorm):
    """Normalise each channel of each volume.

    Shapes:  x: (N, C, D, H, W) or (C, D, H, W); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 4-D or 5-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm3d
    """

    no_batch_dim = 4


class LazyInstanceNorm1d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm1d` that takes num_features from its first input."""

    no_batch_dim = 2
    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm2d` that takes num_features from its first input."""

    no_batch_dim = 3
    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm3d` that takes num_features from its first input."""

    no_batch_dim = 4
    cls_to_become = InstanceNorm3d


class LayerNorm(Module):
    """Normalise over the last dimensions.

    Shapes:  x: (*, *normalized_shape); y: the same
    Units:   params = 2 * product(normalized_shape)
    Errors:  the last sizes of x are not normalized_shape
    Source:  torch.nn.LayerNorm
    """

    __constants__ = ["normalized_shape", "eps", "elementwise_affine"]

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _layer_shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        kind = dtype_of(dtype)
        shape = _sizes(self.normalized_shape) if elementwise_affine else ()
        self.register_parameter("weight", Parameter(make(shape, kind)) if elementwise_affine else None)
        self.register_parameter("bias", Parameter(make(shape, kind)) if elementwise_affine and bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"


class RMSNorm(Module):
    """Divide by the root mean square over the last dimensions.

    Shapes:  x: (*, *normalized_shape); y: the same
    Units:   params = product(normalized_shape)
    Errors:  the last sizes of x are not normalized_shape
    Source:  torch.nn.RMSNorm
    """

    __constants__ = ["normalized_shape", "eps", "elementwise_affine"]

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _layer_shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.register_parameter(
            "weight", Parameter(make(_sizes(self.normalized_shape), dtype_of(dtype))) if elementwise_affine else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, x: Tensor) -> Tensor:
        return _normalization.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Normalise each group of channels of each sample.

    Shapes:  x: (N, C, *); y: the same
    Units:   params = 2 * C
    Errors:  num_groups does not divide num_channels; x does not have num_channels channels
    Source:  torch.nn.GroupNorm
    """

    __constants__ = ["num_groups", "num_channels", "eps", "affine"]

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups != 0:
            message = f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            raise ShapeValueError(
                message, "norm-groups", expected=num_groups, actual=num_channels, argument="num_groups"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        kind = dtype_of(dtype)
        shape = _sizes(num_channels) if affine else ()
        self.register_parameter("weight", Parameter(make(shape, kind)) if affine else None)
        self.register_parameter("bias", Parameter(make(shape, kind)) if affine and bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class _ResponseNorm(Module):
    """The settings of normalisation across neighbouring channels."""

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class LocalResponseNorm(_ResponseNorm):
    """Divide by a power of the mean square over neighbouring channels.

    Shapes:  x: (N, C, *); y: the same
    Errors:  x has fewer than 3 dimensions
    Source:  torch.nn.LocalResponseNorm
    """

    __constants__ = ["size", "alpha", "beta", "k"]

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.local_response_norm(input, self.size, self.alpha, self.beta, self.k)


class CrossMapLRN2d(_ResponseNorm):
    """`LocalResponseNorm` of images as an autograd function.

    Shapes:  x: (N, C, H, W); y: the same
    Errors:  x is not 4-D
    Source:  torch.nn.CrossMapLRN2d
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() != 4:
            raise ShapeValueError(
                f"CrossMapLRN2d: Expected input to be 4D, got {input.dim()}D instead.",
                "norm-dimensions",
                actual=input.dim(),
            )
        return make(input.shape, input.dtype)
