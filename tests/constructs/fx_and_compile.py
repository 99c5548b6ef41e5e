"""Graphs and compilers: `torch.fx.wrap`, `torch.compile` in its three forms, what `torch._dynamo` is asked."""

import torch
import torch.fx
import torch.nn as nn
from torch.fx import symbolic_trace


@torch.fx.wrap
def window(x: torch.Tensor, size: int) -> torch.Tensor:
    b, c, h, w = x.shape
    return x.view(b, c, h // size, size, w // size, size).permute(0, 2, 4, 3, 5, 1).reshape(-1, size * size, c)


def scale(x):
    return x / x.norm(dim=-1, keepdim=True)


torch.fx.wrap("scale")


@torch.compile(disable=True)
def activate(x):
    return torch.relu(x)


@torch.compile(fullgraph=True, dynamic=False, disable=True)
def shift(x, by=1):
    return x + by


@torch._dynamo.disable
def debug(x):
    return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 4, 4)
        self.mix = nn.Linear(16, 16)
        self.head = nn.Linear(16, 5)

    @torch.compiler.disable
    def tokens(self, x):
        return window(x, 4)

    def forward(self, x):
        x = self.tokens(self.stem(x))
        if torch.compiler.is_compiling() or torch._dynamo.is_compiling():
            return x
        torch._dynamo.graph_break()
        x = scale(activate(shift(self.mix(x), by=2)))
        return self.head(debug(x).mean(1))


torch._dynamo.config.suppress_errors = True
torch._dynamo.config.cache_size_limit = 64
torch.set_float32_matmul_precision("high")
model = Net()
if torch.cuda.is_available():
    model.compile()
    model = torch.compile(model, backend="inductor", options={"triton.cudagraphs": True})
torch._dynamo.reset()
model(torch.randn(2, 3, 32, 32))
