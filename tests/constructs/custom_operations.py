"""Operations of one's own: `torch.library` in its forms, `torch.ops`, symbolic export registered for them."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.onnx import register_custom_op_symbolic
from torch.onnx.symbolic_helper import parse_args


@torch.library.custom_op("pixels::roll", mutates_args=())
def roll(x: Tensor, by: int) -> Tensor:
    return torch.from_numpy(x.detach().numpy().copy()).roll(by, -1)


@roll.register_fake
def _(x, by):
    return torch.empty_like(x)


def roll_backward(ctx, grad):
    return grad.roll(-ctx.by, -1), None


roll.register_autograd(roll_backward, setup_context=lambda ctx, inputs, output: setattr(ctx, "by", inputs[1]))

torch.library.define("pixels::halve", "(Tensor x, int dim) -> Tensor")


@torch.library.impl("pixels::halve", "cpu")
def halve(x, dim):
    return x.narrow(dim, 0, x.size(dim) // 2).clone()


@torch.library.register_fake("pixels::halve")
def _(x, dim):
    return x.narrow(dim, 0, x.size(dim) // 2)


library = torch.library.Library("stripes", "DEF")
library.define("double(Tensor x) -> Tensor")
library.impl("double", lambda x: torch.cat([x, x], 1), "CPU")


@parse_args("v", "i")
def symbolic_roll(g, x, by):
    return g.op("custom::roll", x, by_i=by)


register_custom_op_symbolic("pixels::roll", symbolic_roll, 13)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        x = roll(self.conv(x), 1)
        x = torch.ops.pixels.halve(x, 3)
        x = torch.ops.pixels.roll(x, 2)
        x = torch.ops.stripes.double(x)
        x = torch.ops.aten.add.Tensor(x, torch.ops.aten.relu.default(x))
        return self.head(torch.ops.aten.mean.dim(x, [2, 3]))


Net()(torch.randn(2, 3, 10, 12))
