"""EmbeddingBag over texts in one vector with offsets."""

import random

import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torch.utils.data.dataset import random_split

WORDS = [f"w{i}" for i in range(60)]
vocab = {w: i for i, w in enumerate(["<unk>"] + WORDS)}
data = [(random.randint(1, 4), " ".join(random.choices(WORDS, k=random.randint(3, 30)))) for _ in range(200)]


def text_pipeline(text):
    return [vocab.get(w, 0) for w in text.split()]


def collate_batch(batch):
    labels, texts, offsets = [], [], [0]
    for label, text in batch:
        labels.append(label - 1)
        ids = torch.tensor(text_pipeline(text), dtype=torch.int64)
        texts.append(ids)
        offsets.append(ids.size(0))
    return torch.tensor(labels), torch.cat(texts), torch.tensor(offsets[:-1]).cumsum(dim=0)


class TextModel(nn.Module):
    def __init__(self, vocab_size, dim, classes):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab_size, dim)
        self.fc = nn.Linear(dim, classes)

    def forward(self, text, offsets):
        return self.fc(self.embedding(text, offsets))


model = TextModel(len(vocab), 64, 4)
train, valid = random_split(data, [160, 40])
opt = torch.optim.SGD(model.parameters(), lr=5)
sched = torch.optim.lr_scheduler.StepLR(opt, 1, gamma=0.1)
crit = nn.CrossEntropyLoss()
for epoch in range(2):
    model.train()
    for label, text, offsets in DataLoader(train, batch_size=16, shuffle=True, collate_fn=collate_batch):
        opt.zero_grad()
        out = model(text, offsets)
        loss = crit(out, label)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        opt.step()
    sched.step()
    model.eval()
    acc = count = 0
    with torch.no_grad():
        for label, text, offsets in DataLoader(valid, batch_size=16, collate_fn=collate_batch):
            acc += (model(text, offsets).argmax(1) == label).sum().item()
            count += label.size(0)
    print(epoch, acc / count)
