"""Sound, films."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class M5(nn.Module):
    """Takes (2, 1, 8000)."""

    def __init__(self, n_input=1, n_output=35, stride=16, n_channel=32):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv1d(n_input, n_channel, 80, stride=stride), nn.BatchNorm1d(n_channel)
        self.pool1 = nn.MaxPool1d(4)
        self.conv2, self.bn2 = nn.Conv1d(n_channel, n_channel, 3), nn.BatchNorm1d(n_channel)
        self.pool2 = nn.MaxPool1d(4)
        self.fc1 = nn.Linear(n_channel, n_output)

    def forward(self, x):
        x = self.pool1(F.relu(self.bn1(self.conv1(x))))
        x = self.pool2(F.relu(self.bn2(self.conv2(x))))
        x = F.avg_pool1d(x, x.shape[-1])
        return F.log_softmax(self.fc1(x.permute(0, 2, 1)), dim=2)


class WaveBlock(nn.Module):
    """Takes (2, 16, 400), (2, 80, 400): a wave and what it is made for."""

    def __init__(self, channels=16, condition=80):
        super().__init__()
        self.dilated = nn.Conv1d(channels, 2 * channels, 3, padding=2, dilation=2)
        self.condition = nn.Conv1d(condition, 2 * channels, 1)
        self.out = nn.Conv1d(channels, channels, 1)

    def forward(self, x, c):
        h = self.dilated(x) + self.condition(c)
        a, b = h.chunk(2, dim=1)
        return x + self.out(torch.tanh(a) * torch.sigmoid(b))


class SpeechTagger(nn.Module):
    """Takes (2, 50, 40): frames of features, turned for the convolutions."""

    def __init__(self, features=40, classes=12):
        super().__init__()
        self.conv = nn.Conv1d(features, 32, 5, padding=2)
        self.rnn = nn.GRU(32, 24, batch_first=True, bidirectional=True)
        self.head = nn.Linear(48, classes)

    def forward(self, feats):
        x = self.conv(feats.transpose(1, 2)).transpose(1, 2)
        return self.head(self.rnn(x)[0])


class C3D(nn.Module):
    """Takes (2, 3, 16, 112, 112)."""

    def __init__(self, classes=101):
        super().__init__()
        self.conv1, self.pool1 = nn.Conv3d(3, 8, 3, padding=1), nn.MaxPool3d((1, 2, 2), (1, 2, 2))
        self.conv2, self.pool2 = nn.Conv3d(8, 8, 3, padding=1), nn.MaxPool3d(2, 2)
        self.conv3, self.pool3 = nn.Conv3d(8, 8, 3, padding=1), nn.MaxPool3d(2, 2)
        self.conv4, self.pool4 = nn.Conv3d(8, 8, 3, padding=1), nn.MaxPool3d(2, 2)
        self.conv5, self.pool5 = nn.Conv3d(8, 16, 3, padding=1), nn.MaxPool3d(2, 2, padding=(0, 1, 1))
        self.fc6 = nn.Linear(16 * 16, 64)
        self.fc8 = nn.Linear(64, classes)

    def forward(self, x):
        for i in range(1, 6):
            x = getattr(self, f"pool{i}")(F.relu(getattr(self, f"conv{i}")(x)))
        x = x.view(-1, 16 * 16)
        return self.fc8(F.relu(self.fc6(x)))


class FrameEncoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2), nn.AdaptiveAvgPool2d(1))
        self.fc = nn.Linear(16, width)

    def forward(self, x):
        return self.fc(self.net(x).flatten(1))


class CNNLSTM(nn.Module):
    """Takes (2, 8, 3, 64, 64): films whose frames go into the batch."""

    def __init__(self, width=32, classes=10):
        super().__init__()
        self.cnn, self.lstm, self.fc = FrameEncoder(width), nn.LSTM(width, 24, batch_first=True), nn.Linear(24, classes)

    def forward(self, x):
        batch_size, timesteps, C, H, W = x.size()
        y = self.cnn(x.view(batch_size * timesteps, C, H, W))
        out, _ = self.lstm(y.view(batch_size, timesteps, -1))
        return self.fc(out[:, -1])


class LoopedCNNLSTM(nn.Module):
    """Takes (2, 8, 3, 64, 64): films, frame by frame."""

    def __init__(self, width=32, classes=10):
        super().__init__()
        self.cnn, self.lstm, self.fc = FrameEncoder(width), nn.LSTM(width, 24), nn.Linear(24, classes)

    def forward(self, x_3d):
        hidden = None
        for t in range(x_3d.size(1)):
            x = self.cnn(x_3d[:, t, :, :, :])
            out, hidden = self.lstm(x.unsqueeze(0), hidden)
        return self.fc(out[-1])


class Frames(nn.Module):
    """Takes (2, 5, 3, 24, 24): (batch, frames, channels, h, w), turned for Conv3d."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(3, 8, (1, 3, 3), padding=(0, 1, 1))

    def forward(self, x):
        _b, n, _, _h, _w = x.size()
        x = x.permute(0, 2, 1, 3, 4)
        middle = x[:, :, n // 2, :, :]
        return self.conv(x), middle
