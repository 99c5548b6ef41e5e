"""Functions with a backward of their own: context, saved tensors, the newer `setup_context`, several outputs."""

import torch
import torch.nn as nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable


class Reverse(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return grad.neg() * ctx.alpha, None


class Swish(Function):
    @staticmethod
    def forward(x):
        return x * torch.sigmoid(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s * (1 + x * (1 - s)))


class Quantise(Function):
    @staticmethod
    def forward(ctx, x, codes):
        flat = x.reshape(-1, x.size(-1))
        distance = (flat**2).sum(1, keepdim=True) + (codes**2).sum(1) - 2 * flat @ codes.t()
        index = distance.argmin(1)
        ctx.mark_non_differentiable(index)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, codes)
        return codes.index_select(0, index).view_as(x), index.view(x.shape[:-1])

    @staticmethod
    @once_differentiable
    def backward(ctx, grad, _):
        if not ctx.needs_input_grad[0]:
            return None, None
        return grad, None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Linear(6, 8)
        self.codes = nn.Embedding(16, 8)
        self.head = nn.Linear(8, 2)
        self.quantise = Quantise.apply

    def forward(self, x, alpha=0.5):
        x = Swish.apply(self.features(x))
        quantised, index = self.quantise(x, self.codes.weight)
        quantised = x + (quantised - x).detach()
        return self.head(Reverse.apply(quantised, alpha)), self.codes(index)


Net()(torch.randn(2, 5, 6))
