"""Attention: the projections are parameters of the layer itself, and out_proj is a layer that is never called."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)

    def forward(self, x):
        y, _ = self.attention(x, x, x, need_weights=False)
        return y


PARAMS = (
    3 * 64 * 64 + 3 * 64  # in_proj: queries, keys and values
    + 64 * 64 + 64  # out_proj
)  # fmt: skip
MACS = (
    3 * 16 * 64 * 64  # the projections in, of 16 positions
    + 4 * 16 * 16 * 16  # queries times keys: 4 heads of 16 features
    + 4 * 16 * 16 * 16  # weights times values
    + 16 * 64 * 64  # the projection out
)  # 294,912, of which torch.utils.flop_counter sees 262,144, and none in eval mode without gradients
OUTPUTS = [(1, 16, 64)]

model = Net()
print(model(torch.randn(1, 16, 64)).shape)
