import sys
from collections import defaultdict

import torch
import torch.nn as nn
import torch.nn.functional as F

source = sys.stdin.read() if not sys.stdin.isatty() else "to be or not to be that is the question " * 20
if len(source) < 40:
    source = "to be or not to be that is the question " * 20
chars = sorted(set(source))
stoi = {c: i for i, c in enumerate(chars)}
itos = dict(enumerate(chars))
data = torch.tensor([stoi[c] for c in source], dtype=torch.long)
n = int(0.9 * len(data))
splits = {"train": data[:n], "val": data[n:]}
block, batch = 8, 4


def get_batch(split):
    d = splits[split]
    at = torch.randint(0, max(1, len(d) - block - 1), (batch,))
    return torch.stack([d[i : i + block] for i in at]), torch.stack([d[i + 1 : i + block + 1] for i in at])


class Bigram(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.table = nn.Embedding(size, size)

    def forward(self, idx, targets=None):
        logits = self.table(idx)
        if targets is None:
            return logits, None
        b, t, c = logits.shape
        return logits, F.cross_entropy(logits.view(b * t, c), targets.reshape(b * t))

    @torch.no_grad()
    def generate(self, idx, count):
        for _ in range(count):
            logits, _ = self(idx)
            probs = F.softmax(logits[:, -1, :], dim=-1)
            idx = torch.cat((idx, torch.multinomial(probs, 1)), dim=1)
        return idx


model = Bigram(len(chars))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
seen = defaultdict(list)
for step in range(30):
    _, loss = model(*get_batch("train"))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        seen["step"].append(step)
        seen["loss"].append(loss.item())
        print(f"step {seen['step'][-1]}: {loss:.3f}")
text = "".join(itos[i] for i in model.generate(torch.zeros((1, 1), dtype=torch.long), 20)[0].tolist())
print(repr(text), itos[0], seen["loss"][2], [c for c in chars if c in text][:3])
