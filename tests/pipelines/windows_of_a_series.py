"""Windows of a series collected in a list, stacked by torch.Tensor, a batch padded by hand."""
import numpy as np
import torch
from torch import nn

series = np.sin(np.linspace(0, 50, 500)) + 0.1 * np.random.randn(500)
window = 24
xs, ys = [], []
for i in range(len(series) - window):
    xs.append(series[i:i + window])
    ys.append(series[i + window])
X = torch.Tensor(np.array(xs)).unsqueeze(-1)
Y = torch.Tensor(ys)
split = int(len(X) * 0.7)
lstm, head = nn.LSTM(1, 32, batch_first=True), nn.Linear(32, 1)
out, _ = lstm(X[:split])
pred = head(out[:, -1]).squeeze(-1)
loss = nn.functional.mse_loss(pred, Y[:split])
print(X.shape, Y.shape, pred.shape, loss.shape)
