import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(7)


class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.counter, self.best, self.stop = 0, np.inf, False

    def __call__(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.counter = 0
        else:
            self.counter += 1
            if self.counter >= self.patience:
                self.stop = True


model = nn.Sequential(nn.Linear(5, 10), nn.Tanh(), nn.Linear(10, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
criterion = nn.MSELoss()
x, y = torch.randn(40, 5), torch.randn(40, 1)
xv, yv = torch.randn(20, 5), torch.randn(20, 1)
stopper = EarlyStopping(patience=2)
for epoch in range(25):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        val_loss = criterion(model(xv), yv).item()
    stopper(val_loss)
    if stopper.stop:
        print("stopped at", epoch)
        break
print(model(torch.zeros(1, 5)))
