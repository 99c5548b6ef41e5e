"""
UTKFace-like multi task model: age (regression), gender (binary), ethnicity (5 classes), and five landmarks as heat maps.
Company prototype -- synthetic crops, same tensor shapes as production (3x64x64 in, 16x16 heat maps out).
"""
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

N_ETHNICITY, N_LANDMARKS, HM = 5, 5, 16


class FaceRecords(Dataset):
    def __init__(self, n, seed=0, train=True):
        rng = np.random.default_rng(seed)
        self.train = train
        self.files = [f"{i:05d}.npy" for i in range(n)]
        self.images = rng.integers(0, 255, (n, 64, 64, 3), dtype=np.uint8)
        self.age = rng.integers(1, 90, n)
        self.gender = rng.integers(0, 2, n)
        self.ethnicity = rng.integers(0, N_ETHNICITY, n)
        self.points = rng.uniform(8, 56, (n, N_LANDMARKS, 2)).astype(np.float32)
        self.visible = rng.random((n, N_LANDMARKS)) > 0.2

    def heatmaps(self, pts, sigma=1.5):
        grid = np.arange(HM, dtype=np.float32)
        x = pts[:, 0, None, None] * HM / 64
        y = pts[:, 1, None, None] * HM / 64
        return np.exp(-((grid[None, None, :] - x) ** 2 + (grid[None, :, None] - y) ** 2) / (2 * sigma ** 2))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        img = torch.from_numpy(self.images[i]).permute(2, 0, 1).float() / 255
        if self.train:
            img = img + 0.02 * torch.randn_like(img)
        hm = torch.from_numpy(self.heatmaps(self.points[i]))
        target = {
            "age": torch.tensor(self.age[i] / 90, dtype=torch.float32),
            "gender": torch.tensor(self.gender[i], dtype=torch.float32),
            "ethnicity": torch.tensor(self.ethnicity[i], dtype=torch.int64),
            "heatmap": hm,
            "visible": torch.from_numpy(self.visible[i]),
        }
        return img, target


class SEBlock(nn.Module):
    def __init__(self, ch, r=4):
        super().__init__()
        self.fc1 = nn.Linear(ch, ch // r)
        self.fc2 = nn.Linear(ch // r, ch)

    def forward(self, x):
        b, c, _, _ = x.shape
        w = F.adaptive_avg_pool2d(x, 1).view(b, c)
        w = torch.sigmoid(self.fc2(F.relu(self.fc1(w)))).view(b, c, 1, 1)
        return x * w


class DWConv(nn.Sequential):
    def __init__(self, cin, cout, stride):
        super().__init__(
            nn.Conv2d(cin, cin, 3, stride, 1, groups=cin, bias=False), nn.BatchNorm2d(cin), nn.Hardswish(),
            nn.Conv2d(cin, cout, 1, bias=False), nn.BatchNorm2d(cout), SEBlock(cout))


class FaceNet(nn.Module):
    def __init__(self, width=16, dropout=0.2):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, 2, 1), nn.BatchNorm2d(width), nn.Hardswish())
        self.stage1 = DWConv(width, width * 2, 2)
        self.stage2 = DWConv(width * 2, width * 4, 2)
        self.heads = nn.ModuleDict({
            "age": nn.Linear(width * 4, 1),
            "gender": nn.Linear(width * 4, 1),
            "ethnicity": nn.Linear(width * 4, N_ETHNICITY),
        })
        self.drop = nn.Dropout(dropout)
        self.landmarks = nn.Conv2d(width * 2, N_LANDMARKS, 1)

    def forward(self, x):
        s1 = self.stage1(self.stem(x))
        s2 = self.stage2(s1)
        v = self.drop(s2.mean(dim=[2, 3]))
        out = {name: head(v) for name, head in self.heads.items()}
        out["heatmap"] = self.landmarks(s1)
        return out


class Criterion(nn.Module):
    def __init__(self, weights=None, ethnicity_weight=None):
        super().__init__()
        self.weights = weights or {"age": 1.0, "gender": 1.0, "ethnicity": 0.5, "heatmap": 10.0}
        self.bce = nn.BCEWithLogitsLoss()
        self.ce = nn.CrossEntropyLoss(weight=ethnicity_weight)
        self.huber = nn.SmoothL1Loss(beta=0.1)

    def forward(self, out, target):
        se = (out["heatmap"] - target["heatmap"]) ** 2
        visible = target["visible"][:, :, None, None].float()
        losses = {
            "age": self.huber(out["age"].squeeze(-1), target["age"]),
            "gender": self.bce(out["gender"].squeeze(-1), target["gender"]),
            "ethnicity": self.ce(out["ethnicity"], target["ethnicity"]),
            "heatmap": (se * visible).sum() / (visible.sum() * HM * HM).clamp(min=1),
        }
        total = sum(self.weights[k] * v for k, v in losses.items())
        return total, {k: v.detach() for k, v in losses.items()}


class Meter:
    def __init__(self):
        self.sums, self.n = defaultdict(float), 0

    def update(self, values, n):
        for k, v in values.items():
            self.sums[k] += float(v) * n
        self.n += n

    def result(self):
        return {k: round(v / max(1, self.n), 4) for k, v in self.sums.items()}


def to_device(obj, device):
    if torch.is_tensor(obj):
        return obj.to(device)
    if isinstance(obj, dict):
        return {k: to_device(v, device) for k, v in obj.items()}
    if isinstance(obj, (list, tuple)):
        return type(obj)(to_device(v, device) for v in obj)
    return obj


def soft_argmax(hm, temperature=10.0):
    b, k, h, w = hm.shape
    p = F.softmax(hm.reshape(b, k, -1) * temperature, dim=-1).reshape(b, k, h, w)
    xs = torch.arange(w, dtype=p.dtype, device=p.device)
    ys = torch.arange(h, dtype=p.dtype, device=p.device)
    x = (p.sum(dim=2) * xs).sum(dim=-1)
    y = (p.sum(dim=3) * ys).sum(dim=-1)
    return torch.stack([x, y], dim=-1)


@torch.no_grad()
def validate(model, loader, device):
    model.eval()
    stats = defaultdict(list)
    for images, target in loader:
        images, target = to_device([images, target], device)
        out = model(images)
        stats["age_mae"].append((out["age"].squeeze(-1) - target["age"]).abs() * 90)
        stats["gender_acc"].append(((out["gender"].squeeze(-1) > 0) == target["gender"].bool()).float())
        stats["eth_acc"].append((out["ethnicity"].argmax(-1) == target["ethnicity"]).float())
        distance = (soft_argmax(out["heatmap"]) - soft_argmax(target["heatmap"])).norm(dim=-1)
        stats["nme"].append(distance[target["visible"]])
    return {k: torch.cat(v).mean().item() for k, v in stats.items()}


def run(out_dir=Path("."), epochs=2, accumulate=2):
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train, val = FaceRecords(64, 1), FaceRecords(20, 2, train=False)
    train_loader = DataLoader(train, batch_size=8, shuffle=True)
    val_loader = DataLoader(val, batch_size=8)
    counts = torch.from_numpy(np.bincount(train.ethnicity, minlength=N_ETHNICITY))
    model = FaceNet().to(device)
    criterion = Criterion(ethnicity_weight=(counts.sum() / (N_ETHNICITY * counts.clamp(min=1))).float().to(device))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=2)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
    scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, cosine], milestones=[2])
    log = []
    for epoch in range(epochs):
        model.train()
        meter = Meter()
        optimizer.zero_grad()
        for step, batch in enumerate(train_loader):
            images, target = to_device(batch, device)
            loss, parts = criterion(model(images), target)
            (loss / accumulate).backward()
            if (step + 1) % accumulate == 0:
                optimizer.step()
                optimizer.zero_grad()
                scheduler.step()
            meter.update(parts, len(images))
        log.append({"epoch": epoch, **meter.result(), **validate(model, val_loader, device)})
        print(log[-1])
    (out_dir / "log.json").write_text(json.dumps(log))
    torch.save({"model": model.state_dict(), "log": log}, out_dir / "faces.pt")
    return log


if __name__ == "__main__":
    run()
