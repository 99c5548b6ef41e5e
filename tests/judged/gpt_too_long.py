"""The context is not cut to the positions that the model has."""
import torch
import torch.nn as nn

VOCAB, DIM, CONTEXT = 30, 16, 8


class LM(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCAB, DIM)
        self.positions = nn.Parameter(torch.zeros(1, CONTEXT, DIM))
        self.layer = nn.TransformerEncoderLayer(DIM, 2, 32, batch_first=True)
        self.out = nn.Linear(DIM, VOCAB)

    def forward(self, ids):
        x = self.tokens(ids)
        x = x + self.positions[:, : ids.size(1)]  # raises
        return self.out(self.layer(x))


lm = LM()
ids = torch.randint(0, VOCAB, (4, CONTEXT))
optimizer = torch.optim.SGD(lm.parameters(), lr=0.1)
for _ in range(3):
    logits = lm(ids[:, :-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, VOCAB), ids[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

generated = ids[:1, :2]
for _ in range(20):
    next_id = lm(generated)[:, -1].argmax(-1, keepdim=True)
    generated = torch.cat([generated, next_id], dim=1)
print(generated)
