"""Sequences, volumes, patches."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Audio(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(1, 4, 80, stride=16), nn.ReLU(), nn.MaxPool1d(4), nn.Conv1d(4, 8, 3), nn.ReLU(), nn.MaxPool1d(4)
        )
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        return self.fc(self.net(x).flatten(1))


class Sensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(9, 16, kernel_size=5)
        self.conv2 = nn.Conv1d(16, 16, kernel_size=5, stride=2)
        self.fc = nn.Linear(16 * 29, 6)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool1d(F.relu(self.conv2(x)), 2)
        return self.fc(x.view(x.size(0), -1))


class Video(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv3d(3, 4, 3, padding=1)
        self.pool = nn.MaxPool3d(2)
        self.conv2 = nn.Conv3d(4, 4, 3, padding=1, stride=2)
        self.fc = nn.Linear(4 * 4 * 4 * 4, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        return self.fc(x.flatten(1))


class VoxelCube(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv3d(1, 4, 5, stride=2), nn.ReLU(), nn.Conv3d(4, 4, 3), nn.MaxPool3d(2))
        self.head = nn.Linear(4 * 6**3, 10)

    def forward(self, x):
        x = self.layers(x)
        return self.head(x.view(x.size(0), -1))


class Patches(nn.Module):
    """A vision transformer: one size, because of its positions."""

    def __init__(self, size=48, patch=8, width=16):
        super().__init__()
        self.embed = nn.Conv2d(3, width, patch, stride=patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 1, width))
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 2, 32, batch_first=True), 1)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.positions
        return self.head(self.blocks(x)[:, 0])


class Text(nn.Module):
    """Positions for sentences up to a length."""

    def __init__(self, words=100, width=8, longest=40):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.positions = nn.Parameter(torch.zeros(longest, width))
        self.lstm = nn.LSTM(width, 8, batch_first=True)
        self.fc = nn.Linear(8, 2)

    def forward(self, tokens):
        x = self.embedding(tokens) + self.positions[: tokens.shape[1]]
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


class FixedWindow(nn.Module):
    """A sentence of so many words, all at once."""

    def __init__(self, words=50, width=6, window=12):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.fc = nn.Linear(window * width, 3)

    def forward(self, tokens):
        return self.fc(self.embedding(tokens).view(tokens.size(0), -1))


class PixelShuffled(nn.Module):
    """Takes blocks apart and together again."""

    def __init__(self):
        super().__init__()
        self.unshuffle, self.shuffle = nn.PixelUnshuffle(4), nn.PixelShuffle(2)
        self.conv = nn.Conv2d(48, 12, 3, padding=1)

    def forward(self, x):
        return self.shuffle(self.conv(self.unshuffle(x)))


class Windows(nn.Module):
    """Cuts an image into windows by a view, as window attention does."""

    def __init__(self, window=6):
        super().__init__()
        self.window = window
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        b, c, h, w = x.shape
        k = self.window
        x = x.view(b, c, h // k, k, w // k, k).permute(0, 2, 4, 3, 5, 1)
        return x.reshape(-1, k * k, c).mean(1)
