import random

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1337)
random.seed(7)

text = "the quick brown fox jumps over the lazy dog and runs away from it. " * 40
chars = sorted(list(set(text)))
vocab_size = len(chars)
stoi = {ch: i for i, ch in enumerate(chars)}
data = torch.tensor([stoi[c] for c in text], dtype=torch.long)
n = int(0.9 * len(data))
train_data, val_data = data[:n], data[n:]

block_size = 16
batch_size = 8


def get_batch(split):
    source = train_data if split == "train" else val_data
    ix = torch.randint(len(source) - block_size, (batch_size,))
    x = torch.stack([source[i:i + block_size] for i in ix])
    y = torch.stack([source[i + 1:i + block_size + 1] for i in ix])
    return x, y


class Bigram(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.token = nn.Embedding(vocab_size, width)
        self.place = nn.Embedding(block_size, width)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, idx, targets=None):
        B, T = idx.shape
        x = self.token(idx) + self.place(torch.arange(T))
        logits = self.head(x)
        if targets is None:
            return logits, None
        B, T, C = logits.shape
        return logits, F.cross_entropy(logits.view(B * T, C), targets.view(B * T))

    def generate(self, idx, count):
        for _ in range(count):
            logits, _ = self(idx[:, -block_size:])
            probs = F.softmax(logits[:, -1, :], dim=-1)
            idx = torch.cat((idx, torch.multinomial(probs, num_samples=1)), dim=1)
        return idx


model = Bigram()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(12):
    xb, yb = get_batch("train")
    logits, loss = model(xb, yb)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()

with torch.no_grad():
    losses = torch.zeros(5)
    for k in range(5):
        _, loss = model(*get_batch("val"))
        losses[k] = loss.item()
print(losses.mean(), model.generate(torch.zeros((1, 1), dtype=torch.long), 20).shape)

start = random.randint(0, len(data) - 40)
prompt = data[start:start + 40].view(4, 10)
print(model(prompt)[0].shape)
