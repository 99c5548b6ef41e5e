"""Boxes on a grid of cells; cells with an object are chosen by a mask."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Shapes(Dataset):
    def __init__(self, n):
        self.boxes = [
            [[random.random() * 0.8 for _ in range(4)] + [random.randint(0, 2)] for _ in range(random.randint(1, 5))]
            for _ in range(n)
        ]

    def __len__(self):
        return len(self.boxes)

    def __getitem__(self, i):
        rows = torch.tensor(self.boxes[i])
        return torch.rand(3, 64, 64), rows[:, :4], rows[:, 4].long()


def collate(batch):
    images = torch.stack([b[0] for b in batch])
    target = torch.zeros(len(batch), 8, 8, 5)
    classes = torch.zeros(len(batch), 8, 8, dtype=torch.long)
    for i, (_, boxes, labels) in enumerate(batch):
        for box, label in zip(boxes, labels):
            gx, gy = int(box[0] * 8), int(box[1] * 8)
            target[i, gy, gx, :4] = box
            target[i, gy, gx, 4] = 1
            classes[i, gy, gx] = label
    return images, target, classes


class Grid(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        layers, c = [], 3
        for out in (16, 32, 64):
            layers += [nn.Conv2d(c, out, 3, stride=2, padding=1), nn.BatchNorm2d(out), nn.LeakyReLU(0.1)]
            c = out
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv2d(64, 5 + classes, 1)

    def forward(self, x):
        return self.head(self.body(x)).permute(0, 2, 3, 1)


def loss_fn(pred, target, classes):
    obj = target[..., 4] > 0
    no = ~obj
    box = F.mse_loss(pred[obj][:, :4], target[obj][:, :4], reduction="sum")
    conf = F.binary_cross_entropy_with_logits(pred[..., 4][obj], torch.ones_like(pred[..., 4][obj]))
    noobj = F.binary_cross_entropy_with_logits(pred[no][:, 4], torch.zeros(no.sum().item()))
    cls = F.cross_entropy(pred[obj][:, 5:], classes[obj])
    return 5 * box / max(1, obj.sum().item()) + conf + 0.5 * noobj + cls


net = Grid()
opt = torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9)
for epoch in range(2):
    for images, target, classes in DataLoader(Shapes(40), 8, shuffle=True, collate_fn=collate):
        loss = loss_fn(net(images), target, classes)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
net.eval()
with torch.no_grad():
    out = net(torch.rand(1, 3, 64, 64))[0].reshape(-1, 8)
    scores = out[:, 4].sigmoid() * out[:, 5:].softmax(-1).amax(1)
    keep = scores > 0.1
    boxes, scores = out[keep][:, :4], scores[keep]
    order = scores.argsort(descending=True)
    boxes = boxes[order]
print(boxes.shape)
