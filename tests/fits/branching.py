"""Nets whose paths meet again: what is joined must fit, and that limits the sizes."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self, inp, out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inp, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.shortcut = nn.Sequential()
        if stride != 1 or inp != out:
            self.shortcut = nn.Sequential(nn.Conv2d(inp, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class CifarResNet(nn.Module):
    """Ends in a fixed average pool, as the implementations for CIFAR do."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.layers = nn.Sequential(Residual(4, 4), Residual(4, 8, 2), Residual(8, 16, 2), Residual(16, 16, 2))
        self.linear = nn.Linear(16, 10)

    def forward(self, x):
        x = self.layers(F.relu(self.conv(x)))
        x = F.avg_pool2d(x, 4)
        x = x.view(x.size(0), -1)
        return self.linear(x)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 7, stride=2, padding=3)
        self.one = nn.Conv2d(8, 4, 1)
        self.three = nn.Sequential(nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1))
        self.five = nn.Sequential(nn.Conv2d(8, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 5, padding=2))
        self.pool = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(8, 2, 1))
        self.fc = nn.Linear(16 * 4 * 4, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem(x)), 3, 2, ceil_mode=True)
        x = torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)
        x = F.avg_pool2d(x, 7, stride=7)
        return self.fc(x.flatten(1))


class DenseNet(nn.Module):
    def __init__(self, growth=4):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.layers = nn.ModuleList([nn.Conv2d(8 + i * growth, growth, 3, padding=1) for i in range(3)])
        self.transition = nn.Sequential(nn.BatchNorm2d(20), nn.Conv2d(20, 10, 1), nn.AvgPool2d(2))
        self.classifier = nn.Linear(10 * 8 * 8, 10)

    def forward(self, x):
        features = [F.max_pool2d(self.conv(x), 2)]
        for layer in self.layers:
            features.append(F.relu(layer(torch.cat(features, dim=1))))
        x = self.transition(torch.cat(features, dim=1))
        return self.classifier(x.view(x.size(0), -1))


class MismatchedPaths(nn.Module):
    """Two paths round differently: only some sizes meet."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, stride=2)
        self.b = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(1, 4, 1))
        self.c = nn.Conv2d(4, 4, 3, stride=3)
        self.d = nn.Conv2d(4, 4, 2, stride=3)
        self.head = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        x = self.a(F.pad(x, (1, 0, 1, 0))) + self.b(x)
        x = self.c(x) * torch.sigmoid(self.d(x))
        return self.fc(self.head(x).flatten(1))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.middle = nn.Conv2d(8, 8, 3, padding=1)
        self.up2, self.up1 = nn.ConvTranspose2d(8, 8, 2, stride=2), nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.join2, self.join1 = nn.Conv2d(16, 8, 3, padding=1), nn.Conv2d(8, 4, 3, padding=1)
        self.out = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        a = F.relu(self.down1(x))
        b = F.relu(self.down2(F.max_pool2d(a, 2)))
        c = F.relu(self.middle(F.max_pool2d(b, 2)))
        c = F.relu(self.join2(torch.cat([self.up2(c), b], dim=1)))
        c = F.relu(self.join1(torch.cat([self.up1(c), a], dim=1)))
        return self.out(c)


class UNetWithHead(UNet):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2 * 10 * 10, 5)

    def forward(self, x):
        x = super().forward(x)
        return self.fc(F.max_pool2d(x, 4).flatten(1))


class UNetUpsampled(nn.Module):
    """Interpolates and has its sizes meet by padding."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.c = nn.Conv2d(8, 3, 3, padding=1)

    def forward(self, x):
        a = self.a(x)
        b = self.up(self.b(F.max_pool2d(a, 2)))
        dy, dx = a.size(2) - b.size(2), a.size(3) - b.size(3)
        b = F.pad(b, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.c(torch.cat([a, b], dim=1))


class Decoder(nn.Module):
    """An autoencoder whose code has a fixed size."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1))
        self.to_code = nn.Linear(16 * 7 * 7, 12)
        self.from_code = nn.Linear(12, 16 * 7 * 7)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1),
        )  # fmt: skip

    def forward(self, x):
        code = self.to_code(self.encoder(x).flatten(1))
        return self.decoder(self.from_code(code).view(-1, 16, 7, 7))


class SqueezeLike(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True))
        self.squeeze, self.left, self.right = nn.Conv2d(6, 2, 1), nn.Conv2d(2, 4, 1), nn.Conv2d(2, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.final = nn.Conv2d(8, 10, 1)
        self.average = nn.AvgPool2d(13)

    def forward(self, x):
        x = F.relu(self.squeeze(self.stem(x)))
        x = self.pool(torch.cat([F.relu(self.left(x)), F.relu(self.right(x))], 1))
        x = self.average(F.relu(self.final(x)))
        return x.view(x.size(0), 10)


class Gated(nn.Module):
    """Takes another path for small images."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 8 * 8, 3)

    def forward(self, x):
        x = self.conv(x)
        if x.shape[-1] > 40:
            x = F.avg_pool2d(x, x.shape[-1] // 8)
        else:
            x = F.max_pool2d(x, 4)
        return self.fc(x.flatten(1))
