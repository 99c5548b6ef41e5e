import torch
from torch import nn


class ResidualLayer(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.filter = nn.Conv1d(channels, channels, 2, dilation=dilation, padding=dilation)
        self.gate = nn.Conv1d(channels, channels, 2, dilation=dilation, padding=dilation)
        self.skip = nn.Conv1d(channels, 2 * channels, 1)
        self.out = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        length = x.shape[2]
        h = torch.tanh(self.filter(x)[:, :, :length]) * torch.sigmoid(self.gate(x)[:, :, :length])
        return x + self.out(h), self.skip(h)


class WaveNet(nn.Module):
    def __init__(self, classes=32, channels=16, layers=4):
        super().__init__()
        self.embed = nn.Embedding(classes, channels)
        self.layers = nn.ModuleList(ResidualLayer(channels, 2**i) for i in range(layers))
        self.end1 = nn.Conv1d(2 * channels, 24, 1)
        self.end2 = nn.Conv1d(24, classes, 1)

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        total = 0
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return self.end2(torch.relu(self.end1(torch.relu(total))))


net = WaveNet()
sound = torch.randint(0, 32, (2, 50))
scores = net(sound[:, :-1])
loss = nn.functional.cross_entropy(scores, sound[:, 1:])
loss.backward()
