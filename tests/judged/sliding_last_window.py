"""The last window is shorter than the fixed head wants."""
import torch
from torch import nn

signal = torch.randn(1, 3, 230)
window = 50


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 6, 7, stride=2)
        self.head = nn.Linear(6 * 22, 2)

    def forward(self, x):
        x = torch.relu(self.conv(x))
        return self.head(x.flatten(1))  # raises


detector = Detector().eval()
found = []
for begin in range(0, signal.shape[-1], window):
    logits = detector(signal[..., begin : begin + window])
    if logits.argmax(1).item() == 1:
        found.append(begin)
print(found)
