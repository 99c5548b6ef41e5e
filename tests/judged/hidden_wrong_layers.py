"""The state has one layer, the network two."""
import torch
from torch import nn


class Price(nn.Module):
    def __init__(self, layers=2, hidden=10):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.LSTM(1, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, 1)

    def forward(self, x):
        h0 = torch.zeros(1, x.size(0), self.hidden)
        c0 = torch.zeros(1, x.size(0), self.hidden)
        out, _ = self.rnn(x, (h0, c0))  # raises
        return self.fc(out[:, -1])


prices = torch.linspace(0, 1, 60)
inputs = torch.stack([prices[i : i + 8] for i in range(50)]).unsqueeze(-1)
targets = prices[8:58].unsqueeze(-1)
model = Price()
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(4):
    for b in range(0, 50, 25):
        loss = nn.functional.mse_loss(model(inputs[b : b + 25]), targets[b : b + 25])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
