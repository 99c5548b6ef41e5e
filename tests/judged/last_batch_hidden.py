"""The hidden state of a full batch meets the last, smaller one."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

BATCH = 16
loader = DataLoader(TensorDataset(torch.randn(70, 9, 4), torch.rand(70, 1)), batch_size=BATCH)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 10, batch_first=True)
        self.fc = nn.Linear(10, 1)

    def init_hidden(self):
        return torch.zeros(1, BATCH, 10), torch.zeros(1, BATCH, 10)

    def forward(self, x, hidden):
        out, hidden = self.lstm(x, hidden)  # raises
        return self.fc(out[:, -1]), hidden


net = Net()
optimizer = torch.optim.Adam(net.parameters())
for epoch in range(2):
    hidden = net.init_hidden()
    for x, y in loader:
        hidden = tuple(h.detach() for h in hidden)
        out, hidden = net(x, hidden)
        loss = nn.functional.mse_loss(out, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
