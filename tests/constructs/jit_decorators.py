"""Scripting: what `torch.jit` decorates, exports, leaves out and asks for."""

from typing import List, Optional

import torch
from torch import Tensor, nn


@torch.jit.script
def gelu(x: Tensor) -> Tensor:
    return x * 0.5 * (1.0 + torch.erf(x / 1.41421))


class Block(nn.Module):
    __constants__ = ["downsample"]
    cache: Optional[Tensor]

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.sizes = torch.jit.annotate(List[int], [])
        self.limit = torch.jit.Attribute(4, int).value
        self.cache = None
        self.stride: torch.jit.Final[int] = 2

    @torch.jit.ignore
    def report(self, x: Tensor) -> None:
        print(x.shape)

    @torch.jit.unused
    def checkpointed(self, x: Tensor) -> Tensor:
        return torch.utils.checkpoint.checkpoint(self.conv, x, use_reentrant=False)

    @torch.jit.export
    def features(self, x: Tensor) -> Tensor:
        return gelu(self.conv(x))

    def forward(self, x: Tensor) -> Tensor:
        if not torch.jit.is_scripting() and not torch.jit.is_tracing():
            self.report(x)
            x = self.checkpointed(x)
        if torch.jit.isinstance(x, torch.Tensor):
            x = self.features(x)
        with torch.jit.optimized_execution(True):
            return self.pool(x)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.body = nn.Sequential(Block(8), Block(8))

    def forward(self, x: Tensor) -> Tensor:
        futures: List[torch.jit.Future[Tensor]] = [torch.jit.fork(block.features, self.stem(x)) for block in self.body]
        y = sum(torch.jit.wait(future).mean() for future in futures)
        if torch.jit.is_scripting():
            return y
        assert not torch._C._get_tracing_state()
        return self.body(self.stem(x)) + y


model = Net().eval()
model(torch.randn(2, 3, 18, 18))
