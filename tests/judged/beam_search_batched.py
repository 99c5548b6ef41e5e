import torch
from torch import nn

torch.manual_seed(4)


class Model(nn.Module):
    def __init__(self, vocab=15, dim=8):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.rnn = nn.GRU(dim, dim, batch_first=True)
        self.proj = nn.Linear(dim, vocab)

    def forward(self, ids):
        out, _ = self.rnn(self.embed(ids))
        return self.proj(out[:, -1]).log_softmax(-1)


model = Model().eval()
B, K, L = 2, 4, 6
ids = torch.zeros(B, K, 1, dtype=torch.long)
scores = torch.full((B, K), -1e9)
scores[:, 0] = 0
with torch.no_grad():
    for t in range(L):
        logp = model(ids.view(B * K, -1)).view(B, K, -1)
        total = scores.unsqueeze(-1) + logp
        scores, flat = total.view(B, -1).topk(K, dim=1)
        parent, token = flat // logp.size(-1), flat % logp.size(-1)
        ids = torch.gather(ids, 1, parent.unsqueeze(-1).expand(-1, -1, ids.size(-1)))
        ids = torch.cat([ids, token.unsqueeze(-1)], dim=-1)
print(ids[:, 0], scores[:, 0], model(ids[:, 0]).shape)
