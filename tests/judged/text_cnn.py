from collections import Counter

import torch
import torch.nn as nn
from torch.utils.data import DataLoader

reviews = [("good film really good", 1), ("bad plot and bad acting", 0), ("a fine story", 1), ("not good at all", 0)] * 6
words = Counter(w for text, _ in reviews for w in text.split())
itos = ["<pad>"] + [w for w, _ in words.most_common()]
stoi = {w: i for i, w in enumerate(itos)}


def collate(batch):
    longest = max(len(text.split()) for text, _ in batch)
    ids = torch.zeros(len(batch), max(longest, 5), dtype=torch.long)
    for row, (text, _) in enumerate(batch):
        tokens = [stoi[w] for w in text.split()]
        ids[row, : len(tokens)] = torch.tensor(tokens)
    return ids, torch.tensor([label for _, label in batch], dtype=torch.float)


class CNN(nn.Module):
    def __init__(self, n, dim=12, filters=(2, 3, 4)):
        super().__init__()
        self.emb = nn.Embedding(n, dim, padding_idx=0)
        self.convs = nn.ModuleList(nn.Conv2d(1, 5, (k, dim)) for k in filters)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(5 * len(filters), 1)

    def forward(self, ids):
        e = self.emb(ids).unsqueeze(1)
        pooled = [torch.relu(c(e)).squeeze(3).max(dim=2)[0] for c in self.convs]
        return self.fc(self.drop(torch.cat(pooled, dim=1))).squeeze(1)


model = CNN(len(itos))
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    hits = 0
    for ids, y in DataLoader(reviews, batch_size=5, collate_fn=collate):
        logits = model(ids)
        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        hits += ((logits > 0).float() == y).sum().item()
    print(hits / len(reviews))
