# A table of variants of which only one fits the linear layer; `main` does everything; the images are resized.
import sys
import time

import torch
import torchvision
from torch import nn, optim

VARIANTS = {"small": [8, "M", 16, "M"], "large": [8, "M", 16, "M", 32, "M"], "full": [32 * 8 * 8, 10]}


class Net(nn.Module):
    def __init__(self, variant):
        super(Net, self).__init__()
        layers, channels = [], 1
        for width in VARIANTS[variant]:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers.extend([nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)])
                channels = width
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(*VARIANTS["full"]))

    def forward(self, x):
        return self.head(self.features(x))


def load(batch_size, resize=None):
    steps = [torchvision.transforms.Resize(size=resize)] if resize else []
    steps.append(torchvision.transforms.ToTensor())
    data = torchvision.datasets.FashionMNIST(root=r"D:\data", train=True, download=False, transform=torchvision.transforms.Compose(steps))
    workers = 0 if sys.platform.startswith("win") else 4
    return torch.utils.data.DataLoader(data, batch_size=batch_size, shuffle=True, num_workers=workers)


def evaluate(batches, net, device=None):
    if device is None and isinstance(net, torch.nn.Module):
        device = list(net.parameters())[0].device
    right, seen = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            if isinstance(net, torch.nn.Module):
                net.eval()
                right += (net(x.to(device)).argmax(dim=1) == y.to(device)).float().sum().cpu().item()
                net.train()
            elif "is_training" in net.__code__.co_varnames:
                right += (net(x, is_training=False).argmax(dim=1) == y).float().sum().item()
            seen += y.shape[0]
    return right / seen


def main():
    net = Net("large")
    batches = load(64, resize=64)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    criterion = torch.nn.CrossEntropyLoss()
    count = 0
    for epoch in range(5):
        total, start = 0.0, time.time()
        for x, y in batches:
            loss = criterion(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.cpu().item()
            count += 1
        print("epoch %d, loss %.4f, accuracy %.3f, %.1f s" % (epoch + 1, total / count, evaluate(batches, net), time.time() - start))


main()
