"""Survival from a passenger table held in numpy, split by a shuffled index."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

rng = np.random.RandomState(42)
n = 891
age = rng.normal(30, 12, n)
fare = rng.exponential(32, n)
pclass = rng.randint(1, 4, n)
sex = rng.randint(0, 2, n)
survived = rng.randint(0, 2, n)

age = (age - age.mean()) / age.std()
fare = np.log1p(fare)
onehot = np.eye(3)[pclass - 1]
X = np.column_stack([age, fare, sex, onehot]).astype(np.float32)
y = survived.astype(np.int64)

perm = rng.permutation(n)
cut = int(0.8 * n)
train_idx, test_idx = perm[:cut], perm[cut:]
X_train, y_train = torch.from_numpy(X[train_idx]), torch.from_numpy(y[train_idx])
X_test, y_test = torch.from_numpy(X[test_idx]), torch.from_numpy(y[test_idx])


class Net(nn.Module):
    def __init__(self, n_in, n_out=2):
        super().__init__()
        self.fc1 = nn.Linear(n_in, 64)
        self.fc2 = nn.Linear(64, n_out)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


model = Net(X.shape[1])
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
losses = []
for epoch in range(5):
    order = np.random.permutation(len(X_train))
    for start in range(0, len(order), 64):
        batch = order[start:start + 64]
        out = model(X_train[batch])
        loss = F.cross_entropy(out, y_train[batch])
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    print(epoch, np.mean(losses[-10:]))
with torch.no_grad():
    pred = model(X_test).argmax(dim=1).numpy()
acc = (pred == y_test.numpy()).mean()
print("accuracy", acc)
