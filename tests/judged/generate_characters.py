import torch
import torch.nn as nn

text = "hello world, this is a small text to learn letters from. " * 4
chars = sorted(set(text))
stoi = {c: i for i, c in enumerate(chars)}
itos = {i: c for c, i in stoi.items()}
data = torch.tensor([stoi[c] for c in text])
block_size, batch_size = 16, 8


class CharLSTM(nn.Module):
    def __init__(self, vocab, emb=12, hidden=24):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, vocab)

    def forward(self, idx, state=None):
        out, state = self.lstm(self.emb(idx), state)
        return self.head(out), state


def get_batch():
    ix = torch.randint(len(data) - block_size - 1, (batch_size,))
    x = torch.stack([data[i : i + block_size] for i in ix])
    y = torch.stack([data[i + 1 : i + block_size + 1] for i in ix])
    return x, y


model = CharLSTM(len(chars))
opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(12):
    xb, yb = get_batch()
    logits, _ = model(xb)
    loss = nn.functional.cross_entropy(logits.view(-1, len(chars)), yb.view(-1))
    opt.zero_grad(set_to_none=True)
    loss.backward()
    opt.step()

model.eval()
context = torch.tensor([[stoi["h"]]])
state, out = None, "h"
with torch.no_grad():
    for _ in range(30):
        logits, state = model(context, state)
        probs = torch.softmax(logits[:, -1] / 0.8, dim=-1)
        context = torch.multinomial(probs, num_samples=1)
        out += itos[context.item()]
print(out)
