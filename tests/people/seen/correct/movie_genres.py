# Multi-label movie genres from plot summaries (bag of words + EmbeddingBag)   -- notebook exported
# %%
import collections
import re
import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader, Subset

torch.manual_seed(2022)
rs = np.random.RandomState(2022)
GENRES = ['action', 'comedy', 'drama', 'horror', 'romance', 'scifi']
KEYWORDS = {'action': 'explosion chase fight hero gun', 'comedy': 'funny joke silly laugh prank',
            'drama': 'family loss court tears secret', 'horror': 'ghost blood scream haunted night',
            'romance': 'love kiss wedding heart letter', 'scifi': 'robot space alien future planet'}
GLUE = 'a the of with and in on man woman city finds must before when'.split()

# %%
rows = []
for i in range(240):
    gs = rs.choice(GENRES, size=rs.randint(1, 4), replace=False)
    words = []
    for g in gs:
        words += list(rs.choice(KEYWORDS[g].split(), 3))
    words += list(rs.choice(GLUE, rs.randint(4, 12)))
    rs.shuffle(words)
    rows.append({'plot': ' '.join(words).capitalize() + '.', 'genres': '|'.join(gs), 'runtime': float(rs.normal(105, 15))})

# %%
def tokenize(s):
    return re.findall(r"[a-z']+", s.lower())

freq = collections.Counter(t for r in rows for t in tokenize(r['plot']))
vocab = {w: i + 1 for i, (w, _) in enumerate(freq.most_common(80))}    # 0 = unknown
def binarize(s):
    v = np.zeros(len(GENRES), dtype=np.float32)
    for g in s.split('|'):
        v[GENRES.index(g)] = 1
    return v

# %%
class PlotDataset(Dataset):
    def __init__(self, rows):
        self.tokens = [[vocab.get(t, 0) for t in tokenize(r['plot'])] for r in rows]
        self.labels = np.stack([binarize(r['genres']) for r in rows])
        rt = np.array([r['runtime'] for r in rows], dtype=np.float32)
        self.runtime = ((rt - rt.mean()) / rt.std()).reshape(-1, 1)

    def __getitem__(self, i):
        return self.tokens[i], self.runtime[i], self.labels[i]

    def __len__(self):
        return len(self.tokens)


def collate_bag(batch):
    tokens, runtime, labels = zip(*batch)
    offsets = torch.tensor([0] + [len(t) for t in tokens[:-1]]).cumsum(0)
    flat = torch.tensor([x for t in tokens for x in t], dtype=torch.long)
    return flat, offsets, torch.from_numpy(np.stack(runtime)), torch.from_numpy(np.stack(labels))

ds = PlotDataset(rows)
order = rs.permutation(len(ds))
tr_dl = DataLoader(Subset(ds, order[:180]), batch_size=36, shuffle=True, collate_fn=collate_bag)
va_dl = DataLoader(Subset(ds, order[180:]), batch_size=32, collate_fn=collate_bag)

# %%
class GenreNet(nn.Module):
    def __init__(self, vocab_size, emb, n_labels):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab_size, emb, mode='mean')
        self.head = nn.Sequential(nn.Linear(emb + 1, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, n_labels))

    def forward(self, flat, offsets, runtime):
        x = self.bag(flat, offsets)
        return self.head(torch.cat([x, runtime], dim=1))

net = GenreNet(len(vocab) + 1, 24, len(GENRES))
positives = ds.labels[order[:180]].sum(0)
pos_weight = torch.tensor((180 - positives) / positives)
loss_fn = nn.BCEWithLogitsLoss(pos_weight=pos_weight)
opt = torch.optim.Adam(net.parameters(), 5e-3)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=4)

# %%
def f1_per_label(y_true, y_prob, thr):
    y_hat = (y_prob > thr).astype(int)
    tp = (y_hat * y_true).sum(0)
    fp = (y_hat * (1 - y_true)).sum(0)
    fn = ((1 - y_hat) * y_true).sum(0)
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1e-9)

def evaluate():
    net.eval()
    probs, trues = [], []
    with torch.no_grad():
        for flat, offsets, runtime, labels in va_dl:
            probs.append(torch.sigmoid(net(flat, offsets, runtime)))
            trues.append(labels)
    return torch.cat(trues).numpy(), torch.cat(probs).numpy()

for epoch in range(4):
    net.train()
    tot = 0.
    for flat, offsets, runtime, labels in tr_dl:
        opt.zero_grad()
        out = net(flat, offsets, runtime)
        loss = loss_fn(out, labels)
        loss.backward()
        opt.step()
        tot += loss.item() * len(labels)
    sched.step()
    y_true, y_prob = evaluate()
    print(epoch, round(tot / 180, 4), 'macro f1', f1_per_label(y_true, y_prob, 0.5).mean().round(3))

# %%  best threshold per label
grid = np.linspace(0.1, 0.9, 9)
scores = np.stack([f1_per_label(y_true, y_prob, t) for t in grid])
best_thr = grid[scores.argmax(0)]
print(dict(zip(GENRES, best_thr.round(2))))
tuned = f1_per_label(y_true, y_prob, best_thr)
print('tuned', tuned.round(3))

# %%  a single plot
def predict(plot, runtime=100.):
    ids = torch.tensor([vocab.get(t, 0) for t in tokenize(plot)])
    with torch.no_grad():
        p = torch.sigmoid(net(ids, torch.tensor([0]), torch.tensor([[(runtime - 105) / 15]]))).squeeze(0)
    top = p.topk(2).indices.tolist()
    return [GENRES[i] for i in top]

print(predict('The robot must fight an alien on the planet'))
