"""Chains of convolutions and pools with a head for one image size, as tutorials write them."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        return self.fc3(torch.tanh(self.fc2(torch.tanh(self.fc1(x)))))


class LeNetColour(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        return self.fc2(F.relu(self.fc1(x)))


class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, kernel_size=11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(8, 12, kernel_size=5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(12, 16, kernel_size=3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(16, 16, kernel_size=3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(16 * 6 * 6, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class VGG(nn.Module):
    def __init__(self, config=(4, "M", 8, "M", 8, 8, "M", 16, 16, "M", 16, 16, "M")):
        super().__init__()
        layers, channels = [], 3
        for item in config:
            if item == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, item, 3, padding=1), nn.BatchNorm2d(item), nn.ReLU(inplace=True)]
                channels = item
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.reshape(x.shape[0], -1))


class VGGForCifar(VGG):
    def __init__(self):
        super().__init__((4, "M", 8, "M", 8, "M", 16, "M", 16, "M"))
        self.classifier = nn.Linear(16, 10)


class CeilPools(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Conv2d(4, 8, 3), nn.AvgPool2d(2, ceil_mode=True),
            nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),
        )  # fmt: skip
        self.head = nn.Linear(8 * 4 * 4, 10)

    def forward(self, x):
        return self.head(self.body(x).flatten(1))


class WideStrides(nn.Module):
    """Windows that stand further apart than they are wide."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 2, stride=5)
        self.pool = nn.MaxPool2d(1, 3, ceil_mode=True)
        self.head = nn.Linear(4 * 3 * 3, 2)

    def forward(self, x):
        return self.head(torch.flatten(self.pool(self.conv(x)), 1))


class Dilated(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 4, 3, dilation=2), nn.ReLU(), nn.Conv2d(4, 4, 3, dilation=4, stride=2), nn.ReLU(),
            nn.Conv2d(4, 8, 3, dilation=(3, 3), padding=1, stride=3), nn.Flatten(), nn.Linear(8 * 5 * 5, 7),
        )  # fmt: skip

    def forward(self, x):
        return self.layers(x)


class SamePadding(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 5, padding="same")
        self.b = nn.Conv2d(4, 4, 3, padding="same", dilation=2)
        self.fc = nn.Linear(4 * 12 * 12, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.a(x)), 3)
        x = F.max_pool2d(F.relu(self.b(x)), 2)
        return self.fc(x.view(x.shape[0], -1))


class MobileLike(nn.Module):
    def __init__(self):
        super().__init__()
        blocks = [nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(inplace=True)]
        for inp, out, stride in ((8, 8, 1), (8, 12, 2), (12, 16, 2), (16, 16, 2)):
            blocks += [nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False), nn.BatchNorm2d(inp), nn.ReLU6()]
            blocks += [nn.Conv2d(inp, out, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU6(inplace=True)]
        self.model = nn.Sequential(*blocks, nn.AvgPool2d(7))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.model(x)
        x = x.view(-1, 16)
        return self.fc(x)


class AnySize(nn.Module):
    """A pooled head takes every size that the convolutions have room for."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 7), nn.MaxPool2d(2), nn.Conv2d(4, 8, 5), nn.MaxPool2d(3))
        self.pool = nn.AdaptiveAvgPool2d((2, 2))
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc(self.pool(self.features(x)).flatten(1))


class Grayscale(nn.Module):
    """Adds the channel itself."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.fc = nn.Linear(2 * 13 * 13, 10)

    def forward(self, image):
        x = image.unsqueeze(1)
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return F.log_softmax(self.fc(x.flatten(1)), dim=1)
