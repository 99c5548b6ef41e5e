"""A home-made trainer with callbacks and a progress list."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Callback:
    def on_epoch_end(self, trainer, logs):
        pass


class History(Callback):
    def __init__(self):
        self.logs = []

    def on_epoch_end(self, trainer, logs):
        self.logs.append(dict(logs))


class DecayLR(Callback):
    def __init__(self, factor, every):
        self.factor, self.every = factor, every

    def on_epoch_end(self, trainer, logs):
        if (trainer.epoch + 1) % self.every == 0:
            for g in trainer.optimizer.param_groups:
                g["lr"] = g["lr"] * self.factor


class Trainer:
    def __init__(self, model, optimizer, loss, callbacks=()):
        self.model, self.optimizer, self.loss, self.callbacks = model, optimizer, loss, list(callbacks)
        self.epoch = 0

    def _run(self, loader, training):
        self.model.train(training)
        total = seen = 0
        with torch.set_grad_enabled(training):
            for x, y in loader:
                out = self.model(x)
                value = self.loss(out, y)
                if training:
                    self.optimizer.zero_grad()
                    value.backward()
                    self.optimizer.step()
                total += value.item() * len(x)
                seen += len(x)
        return total / seen

    def fit(self, train, val, epochs):
        for self.epoch in range(epochs):
            logs = {"loss": self._run(train, True), "val_loss": self._run(val, False)}
            for callback in self.callbacks:
                callback.on_epoch_end(self, logs)


full = TensorDataset(torch.randn(77, 12), torch.randn(77, 2))
train_set, val_set = random_split(full, [60, 17], generator=torch.Generator().manual_seed(0))
model = nn.Sequential(nn.Linear(12, 24), nn.BatchNorm1d(24), nn.SiLU(), nn.Linear(24, 2))
history = History()
trainer = Trainer(model, torch.optim.Adam(model.parameters()), nn.SmoothL1Loss(), [history, DecayLR(0.5, 2)])
trainer.fit(DataLoader(train_set, 16, shuffle=True), DataLoader(val_set, 16), epochs=4)
print(len(history.logs), history.logs[-1])
