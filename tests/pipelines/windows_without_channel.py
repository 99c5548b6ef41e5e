"""The windows have no channel for the recurrent network."""
import numpy as np
import torch
from torch import nn

series = np.cumsum(np.random.randn(300))
windows = np.stack([series[i:i + 20] for i in range(0, 200, 5)]).astype(np.float32)
targets = np.array([series[i + 20] for i in range(0, 200, 5)], dtype=np.float32)
gru = nn.GRU(1, 16, batch_first=True)
out, hidden = gru(torch.from_numpy(windows))
print(out.shape)
