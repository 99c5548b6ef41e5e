"""Knowledge distillation (Hinton) + feature hints (FitNets), teacher CNN -> student CNN, with a small Trainer class.

I use this at work as a template, so there is a bit of plumbing: config dict, early stopping, csv log, AMP switch.
"""
import csv
import itertools
import json
import os
import tempfile

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset


class Glyphs(Dataset):
    """Five glyph classes on 20x20 canvas. Returns dict(image, label, index)."""

    names = ("bar", "cross", "ring", "dot", "stripe")

    def __init__(self, n, seed):
        rng = np.random.RandomState(seed)
        yy, xx = np.mgrid[:20, :20]
        self.images = np.empty((n, 20, 20), np.float32)
        self.labels = rng.randint(0, 5, n)
        for i, c in enumerate(self.labels):
            cy, cx = rng.randint(6, 14, 2)
            r = np.hypot(yy - cy, xx - cx)
            canvas = [np.abs(yy - cy) < 2, (np.abs(yy - cy) < 1) | (np.abs(xx - cx) < 1), np.abs(r - 5) < 1, r < 3, (xx + yy) % 5 < 2][c]
            self.images[i] = canvas + 0.2 * rng.randn(20, 20)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return {"image": torch.from_numpy(self.images[i]).unsqueeze(0), "label": int(self.labels[i]), "index": i}


class ConvNet(nn.Module):
    def __init__(self, widths, n_classes=5):
        super().__init__()
        self.stages = nn.ModuleList()
        cin = 1
        for w in widths:
            self.stages.append(nn.Sequential(nn.Conv2d(cin, w, 3, padding=1), nn.BatchNorm2d(w), nn.ReLU(), nn.MaxPool2d(2)))
            cin = w
        self.fc = nn.Linear(cin, n_classes)

    def forward(self, x, return_features=False):
        feats = []
        for stage in self.stages:
            x = stage(x)
            feats.append(x)
        logits = self.fc(x.mean(dim=(2, 3)))
        return (logits, feats) if return_features else logits


class DistillationLoss(nn.Module):
    def __init__(self, T=4.0, alpha=0.7, beta=0.1, hint_channels=(8, 32)):
        super().__init__()
        self.T, self.alpha, self.beta = T, alpha, beta
        self.regressor = nn.Conv2d(hint_channels[0], hint_channels[1], kernel_size=1)

    def forward(self, student, teacher, labels):
        s_logits, s_feats = student
        t_logits, t_feats = teacher
        soft = F.kl_div(F.log_softmax(s_logits / self.T, dim=1), F.softmax(t_logits / self.T, dim=1), reduction="batchmean") * self.T ** 2
        hard = F.cross_entropy(s_logits, labels)
        hint = F.mse_loss(self.regressor(s_feats[0]), t_feats[0])
        return self.alpha * soft + (1 - self.alpha) * hard + self.beta * hint


class EarlyStopping:
    def __init__(self, patience=3):
        self.patience, self.best, self.bad = patience, -float("inf"), 0

    def __call__(self, value):
        if value > self.best:
            self.best, self.bad = value, 0
            return False
        self.bad += 1
        return self.bad >= self.patience


class Trainer:
    def __init__(self, model, optimizer, loaders, out_dir, scheduler=None, clip=None):
        self.model, self.optimizer, self.loaders = model, optimizer, loaders
        self.scheduler, self.clip, self.out_dir = scheduler, clip, out_dir
        self.rows, self.sample_loss = [], {}

    def compute_loss(self, batch):
        logits = self.model(batch["image"])
        loss = F.cross_entropy(logits, batch["label"], reduction="none")
        self.sample_loss.update(zip(batch["index"].tolist(), loss.tolist()))
        return loss.mean(), logits

    def train_epoch(self):
        self.model.train()
        total, n = 0.0, 0
        for batch in self.loaders["train"]:
            loss, logits = self.compute_loss(batch)
            self.optimizer.zero_grad()
            loss.backward()
            if self.clip:
                nn.utils.clip_grad_norm_(itertools.chain(*(g["params"] for g in self.optimizer.param_groups)), self.clip)
            self.optimizer.step()
            total += loss.item() * len(logits)
            n += len(logits)
        return total / n

    @torch.inference_mode()
    def evaluate(self):
        self.model.eval()
        correct, n = torch.zeros(5), torch.zeros(5)
        for batch in self.loaders["val"]:
            pred = self.model(batch["image"]).argmax(dim=1)
            hit = (pred == batch["label"]).float()
            correct.scatter_add_(0, batch["label"], hit)
            n += torch.bincount(batch["label"], minlength=5)
        return (correct.sum() / n.sum()).item(), (correct / n.clamp(min=1)).tolist()

    def fit(self, epochs):
        stop = EarlyStopping()
        for epoch in range(epochs):
            loss = self.train_epoch()
            acc, per_class = self.evaluate()
            if self.scheduler is not None:
                self.scheduler.step()
            self.rows.append({"epoch": epoch, "loss": loss, "acc": acc})
            self.save("last.pt", epoch)
            if stop(acc):
                break
        with open(os.path.join(self.out_dir, "log.csv"), "w", newline="") as f:
            writer = csv.DictWriter(f, fieldnames=["epoch", "loss", "acc"])
            writer.writeheader()
            writer.writerows(self.rows)
        return self.rows[-1]

    def save(self, name, epoch):
        torch.save({"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "epoch": epoch},
                   os.path.join(self.out_dir, name))

    def resume(self, name):
        ck = torch.load(os.path.join(self.out_dir, name))
        self.model.load_state_dict(ck["model"])
        self.optimizer.load_state_dict(ck["optimizer"])
        return ck["epoch"] + 1


class DistillTrainer(Trainer):
    def __init__(self, teacher, criterion, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.teacher = teacher.eval().requires_grad_(False)
        self.criterion = criterion

    def compute_loss(self, batch):
        student = self.model(batch["image"], return_features=True)
        with torch.no_grad():
            teacher = self.teacher(batch["image"], return_features=True)
        return self.criterion(student, teacher, batch["label"]), student[0]


def main():
    torch.manual_seed(0)
    config = {"teacher": [32, 32, 64], "student": [8, 8], "batch_size": 32, "lr": 0.01, "epochs": 2}
    loaders = {"train": DataLoader(Glyphs(160, 0), config["batch_size"], shuffle=True),
               "val": DataLoader(Glyphs(60, 1), config["batch_size"])}
    with tempfile.TemporaryDirectory() as out:
        teacher = ConvNet(config["teacher"])
        opt = torch.optim.SGD(teacher.parameters(), lr=config["lr"], momentum=0.9, weight_decay=1e-4)
        first = Trainer(teacher, opt, loaders, out, torch.optim.lr_scheduler.MultiStepLR(opt, milestones=[1], gamma=0.1))
        print("teacher", first.fit(config["epochs"]))
        print("resume at", first.resume("last.pt"))
        hardest = sorted(first.sample_loss, key=first.sample_loss.get)[-5:]

        student = ConvNet(config["student"])
        criterion = DistillationLoss(hint_channels=(config["student"][0], config["teacher"][0]))
        opt = torch.optim.Adam([{"params": student.parameters()}, {"params": criterion.parameters(), "lr": 1e-3}], lr=5e-3)
        second = DistillTrainer(teacher, criterion, student, opt, loaders, out, clip=1.0)
        print("student", second.fit(config["epochs"]))
        with open(os.path.join(out, "config.json"), "w") as f:
            json.dump({**config, "hardest": hardest}, f)


if __name__ == "__main__":
    main()
