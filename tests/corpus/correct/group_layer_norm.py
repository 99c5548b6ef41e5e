import torch
import torch.nn as nn
import torch.nn.functional as F


class NormNet(nn.Module):
    def __init__(self, width=24, groups=6):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 4, stride=4)
        self.gn = nn.GroupNorm(groups, width)
        self.conv = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.inorm = nn.InstanceNorm2d(2 * width, affine=True)
        self.ln = nn.LayerNorm([48, 8, 8])
        self.head_norm = nn.LayerNorm(48)
        self.head = nn.Linear(48, 5)

    def forward(self, x):
        x = F.gelu(self.gn(self.stem(x)))
        x = self.inorm(self.conv(x))
        x = self.ln(x)
        x = x.mean(dim=(2, 3))
        return self.head(self.head_norm(x))


model = NormNet()
x = torch.randn(2, 3, 32, 32)
logits = model(x)
target = torch.tensor([1, 4])
loss = F.cross_entropy(logits, target)
loss.backward()
