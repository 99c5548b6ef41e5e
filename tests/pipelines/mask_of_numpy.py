import numpy as np
import torch
import torch.nn as nn


def subsequent_mask(size):
    mask = np.triu(np.ones((1, size, size)), k=1).astype("uint8")
    return torch.from_numpy(mask) == 0


class Attention(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.h, self.dk = h, d // h
        self.lin = nn.ModuleList([nn.Linear(d, d) for _ in range(4)])

    def forward(self, q, k, v, mask=None):
        b = q.size(0)
        q, k, v = [l(x).view(b, -1, self.h, self.dk).transpose(1, 2) for l, x in zip(self.lin, (q, k, v))]
        scores = q @ k.transpose(-2, -1) / np.sqrt(self.dk)
        if mask is not None:
            scores = scores.masked_fill(mask.unsqueeze(1) == 0, -1e9)
        x = scores.softmax(-1) @ v
        return self.lin[-1](x.transpose(1, 2).contiguous().view(b, -1, self.h * self.dk))


x = torch.rand(2, 7, 32)
att = Attention(32, 4)
out = att(x, x, x, subsequent_mask(7))
print(out.shape, out.dtype)
