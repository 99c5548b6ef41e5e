"""Instance normalisation."""

from __future__ import annotations

from convcalc.ops import normalization as _normalization
from convcalc.tensor import ShapeValueError, Tensor, make
from convcalc.tensor.unknown import lacks
from convcalc.trace.recorder import warn

from .batch_normalization import _LazyNormBase, _NormBase, check_dims
from .facts import facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
        check_dims(input, (self.no_batch_dim, self.no_batch_dim + 1))

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


@facts(dims=1, ranks=(2, 3), sample=2)
class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each sample.

    Shapes:  x: (N, C, L) or (C, L); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 2-D or 3-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm1d
    """

    no_batch_dim = 2


@facts(dims=2, ranks=(3, 4), sample=3)
class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each image.

    Shapes:  x: (N, C, H, W) or (C, H, W); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 3-D or 4-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm2d
    """

    no_batch_dim = 3


@facts(dims=3, ranks=(4, 5), sample=4)
class InstanceNorm3d(_InstanceNorm):
    """Normalise each channel of each volume.

    Shapes:  x: (N, C, D, H, W) or (C, D, H, W); y: the same
    Units:   params = 2 * C where affine, else 0
    Errors:  x is not 4-D or 5-D; its channels are not num_features (where affine); one place per channel in training
    Source:  torch.nn.InstanceNorm3d
    """

    no_batch_dim = 4


@facts(dims=1, ranks=(2, 3), sample=2)
class LazyInstanceNorm1d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm1d` that takes num_features from its first input."""

    no_batch_dim = 2
    cls_to_become = InstanceNorm1d


@facts(dims=2, ranks=(3, 4), sample=3)
class LazyInstanceNorm2d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm2d` that takes num_features from its first input."""

    no_batch_dim = 3
    cls_to_become = InstanceNorm2d


@facts(dims=3, ranks=(4, 5), sample=4)
class LazyInstanceNorm3d(_LazyNormBase, _InstanceNorm):
    """`InstanceNorm3d` that takes num_features from its first input."""

    no_batch_dim = 4
    cls_to_become = InstanceNorm3d


lacks(_InstanceNorm, "nn.InstanceNorm", "_apply_instance_norm _handle_no_batch_input")
