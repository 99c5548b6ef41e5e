"""Graph classification / regression on small molecule-like graphs with a dense, padded GAT (no PyG needed)."""
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, Subset

ATOMS = ['C', 'N', 'O', 'F', 'S']
random.seed(5)
np.random.seed(5)
torch.manual_seed(5)


def random_molecule():
    n = random.randint(4, 11)
    atoms = [random.randrange(len(ATOMS)) for _ in range(n)]
    bonds = [(i, random.randrange(i)) for i in range(1, n)]
    if n > 6 and random.random() < 0.5:
        bonds.append((n - 1, 0))
    ring = len(bonds) >= n
    logp = 0.4 * atoms.count(0) - 0.6 * atoms.count(2) + 0.1 * len(bonds)
    return atoms, bonds, int(ring), logp


class MoleculeDataset(Dataset):
    def __init__(self, n):
        self.raw = [random_molecule() for _ in range(n)]
        logp = np.array([m[3] for m in self.raw], dtype=np.float32)
        self.mean, self.std = logp.mean(), logp.std()

    def __len__(self):
        return len(self.raw)

    def __getitem__(self, i):
        atoms, bonds, ring, logp = self.raw[i]
        n = len(atoms)
        x = F.one_hot(torch.tensor(atoms), len(ATOMS)).float()
        adj = torch.zeros(n, n)
        src, dst = zip(*bonds)
        adj[list(src), list(dst)] = 1
        adj[list(dst), list(src)] = 1
        adj += torch.eye(n)
        degree = adj.sum(1, keepdim=True)
        x = torch.cat([x, degree / 4], dim=1)
        return x, adj, torch.tensor(ring), torch.tensor((logp - self.mean) / self.std, dtype=torch.float32)


def pad_graphs(batch):
    n_max = max(x.size(0) for x, _, _, _ in batch)
    xs = torch.zeros(len(batch), n_max, batch[0][0].size(1))
    adjs = torch.zeros(len(batch), n_max, n_max)
    mask = torch.zeros(len(batch), n_max, dtype=torch.bool)
    for i, (x, adj, _, _) in enumerate(batch):
        n = x.size(0)
        xs[i, :n] = x
        adjs[i, :n, :n] = adj
        mask[i, :n] = True
    rings = torch.stack([b[2] for b in batch])
    logps = torch.stack([b[3] for b in batch])
    return xs, adjs, mask, rings, logps


class DenseGATLayer(nn.Module):
    def __init__(self, c_in, c_out, num_heads=1, concat_heads=True, alpha=0.2):
        super().__init__()
        self.num_heads = num_heads
        self.concat_heads = concat_heads
        if concat_heads:
            assert c_out % num_heads == 0, "Number of output features must be a multiple of the count of heads."
            c_out = c_out // num_heads
        self.projection = nn.Linear(c_in, c_out * num_heads)
        self.a = nn.Parameter(torch.Tensor(num_heads, 2 * c_out))
        self.leakyrelu = nn.LeakyReLU(alpha)
        nn.init.xavier_uniform_(self.a.data, gain=1.414)

    def forward(self, node_feats, adj_matrix):
        B, N = node_feats.size(0), node_feats.size(1)
        h = self.projection(node_feats).view(B, N, self.num_heads, -1)
        d = h.size(-1)
        left = torch.einsum('bnhd,hd->bnh', h, self.a[:, :d])
        right = torch.einsum('bnhd,hd->bnh', h, self.a[:, d:])
        scores = self.leakyrelu(left.unsqueeze(2) + right.unsqueeze(1))          # B, N, N, heads
        scores = scores.masked_fill(adj_matrix.unsqueeze(-1) == 0, -9e15)
        probs = F.softmax(scores, dim=2)
        out = torch.einsum('bijh,bjhd->bihd', probs, h)
        return out.reshape(B, N, -1) if self.concat_heads else out.mean(dim=2)


class MoleculeNet(nn.Module):
    def __init__(self, c_in, hidden=32, heads=4, layers=2):
        super().__init__()
        self.embed = nn.Linear(c_in, hidden)
        self.layers = nn.ModuleList([DenseGATLayer(hidden, hidden, heads) for _ in range(layers)])
        self.norms = nn.ModuleList([nn.BatchNorm1d(hidden) for _ in range(layers)])
        self.ring_head = nn.Linear(2 * hidden, 2)
        self.logp_head = nn.Linear(2 * hidden, 1)

    def forward(self, x, adj, mask):
        h = F.relu(self.embed(x))
        for layer, norm in zip(self.layers, self.norms):
            u = layer(h, adj)
            flat = norm(u[mask])
            u = torch.zeros_like(u).masked_scatter(mask.unsqueeze(-1), flat)
            h = h + F.relu(u)
        m = mask.unsqueeze(-1)
        mean = (h * m).sum(1) / m.sum(1)
        top = h.masked_fill(~m, float('-inf')).max(dim=1).values
        g = torch.cat([mean, top], dim=-1)
        return self.ring_head(g), self.logp_head(g).squeeze(-1)


class MultiTaskLoss(nn.Module):
    """Kendall et al: learned uncertainty weights"""
    def __init__(self, n_tasks=2):
        super().__init__()
        self.log_vars = nn.Parameter(torch.zeros(n_tasks))

    def forward(self, losses):
        losses = torch.stack(losses)
        return (torch.exp(-self.log_vars) * losses + self.log_vars).sum()


dataset = MoleculeDataset(150)
train_loader = DataLoader(Subset(dataset, range(120)), batch_size=24, shuffle=True, collate_fn=pad_graphs)
test_loader = DataLoader(Subset(dataset, range(120, 150)), batch_size=24, collate_fn=pad_graphs)
net = MoleculeNet(len(ATOMS) + 1)
weigh = MultiTaskLoss()
opt = torch.optim.Adam(list(net.parameters()) + list(weigh.parameters()), lr=3e-3)
lr_sched = torch.optim.lr_scheduler.ExponentialLR(opt, gamma=0.9)
for epoch in range(3):
    net.train()
    for xs, adjs, mask, rings, logps in train_loader:
        ring_logits, logp = net(xs, adjs, mask)
        loss = weigh([F.cross_entropy(ring_logits, rings), F.mse_loss(logp, logps)])
        opt.zero_grad()
        loss.backward()
        opt.step()
    lr_sched.step()
    net.eval()
    hits, errors, scores = 0, [], []
    with torch.no_grad():
        for xs, adjs, mask, rings, logps in test_loader:
            ring_logits, logp = net(xs, adjs, mask)
            hits += (ring_logits.argmax(dim=1) == rings).sum().item()
            errors.append((logp - logps).abs())
            scores.append(ring_logits.softmax(1)[:, 1])
    mae = torch.cat(errors).mean().item() * dataset.std
    # AUROC by ranks
    s, y = torch.cat(scores), torch.stack([dataset[i][2] for i in range(120, 150)])
    pos, neg = s[y == 1], s[y == 0]
    auc = (pos[:, None] > neg[None, :]).float().mean().item()
    print(f'{epoch} loss {loss.item():.3f} acc {hits / 30:.2f} mae {mae:.3f} auc {auc:.2f} weights {torch.exp(-weigh.log_vars).tolist()}')
