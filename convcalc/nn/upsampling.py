"""Layers that resample to a size or by a factor."""

from __future__ import annotations

from convcalc.ops import interpolation as _interpolation
from convcalc.tensor import Tensor, Unknown

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="upsampling", ranks=(3, 4, 5))
class Upsample(Module):
    """Resamples the dimensions after the first two.

    Shapes:  x: (N, C, *);  y: (N, C, *size)
    Formula: `size' = floor(size * scale_factor)`
    Units:   no params, no macs
    Errors:  both or none of size and scale_factor; a mode that does not fit the number of dimensions; an empty result
    Source:  torch.nn.Upsample
    """

    __constants__ = ["size", "scale_factor", "mode", "align_corners", "name", "recompute_scale_factor"]

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.name = type(self).__name__
        self.size = size
        if isinstance(scale_factor, tuple):
            self.scale_factor: Any = tuple(map(_float, scale_factor))
        else:
            self.scale_factor = _float(scale_factor) if isinstance(scale_factor, Unknown) or scale_factor else None
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        return _interpolation.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            recompute_scale_factor=self.recompute_scale_factor,
        )

    def __setstate__(self, state: dict[str, Any]) -> None:
        state.setdefault("recompute_scale_factor", True)
        super().__setstate__(state)

    def extra_repr(self) -> str:
        given = f"scale_factor={self.scale_factor!r}" if self.scale_factor is not None else f"size={self.size!r}"
        return f"{given}, mode={self.mode!r}"


def _float(factor: Any) -> Any:
    return factor if isinstance(factor, Unknown) else float(factor)


@facts(dims=2)
class UpsamplingNearest2d(Upsample):
    """`Upsample` of images with the nearest pixel.

    Shapes:  x: (N, C, H, W);  y: (N, C, *size)
    Source:  torch.nn.UpsamplingNearest2d
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


@facts(dims=2, ranks=(4,), sample=3)
class UpsamplingBilinear2d(Upsample):
    """`Upsample` of images between four pixels, corners aligned.

    Shapes:  x: (N, C, H, W);  y: (N, C, *size)
    Source:  torch.nn.UpsamplingBilinear2d
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
