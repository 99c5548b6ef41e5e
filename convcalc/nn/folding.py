"""Layers between windows and columns, and between channels and pixels."""

from __future__ import annotations

from convcalc.ops import folding as _folding
from convcalc.tensor import Tensor

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="folding", ranks=(2, 3), sample=2)
class Fold(Module):
    """Columns back as windows, added up where they overlap.

    Shapes:  x: (N, C*prod(kernel_size), blocks) or (C*prod(kernel_size), blocks);  y: (N, C, *output_size) or (C, *output_size)
    Formula: `blocks = prod((output_size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1)`
    Units:   no params, no macs
    Errors:  the channels do not divide; another number of blocks; a setting is out of range
    Source:  torch.nn.Fold
    """

    __constants__ = ["output_size", "kernel_size", "dilation", "padding", "stride"]

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return _folding.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        settings = f"dilation={self.dilation}, padding={self.padding}, stride={self.stride}"
        return f"output_size={self.output_size}, kernel_size={self.kernel_size}, {settings}"


@facts(kind="folding", ranks=(3, 4), sample=3)
class Unfold(Module):
    """Each window as a column.

    Shapes:  x: (N, C, H, W) or (C, H, W);  y: (N, C*prod(kernel_size), blocks) or (C*prod(kernel_size), blocks)
    Formula: `blocks = prod((size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1)`
    Units:   no params, no macs
    Errors:  not 3-D or 4-D; no room for the window; a setting is out of range
    Source:  torch.nn.Unfold
    """

    __constants__ = ["kernel_size", "dilation", "padding", "stride"]

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return _folding.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


@facts(kind="rearranging", dims=2, sample=3)
class PixelShuffle(Module):
    """Channels become pixels.

    Shapes:  x: (*, C*r*r, H, W);  y: (*, C, H*r, W*r)
    Units:   no params, no macs
    Errors:  r*r does not divide the channels; fewer than 3 dimensions
    Source:  torch.nn.PixelShuffle
    """

    __constants__ = ["upscale_factor"]

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return _folding.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


@facts(kind="rearranging", dims=2, sample=3)
class PixelUnshuffle(Module):
    """Pixels become channels: the reverse of `PixelShuffle`.

    Shapes:  x: (*, C, H*r, W*r);  y: (*, C*r*r, H, W)
    Units:   no params, no macs
    Errors:  r does not divide height and width; fewer than 3 dimensions
    Source:  torch.nn.PixelUnshuffle
    """

    __constants__ = ["downscale_factor"]

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return _folding.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


@facts(kind="rearranging")
class ChannelShuffle(Module):
    """Takes the channels of the groups by turns.

    Shapes:  x: (N, C, *);  y: the same
    Units:   no params, no macs
    Errors:  groups does not divide the second size; fewer than 3 dimensions
    Source:  torch.nn.ChannelShuffle
    """

    __constants__ = ["groups"]

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Tensor) -> Tensor:
        return _folding.channel_shuffle(input, self.groups)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
