"""Crops of an image for each of its boxes, resized and classified; losses only where a box is matched."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Photos(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        k = random.randint(1, 4)
        xy = torch.randint(0, 40, (k, 2))
        boxes = torch.cat([xy, xy + torch.randint(8, 24, (k, 2))], 1).float()
        return torch.rand(3, 64, 64), {"boxes": boxes, "labels": torch.randint(1, 4, (k,))}


def collate(batch):
    return tuple(zip(*batch))


class TwoStage(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU())
        self.fc = nn.Linear(32 * 4 * 4, 64)
        self.cls, self.reg = nn.Linear(64, 4), nn.Linear(64, 4)

    def forward(self, images, targets):
        feats = self.backbone(torch.stack(images))
        losses = []
        for f, t in zip(feats, targets):
            crops = []
            for b in t["boxes"]:
                x1, y1, x2, y2 = (b / 4).long().tolist()
                crops.append(F.adaptive_max_pool2d(f[:, y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)], 4))
            h = self.fc(torch.stack(crops).flatten(1)).relu()
            logits, deltas = self.cls(h), self.reg(h)
            losses.append(F.cross_entropy(logits, t["labels"]) + F.smooth_l1_loss(deltas, t["boxes"] / 64))
        return sum(losses) / len(losses)


net = TwoStage()
opt = torch.optim.SGD(net.parameters(), 0.01)
for images, targets in DataLoader(Photos(24), batch_size=4, shuffle=True, collate_fn=collate):
    loss = net(images, targets)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
