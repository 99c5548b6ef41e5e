import os
import pickle
import warnings

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore")
try:
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import KFold
except ModuleNotFoundError:
    accuracy_score = KFold = None


def load():
    for candidate in ("folds.pkl", os.path.join("data", "folds.pkl")):
        if os.path.exists(candidate):
            with open(candidate, "rb") as file:
                return pickle.load(file)
    generator = np.random.default_rng(0)
    return generator.normal(size=(60, 6)).astype("float32"), generator.integers(0, 3, size=60)


def folds(count, k):
    if KFold is not None:
        yield from KFold(k, shuffle=True).split(np.zeros((count, 1)))
        return
    order = np.random.permutation(count)
    for part in np.array_split(order, k):
        yield np.setdiff1d(order, part), part


x, y = load()
x, y = torch.as_tensor(x), torch.as_tensor(y).long()
scores = {}
for fold, (train, test) in enumerate(folds(len(x), 5)):
    model = nn.Sequential(nn.BatchNorm1d(6), nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.SGD([{"params": model[:2].parameters(), "lr": 0.01}, {"params": model[2:].parameters()}], lr=0.1, nesterov=True, momentum=0.9)
    for _ in range(10):
        loss = nn.functional.cross_entropy(model(x[train]), y[train])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        guess = model.eval()(x[test]).argmax(1).numpy()
    scores[fold] = float((guess == y[test].numpy()).mean()) if accuracy_score is None else accuracy_score(y[test], guess)
    print(f"fold {fold}: {scores[fold]:.2f}, lr {[g['lr'] for g in optimizer.param_groups]}")
print("mean", np.mean(list(scores.values())), "of", len(scores), "worst", min(scores, key=scores.get), scores[4])
