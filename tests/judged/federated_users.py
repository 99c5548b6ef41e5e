import copy, random
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Subset, TensorDataset
torch.manual_seed(3); random.seed(3)
X = torch.randn(400, 1, 12, 12); Y = torch.randint(0, 4, (400,))
full = TensorDataset(X, Y)
order = Y.argsort().tolist()
shards = [order[i:i + 40] for i in range(0, 400, 40)]
random.shuffle(shards)
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 3); self.pool = nn.MaxPool2d(2); self.fc = nn.Linear(6 * 5 * 5, 4)
    def forward(self, x):
        return self.fc(self.pool(torch.relu(self.conv(x))).flatten(1))
class User:
    def __init__(self, uid, indices):
        self.uid = uid
        self.loader = DataLoader(Subset(full, indices), batch_size=10, shuffle=True)
        self.n = len(indices)
        self.losses = []
    def update(self, net, epochs=1):
        net.train()
        opt = torch.optim.SGD(net.parameters(), 0.05)
        for _ in range(epochs):
            for x, y in self.loader:
                opt.zero_grad()
                loss = nn.functional.cross_entropy(net(x), y)
                loss.backward(); opt.step()
                self.losses.append(loss.item())
        return net.state_dict()
users = [User(i, shards[2 * i] + shards[2 * i + 1][: 10 * (i + 1)]) for i in range(5)]
server = CNN()
for rnd in range(3):
    picked = random.sample(users, 3)
    w = [u.update(copy.deepcopy(server)) for u in picked]
    total = sum(u.n for u in picked)
    new = {k: sum(s[k] * (u.n / total) for s, u in zip(w, picked)) for k in w[0]}
    server.load_state_dict(new)
server.eval()
with torch.no_grad():
    acc = (server(X).argmax(1) == Y).float().mean()
print(acc.item(), {u.uid: len(u.losses) for u in users})
