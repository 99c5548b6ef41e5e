"""Networks for images, as they are published: classes only."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallCNN(nn.Module):
    """Takes (2, 1, 28, 28)."""

    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)
        x = torch.flatten(self.dropout1(x), 1)
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)


class SpectrogramNet(nn.Module):
    """Takes (2, 1, 64, 101): pictures that are wider than high, as the first linear layer says."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Linear(16 * 8 * 12, 35)

    def forward(self, spec):
        h = self.features(spec)
        return self.classifier(h.view(h.size(0), -1))


class PatchEmbedding(nn.Module):
    def __init__(self, image=224, patch=16, channels=3, width=64):
        super().__init__()
        self.count = (image // patch) ** 2
        self.proj = nn.Conv2d(channels, width, kernel_size=patch, stride=patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class ViT(nn.Module):
    """Takes (2, 3, 224, 224)."""

    def __init__(self, image=224, patch=16, width=64, depth=2, heads=4, classes=100):
        super().__init__()
        self.patches = PatchEmbedding(image, patch, 3, width)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, self.patches.count + 1, width))
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, img):
        B = img.shape[0]
        x = self.patches(img)
        cls = self.cls_token.expand(B, -1, -1)
        x = torch.cat((cls, x), dim=1) + self.pos_embed
        x = self.norm(self.encoder(x))
        return self.head(x[:, 0])


class PatchByView(nn.Module):
    """Takes (2, 3, 32, 32): cuts its patches by views before any layer."""

    def __init__(self, size=32, patch=8, width=48):
        super().__init__()
        self.patch = patch
        self.embed = nn.Linear(3 * patch * patch, width)
        self.pos = nn.Parameter(torch.zeros(1, (size // patch) ** 2, width))
        self.mix = nn.Linear((size // patch) ** 2, (size // patch) ** 2)

    def forward(self, x):
        b, c, h, w = x.shape
        p = self.patch
        x = x.reshape(b, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(b, (h // p) * (w // p), c * p * p)
        x = self.embed(x) + self.pos
        return self.mix(x.transpose(1, 2)).mean(-1)


class DoubleConv(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(cin, cout, 3, padding=1), nn.BatchNorm2d(cout), nn.ReLU(inplace=True),
            nn.Conv2d(cout, cout, 3, padding=1), nn.BatchNorm2d(cout), nn.ReLU(inplace=True),
        )  # fmt: skip

    def forward(self, x):
        return self.body(x)


class SegmentationUNet(nn.Module):
    """Takes (2, 3, 64, 64)."""

    def __init__(self, in_channels=3, classes=21):
        super().__init__()
        self.d1, self.d2, self.mid = DoubleConv(in_channels, 8), DoubleConv(8, 16), DoubleConv(16, 32)
        self.up2, self.up1 = nn.ConvTranspose2d(32, 16, 2, 2), nn.ConvTranspose2d(16, 8, 2, 2)
        self.u2, self.u1 = DoubleConv(32, 16), DoubleConv(16, 8)
        self.out = nn.Conv2d(8, classes, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(F.max_pool2d(a, 2))
        c = self.mid(F.max_pool2d(b, 2))
        y = self.u2(torch.cat([self.up2(c), b], 1))
        y = self.u1(torch.cat([self.up1(y), a], 1))
        return {"out": self.out(y), "features": c}


class Siamese(nn.Module):
    """Takes (2, 1, 105, 105), (2, 1, 105, 105)."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 8, 10), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 7), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 4), nn.ReLU(),
        )  # fmt: skip
        self.liner = nn.Sequential(nn.Linear(32 * 6 * 6, 64), nn.Sigmoid())
        self.out = nn.Linear(64, 1)

    def forward_one(self, x):
        x = self.conv(x)
        x = x.view(x.size()[0], -1)
        return self.liner(x)

    def forward(self, x1, x2):
        return self.out(torch.abs(self.forward_one(x1) - self.forward_one(x2)))


class TripletNet(nn.Module):
    """Takes (2, 3, 64, 64), (2, 3, 64, 64), (2, 3, 64, 64)."""

    def __init__(self, width=32):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, width)
        )

    def forward(self, anchor, positive, negative):
        return self.net(anchor), self.net(positive), self.net(negative)


class HumanCentricNet(nn.Module):
    """Takes (2, 32, 32, 3): pictures as arrays are, channels last."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16 * 15 * 15, 5)

    def forward(self, obs):
        x = obs.permute(0, 3, 1, 2).float() / 255.0
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.fc(x.reshape(x.shape[0], -1))


class FlowNet(nn.Module):
    """Takes (2, 3, 64, 64), (2, 3, 64, 64): two frames that are put together."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(6, 16, 7, 2, 3), nn.LeakyReLU(0.1), nn.Conv2d(16, 2, 3, 1, 1))

    def forward(self, first, second):
        return self.net(torch.cat([first, second], dim=1))
