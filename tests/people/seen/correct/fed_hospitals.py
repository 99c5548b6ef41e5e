"""FedAvg simulation: five hospitals, tabular data, a shared logistic/MLP model, plus an ensemble of the local models."""
import copy
from collections import OrderedDict
from typing import Dict, List

import numpy as np
import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, TensorDataset

NUM_CLIENTS, ROUNDS, LOCAL_EPOCHS, FEATURES = 5, 3, 1, 9
rng = np.random.default_rng(99)
torch.manual_seed(99)


def hospital(k: int, n: int) -> TensorDataset:
    shift = rng.normal(0, 0.3, FEATURES)
    x = rng.normal(shift, 1.0, (n, FEATURES))
    risk = 1.2 * x[:, 0] - 0.8 * x[:, 3] + 0.5 * x[:, 5] * x[:, 6] + 0.1 * k
    y = np.digitize(risk, [-0.7, 0.7])              # low / medium / high
    return TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))


class RiskNet(nn.Module):
    def __init__(self, in_dim: int, n_classes: int = 3):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(in_dim, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, n_classes))

    def forward(self, x):
        return self.net(x)


class Client:
    def __init__(self, cid: int, data: TensorDataset):
        self.cid = cid
        n_val = len(data) // 5
        self.train_set, self.val_set = torch.utils.data.random_split(data, [len(data) - n_val, n_val])
        self.loader = DataLoader(self.train_set, batch_size=16, shuffle=True)
        self.model = RiskNet(FEATURES)

    def fit(self, global_state: Dict[str, torch.Tensor], mu: float = 0.01):
        self.model.load_state_dict(global_state)
        self.model.train()
        anchor = [p.detach().clone() for p in self.model.parameters()]
        optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)
        criterion = nn.CrossEntropyLoss()
        for _ in range(LOCAL_EPOCHS):
            for x, y in self.loader:
                if len(x) < 2:
                    continue
                optimizer.zero_grad()
                prox = sum(((p - a) ** 2).sum() for p, a in zip(self.model.parameters(), anchor))
                loss = criterion(self.model(x), y) + mu / 2 * prox
                loss.backward()
                optimizer.step()
        return copy.deepcopy(self.model.state_dict()), len(self.train_set)

    @torch.no_grad()
    def evaluate(self, model: nn.Module) -> float:
        model.eval()
        x, y = next(iter(DataLoader(self.val_set, batch_size=len(self.val_set))))
        return (model(x).argmax(1) == y).float().mean().item()


def fed_avg(states: List[Dict[str, torch.Tensor]], sizes: List[int]) -> Dict[str, torch.Tensor]:
    total = sum(sizes)
    avg = OrderedDict()
    for key in states[0]:
        if states[0][key].dtype.is_floating_point:
            avg[key] = sum(s[key] * (n / total) for s, n in zip(states, sizes))
        else:
            avg[key] = torch.stack([s[key] for s in states]).max()
    return avg


def flat_update(before: Dict[str, torch.Tensor], after: Dict[str, torch.Tensor]) -> torch.Tensor:
    return torch.cat([(after[k] - before[k]).flatten().float() for k in before])


class Server:
    def __init__(self, clients: List[Client]):
        self.clients = clients
        self.model = RiskNet(FEATURES)
        self.history: List[float] = []

    def round(self, r: int, fraction: float = 0.8):
        chosen = rng.choice(len(self.clients), size=int(fraction * len(self.clients)), replace=False)
        before = copy.deepcopy(self.model.state_dict())
        states, sizes = [], []
        for i in chosen:
            state, n = self.clients[i].fit(before)
            states.append(state)
            sizes.append(n)
        updates = torch.stack([flat_update(before, s) for s in states])
        similarity = torch.nn.functional.cosine_similarity(updates.unsqueeze(0), updates.unsqueeze(1), dim=2)
        self.model.load_state_dict(fed_avg(states, sizes))
        acc = np.mean([c.evaluate(self.model) for c in self.clients])
        self.history.append(acc)
        print(f'round {r}: clients {sorted(chosen.tolist())} acc {acc:.3f} mean cos {similarity.mean():.3f}')


class Ensemble(nn.Module):
    def __init__(self, models: List[nn.Module]):
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, x):
        probs = torch.stack([m(x).softmax(dim=-1) for m in self.models])
        return probs.mean(dim=0)


def confusion(pred: torch.Tensor, true: torch.Tensor, n: int) -> torch.Tensor:
    return torch.bincount(true * n + pred, minlength=n * n).reshape(n, n)


clients = [Client(k, hospital(k, n)) for k, n in enumerate([60, 90, 75, 120, 50])]
server = Server(clients)
for r in range(ROUNDS):
    server.round(r)

ensemble = Ensemble([c.model for c in clients]).eval()
everyone = DataLoader(ConcatDataset([c.val_set for c in clients]), batch_size=32)
table = torch.zeros(3, 3, dtype=torch.long)
with torch.no_grad():
    for x, y in everyone:
        table += confusion(ensemble(x).argmax(dim=1), y, 3)
precision = table.diag() / table.sum(0).clamp(min=1)
recall = table.diag() / table.sum(1).clamp(min=1)
print(table.tolist(), precision.mean().item(), recall.mean().item())
torch.save({'global': server.model.state_dict(), 'locals': [c.model.state_dict() for c in clients]}, 'fed.pt')
