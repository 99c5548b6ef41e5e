import dataclasses
import itertools
import os
import statistics
from dataclasses import dataclass, field
from typing import List, Optional

import torch
from torch import nn


@dataclass
class Settings:
    width: int = 32
    depth: int = 2
    lr: float = 1e-3
    betas: tuple = (0.9, 0.98)
    milestones: List[int] = field(default_factory=lambda: [2, 4])
    resume: Optional[str] = None

    @classmethod
    def from_environment(cls):
        found = cls()
        for f in dataclasses.fields(cls):
            value = os.getenv(f.name.upper())
            if value is not None:
                setattr(found, f.name, type(getattr(found, f.name))(value))
        return found


class Trainer:
    def __init__(self, settings):
        self.settings = settings
        layers = itertools.chain.from_iterable((nn.Linear(settings.width, settings.width), nn.GELU()) for _ in range(settings.depth))
        self.model = nn.Sequential(*layers, nn.Linear(settings.width, 1))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=settings.lr, betas=settings.betas)
        self.scheduler = torch.optim.lr_scheduler.MultiStepLR(self.optimizer, settings.milestones)
        self.losses = []
        if settings.resume:
            self.load(settings.resume)

    def load(self, path):
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        self.losses = state["losses"]

    def step(self, x):
        loss = self.model(x).abs().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.losses.append(float(loss))
        return loss

    def fit(self, epochs=6, batches=5):
        for epoch in range(epochs):
            here = [self.step(torch.randn(8, self.settings.width)).item() for _ in range(batches)]
            self.scheduler.step()
            print(f"{epoch}: {statistics.mean(here):.3f} +- {statistics.stdev(here):.3f}, lr {self.scheduler.get_last_lr()[0]:.1e}")
        return self.losses[epochs * batches - 1]


trainer = Trainer(Settings.from_environment())
last = trainer.fit()
print("last", round(last, 3), "first", trainer.losses[0], "of", len(trainer.losses), dataclasses.asdict(trainer.settings)["depth"])
moving = [sum(trainer.losses[i : i + 5]) / 5 for i in range(len(trainer.losses) - 4)]
print(moving[-1] / moving[0], moving[25])
