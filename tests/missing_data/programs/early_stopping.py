import copy
import math
import os
import tempfile

import matplotlib.pyplot as plt
import torch
import torch.nn as nn


class EarlyStopping:
    def __init__(self, patience=3, path="best.pt", delta=0.0):
        self.patience, self.path, self.delta = patience, path, delta
        self.best, self.waited, self.stop = math.inf, 0, False

    def __call__(self, loss, model):
        if loss < self.best - self.delta:
            self.best, self.waited = loss, 0
            torch.save(model.state_dict(), self.path)
        else:
            self.waited += 1
            self.stop = self.waited >= self.patience


folder = tempfile.mkdtemp()
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
stopping = EarlyStopping(patience=2, path=os.path.join(folder, "best.pt"))
x, y = torch.randn(100, 5), torch.randn(100, 1)
train_losses, valid_losses, rates = [], [], []
best_model = None
for epoch in range(30):
    loss = nn.functional.mse_loss(model(x[:80]), y[:80])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        valid = nn.functional.mse_loss(model(x[80:]), y[80:]).item()
    plateau.step(valid)
    train_losses.append(loss.item())
    valid_losses.append(valid)
    rates.append(optimizer.param_groups[0]["lr"])
    if valid <= min(valid_losses):
        best_model = copy.deepcopy(model)
    stopping(valid, model)
    if stopping.stop:
        print("stopped after", epoch + 1)
        break
model.load_state_dict(torch.load(stopping.path))
print(best_model[0].weight.shape, valid_losses[len(rates) - 1], train_losses[epoch])
figure, axes = plt.subplots(1, 2, figsize=(8, 3))
axes[0].plot(range(1, len(train_losses) + 1), train_losses, label="train")
axes[0].plot(range(1, len(valid_losses) + 1), valid_losses, label="valid")
axes[0].legend()
axes[1].plot(rates)
axes[0].set_title(f"best {stopping.best:.3f} at {valid_losses.index(min(valid_losses)) + 1}")
plt.tight_layout()
plt.savefig(os.path.join(folder, "losses.png"))
