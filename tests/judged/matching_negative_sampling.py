"""Skip-gram with negative samples."""
import numpy as np
import torch
import torch.nn as nn

np.random.seed(0)
words = "a b c d e f g h i j".split() * 8
index = {w: i for i, w in enumerate(dict.fromkeys(words))}
ids = [index[w] for w in words]
window, negatives = 2, 3
pairs = []
for center in range(window, len(ids) - window):
    for offset in range(-window, window + 1):
        if offset != 0:
            pairs.append((ids[center], ids[center + offset]))
pairs = np.array(pairs)
print(pairs.shape)


class SkipGram(nn.Module):
    def __init__(self, n, dim):
        super().__init__()
        self.u = nn.Embedding(n, dim)
        self.v = nn.Embedding(n, dim)
        self.v.weight.data.uniform_(-0.1, 0.1)

    def forward(self, centers, contexts, noise):
        c = self.u(centers)
        pos = (c * self.v(contexts)).sum(1)
        neg = torch.bmm(self.v(noise), c.unsqueeze(2)).squeeze(2)
        return -(nn.functional.logsigmoid(pos).mean() + nn.functional.logsigmoid(-neg).mean())


model = SkipGram(len(index), 6)
optimizer = torch.optim.SparseAdam(list(model.parameters())) if False else torch.optim.Adam(model.parameters())
batch = 64
for epoch in range(2):
    np.random.shuffle(pairs)
    for s in range(0, len(pairs), batch):
        chunk = torch.from_numpy(pairs[s : s + batch])
        noise = torch.randint(0, len(index), (len(chunk), negatives))
        loss = model(chunk[:, 0], chunk[:, 1], noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
