"""One-stage detector on synthetic shapes (SSD-lite flavour): anchors, matching, focal loss, NMS.

Layout follows what we have in the internal repo, minus the config system.
"""
from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

logging.basicConfig(level=logging.WARNING)
log = logging.getLogger("detect")


@dataclass
class Config:
    image_size: int = 64
    num_classes: int = 2
    strides: tuple[int, ...] = (8, 16)
    scales: tuple[float, ...] = (1.5, 2.5)
    batch_size: int = 4
    steps: int = 6
    lr: float = 2e-3
    channels: list[int] = field(default_factory=lambda: [16, 32, 32])


class ShapesDataset(Dataset):
    def __init__(self, cfg: Config, length: int, seed: int = 0) -> None:
        self.cfg, self.length, self.seed = cfg, length, seed

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int):
        rng = np.random.default_rng(self.seed * 10_000 + index)
        s = self.cfg.image_size
        image = rng.normal(0.1, 0.05, (3, s, s)).astype(np.float32)
        boxes, labels = [], []
        for _ in range(rng.integers(1, 4)):
            w, h = rng.integers(10, 28, 2)
            x, y = rng.integers(0, s - w), rng.integers(0, s - h)
            c = int(rng.integers(self.cfg.num_classes))
            image[c, y:y + h, x:x + w] += 0.8
            boxes.append([x, y, x + w, y + h])
            labels.append(c)
        target = {"boxes": torch.tensor(np.array(boxes), dtype=torch.float32), "labels": torch.tensor(labels)}
        return torch.from_numpy(image), target


def collate_fn(batch):
    images, targets = zip(*batch)
    return torch.stack(images), list(targets)


def box_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    lt = torch.max(a[:, None, :2], b[None, :, :2])
    rb = torch.min(a[:, None, 2:], b[None, :, 2:])
    wh = (rb - lt).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    return inter / (area_a[:, None] + area_b[None, :] - inter)


def encode(boxes: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    ax, ay = anchors[:, 0] + aw / 2, anchors[:, 1] + ah / 2
    bw, bh = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    bx, by = boxes[:, 0] + bw / 2, boxes[:, 1] + bh / 2
    return torch.stack([(bx - ax) / aw, (by - ay) / ah, torch.log(bw / aw), torch.log(bh / ah)], dim=1)


def decode(deltas: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    size = anchors[:, 2:] - anchors[:, :2]
    center = anchors[:, :2] + size / 2
    xy = deltas[:, :2] * size + center
    wh = deltas[:, 2:].clamp(max=4).exp() * size
    return torch.cat([xy - wh / 2, xy + wh / 2], dim=1)


def nms(boxes: torch.Tensor, scores: torch.Tensor, threshold: float) -> torch.Tensor:
    order = scores.argsort(descending=True)
    keep = []
    while order.numel() > 0:
        i = order[0]
        keep.append(i)
        if order.numel() == 1:
            break
        iou = box_iou(boxes[i].unsqueeze(0), boxes[order[1:]]).squeeze(0)
        order = order[1:][iou <= threshold]
    return torch.stack(keep)


class Detector(nn.Module):
    def __init__(self, cfg: Config) -> None:
        super().__init__()
        self.cfg = cfg
        c1, c2, c3 = cfg.channels
        self.stem = nn.Sequential(self._conv(3, c1, 2), self._conv(c1, c1, 2), self._conv(c1, c2, 2))
        self.extra = self._conv(c2, c3, 2)
        self.lateral = nn.ModuleList([nn.Conv2d(c2, 32, 1), nn.Conv2d(c3, 32, 1)])
        n_anchor = len(cfg.scales)
        self.cls_head = nn.Conv2d(32, n_anchor * cfg.num_classes, 3, padding=1)
        self.box_head = nn.Conv2d(32, n_anchor * 4, 3, padding=1)
        nn.init.constant_(self.cls_head.bias, -math.log((1 - 0.01) / 0.01))
        self.register_buffer("anchors", self._make_anchors())

    @staticmethod
    def _conv(cin: int, cout: int, stride: int) -> nn.Sequential:
        return nn.Sequential(nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.GroupNorm(4, cout), nn.SiLU())

    def _make_anchors(self) -> torch.Tensor:
        out = []
        for stride in self.cfg.strides:
            n = self.cfg.image_size // stride
            c = (torch.arange(n) + 0.5) * stride
            cy, cx = torch.meshgrid(c, c, indexing="ij")
            for_level = []
            for scale in self.cfg.scales:
                r = stride * scale / 2
                for_level.append(torch.stack([cx - r, cy - r, cx + r, cy + r], dim=-1))
            out.append(torch.stack(for_level, dim=2).reshape(-1, 4))
        return torch.cat(out)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        c3 = self.stem(images)
        c4 = self.extra(c3)
        logits, deltas = [], []
        for feature, lateral in zip((c3, c4), self.lateral):
            p = lateral(feature)
            b = p.size(0)
            logits.append(self.cls_head(p).permute(0, 2, 3, 1).reshape(b, -1, self.cfg.num_classes))
            deltas.append(self.box_head(p).permute(0, 2, 3, 1).reshape(b, -1, 4))
        return torch.cat(logits, dim=1), torch.cat(deltas, dim=1)


def focal_loss(logits, targets, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * (1 - p_t) ** gamma * ce).sum()


def detection_loss(model: Detector, logits, deltas, targets):
    cls_total, box_total, positives = 0.0, 0.0, 0
    for logit, delta, target in zip(logits, deltas, targets):
        iou = box_iou(model.anchors, target["boxes"])
        best, matched = iou.max(dim=1)
        positive = best > 0.4
        positive[iou.argmax(dim=0)] = True
        cls_target = torch.zeros_like(logit)
        cls_target[positive] = F.one_hot(target["labels"][matched[positive]], model.cfg.num_classes).float()
        ignore = (best > 0.3) & ~positive
        cls_total = cls_total + focal_loss(logit[~ignore], cls_target[~ignore])
        goal = encode(target["boxes"][matched[positive]], model.anchors[positive])
        box_total = box_total + F.smooth_l1_loss(delta[positive], goal, reduction="sum")
        positives += int(positive.sum())
    return cls_total / max(1, positives), box_total / max(1, positives)


@torch.no_grad()
def predict(model: Detector, image: torch.Tensor, score_threshold=0.05, top=20):
    model.eval()
    logits, deltas = model(image[None])
    scores, labels = logits[0].sigmoid().max(dim=1)
    scores, index = scores.topk(top)
    boxes = decode(deltas[0][index], model.anchors[index])
    keep = nms(boxes, scores, 0.5)
    keep = keep[scores[keep] > score_threshold]
    return boxes[keep], labels[index][keep], scores[keep]


def main() -> None:
    torch.manual_seed(0)
    cfg = Config()
    loader = DataLoader(ShapesDataset(cfg, cfg.batch_size * cfg.steps), batch_size=cfg.batch_size, collate_fn=collate_fn)
    model = Detector(cfg)
    optimizer = torch.optim.AdamW(model.parameters(), lr=cfg.lr)
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 3))
    model.train()
    for step, (images, targets) in enumerate(loader):
        logits, deltas = model(images)
        cls_loss, box_loss = detection_loss(model, logits, deltas, targets)
        loss = cls_loss + box_loss
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        warmup.step()
        log.info("step %d cls %.3f box %.3f", step, cls_loss.item(), box_loss.item())

    recalls = []
    validation = ShapesDataset(cfg, 4, seed=1)
    for i in range(len(validation)):
        image, target = validation[i]
        boxes, labels, scores = predict(model, image)
        if len(boxes):
            recalls.append((box_iou(target["boxes"], boxes).max(dim=1).values > 0.5).float().mean().item())
    print("recall@0.5", np.mean(recalls) if recalls else 0.0)


if __name__ == "__main__":
    main()
