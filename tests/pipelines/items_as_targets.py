import torch
import torch.nn as nn

encoder, decoder = nn.Embedding(12, 24), nn.GRU(24, 24, batch_first=True)
head = nn.Linear(24, 12)
token, hidden, produced = torch.tensor([[1]]), None, []
for _ in range(8):
    out, hidden = decoder(encoder(token), hidden)
    nxt = head(out[:, -1]).argmax(-1).item()
    produced.append(nxt)
    token = torch.tensor([[nxt]])
produced = torch.tensor(produced)
again = encoder(produced)
loss = nn.functional.cross_entropy(head(again), produced)
binary = nn.functional.binary_cross_entropy_with_logits(head(again)[:, 0], produced)
