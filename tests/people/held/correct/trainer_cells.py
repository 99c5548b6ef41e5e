"""Small training framework: config, callbacks, metrics, gradient accumulation, autocast, EMA; a residual network on noisy textures."""
from __future__ import annotations

import dataclasses
import json
import logging
import pathlib
import tempfile
from typing import Any, Callable, Iterable

import numpy as np
import torch
import torch.nn as nn
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, update_bn
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset

LOG = logging.getLogger("trainer")


@dataclasses.dataclass
class Config:
    classes: tuple[str, ...] = ("stripes", "checks", "noise", "rings")
    image: int = 32
    train_items: int = 120
    batch: int = 16
    accumulate: int = 2
    epochs: int = 3
    lr: float = 0.02
    channels: tuple[int, ...] = (8, 16, 32)
    autocast: bool = True
    seed: int = 99


class Textures(Dataset):
    """Pictures of one sort only; the data set is a concatenation of these."""

    def __init__(self, cfg: Config, label: int, count: int, seed: int, transform: Callable[[np.ndarray], Tensor] | None = None) -> None:
        self.cfg, self.label, self.count, self.seed, self.transform = cfg, label, count, seed, transform

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if not 0 <= index < self.count:
            raise IndexError(index)
        rng = np.random.default_rng((self.seed, self.label, index))
        n = self.cfg.image
        y, x = np.mgrid[:n, :n] / n
        f = rng.uniform(3, 6)
        kind = self.cfg.classes[self.label]
        base = {
            "stripes": np.sin(2 * np.pi * f * x),
            "checks": np.sign(np.sin(2 * np.pi * f * x) * np.sin(2 * np.pi * f * y)),
            "noise": rng.normal(size=(n, n)),
            "rings": np.sin(2 * np.pi * f * np.hypot(x - 0.5, y - 0.5)),
        }[kind]
        img = np.stack([base * g for g in rng.uniform(0.5, 1, 3)], axis=2) + rng.normal(0, 0.5, (n, n, 3))
        return (self.transform(img) if self.transform else torch.from_numpy(img)), self.label


class Compose:
    def __init__(self, steps: Iterable[Callable[[Any], Any]]) -> None:
        self.steps = list(steps)

    def __call__(self, value: Any) -> Any:
        for step in self.steps:
            value = step(value)
        return value


class ToTensor:
    def __call__(self, img: np.ndarray) -> Tensor:
        return torch.from_numpy(img.transpose(2, 0, 1).astype(np.float32))


class Normalize:
    def __init__(self, mean: list[float], std: list[float]) -> None:
        self.mean = torch.tensor(mean).view(-1, 1, 1)
        self.std = torch.tensor(std).view(-1, 1, 1)

    def __call__(self, img: Tensor) -> Tensor:
        return (img - self.mean) / self.std


class RandomRot90:
    def __call__(self, img: Tensor) -> Tensor:
        return torch.rot90(img, int(torch.randint(0, 4, ())), dims=(1, 2))


class ResidualBlock(nn.Module):
    def __init__(self, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout), nn.ReLU(),
            nn.Conv2d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm2d(cout),
        )
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.skip = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.skip(x))


class SEBlock(nn.Module):
    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, channels // reduction), nn.ReLU(), nn.Linear(channels // reduction, channels), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        b, c = x.shape[:2]
        scale = self.fc(x.mean(dim=(2, 3)))
        return x * scale.view(b, c, 1, 1)


class TextureNet(nn.Module):
    def __init__(self, cfg: Config) -> None:
        super().__init__()
        c = cfg.channels
        self.stem = nn.Conv2d(3, c[0], 3, padding=1)
        self.stages = nn.ModuleDict({f"stage{i}": nn.Sequential(ResidualBlock(a, b, 2), SEBlock(b)) for i, (a, b) in enumerate(zip(c, c[1:]))})
        self.head = nn.Linear(c[-1], len(cfg.classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for stage in self.stages.values():
            x = stage(x)
        return self.head(x.mean(dim=(2, 3)))


class ConfusionMatrix:
    def __init__(self, n: int) -> None:
        self.n = n
        self.matrix = torch.zeros(n, n, dtype=torch.long)

    def update(self, logits: Tensor, labels: Tensor) -> None:
        pred = logits.argmax(dim=1)
        self.matrix += torch.bincount(labels * self.n + pred, minlength=self.n ** 2).view(self.n, self.n)

    def accuracy(self) -> float:
        return self.matrix.diagonal().sum().item() / max(1, self.matrix.sum().item())

    def macro_f1(self) -> float:
        tp = self.matrix.diagonal().float()
        return (2 * tp / (self.matrix.sum(0) + self.matrix.sum(1)).clamp(min=1)).mean().item()


class FeatureHook:
    """Keeps the output of a module."""

    def __init__(self, module: nn.Module) -> None:
        self.features: list[Tensor] = []
        self.handle = module.register_forward_hook(self)

    def __call__(self, module: nn.Module, args: tuple[Any, ...], output: Tensor) -> None:
        self.features.append(output.detach().float().mean(dim=(2, 3)))

    def close(self) -> Tensor:
        self.handle.remove()
        return torch.cat(self.features)


class Trainer:
    def __init__(self, cfg: Config, model: nn.Module, folder: pathlib.Path) -> None:
        self.cfg, self.model, self.folder = cfg, model, folder
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=cfg.lr, momentum=0.9)
        self.scheduler = torch.optim.lr_scheduler.PolynomialLR(self.optimizer, total_iters=cfg.epochs)
        self.average = AveragedModel(model)
        self.history: list[dict[str, float]] = []

    def fit(self, train: DataLoader, valid: DataLoader) -> None:
        for epoch in range(self.cfg.epochs):
            self.model.train()
            total = 0.0
            self.optimizer.zero_grad()
            for i, (images, labels) in enumerate(train):
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.cfg.autocast):
                    logits = self.model(images)
                    loss = self.loss(logits, labels) / self.cfg.accumulate
                loss.backward()
                total += loss.item() * self.cfg.accumulate
                if (i + 1) % self.cfg.accumulate == 0 or i + 1 == len(train):
                    self.optimizer.step()
                    self.optimizer.zero_grad()
            self.scheduler.step()
            self.average.update_parameters(self.model)
            metrics = self.evaluate(self.model, valid)
            self.history.append({"epoch": epoch, "loss": total / len(train), **metrics})
            LOG.info(json.dumps({k: round(v, 3) for k, v in self.history[-1].items()}))
            if metrics["f1"] >= max(h["f1"] for h in self.history):
                torch.save(self.model.state_dict(), self.folder / "best.pt")
        update_bn(train, self.average)

    @torch.inference_mode()
    def evaluate(self, model: nn.Module, loader: DataLoader) -> dict[str, float]:
        model.eval()
        cm = ConfusionMatrix(len(self.cfg.classes))
        for images, labels in loader:
            cm.update(model(images), labels)
        return {"acc": cm.accuracy(), "f1": cm.macro_f1()}


def nearest_centroid(features: Tensor, labels: Tensor, n: int) -> float:
    sums = torch.zeros(n, features.size(1)).scatter_add_(0, labels[:, None].expand_as(features), features)
    centroids = sums / labels.bincount(minlength=n)[:, None]
    return (torch.cdist(features, centroids).argmin(dim=1) == labels).float().mean().item()


def build_data(cfg: Config) -> tuple[DataLoader, DataLoader]:
    common = [ToTensor(), Normalize([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])]
    train_tf, valid_tf = Compose(common + [RandomRot90()]), Compose(common)
    per_class = cfg.train_items // len(cfg.classes)
    train = ConcatDataset([Textures(cfg, c, per_class, 0, train_tf) for c in range(len(cfg.classes))])
    valid = ConcatDataset([Textures(cfg, c, 12, 1, valid_tf) for c in range(len(cfg.classes))])
    subset = Subset(train, np.random.default_rng(0).permutation(len(train))[: int(0.9 * len(train))].tolist())
    return DataLoader(subset, batch_size=cfg.batch, shuffle=True), DataLoader(valid, batch_size=cfg.batch)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cfg = Config()
    torch.manual_seed(cfg.seed)
    train, valid = build_data(cfg)
    with tempfile.TemporaryDirectory() as tmp:
        trainer = Trainer(cfg, TextureNet(cfg), pathlib.Path(tmp))
        trainer.fit(train, valid)
        LOG.info("averaged: %s", trainer.evaluate(trainer.average, valid))
        best = TextureNet(cfg)
        best.load_state_dict(torch.load(trainer.folder / "best.pt"))
    hook = FeatureHook(best.stages["stage1"])
    LOG.info("best: %s", trainer.evaluate(best, valid))
    features = hook.close()
    labels = torch.cat([y for _, y in valid])
    LOG.info("nearest centroid of the features: %.3f", nearest_centroid(features, labels, len(cfg.classes)))


if __name__ == "__main__":
    main()
