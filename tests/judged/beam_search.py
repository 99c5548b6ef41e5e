import torch
import torch.nn as nn

torch.manual_seed(0)
BOS, EOS, V = 0, 1, 12


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(V, 10)
        self.cell = nn.GRUCell(10, 16)
        self.out = nn.Linear(16, V)

    def step(self, token, h):
        h = self.cell(self.emb(token), h)
        return torch.log_softmax(self.out(h), dim=-1), h


decoder = Decoder()
width, max_len = 3, 8


@torch.no_grad()
def beam_search(context):
    beams = [([BOS], 0.0, context)]
    for _ in range(max_len):
        candidates = []
        for tokens, score, h in beams:
            logp, nh = decoder.step(torch.tensor([tokens[-1]]), h)
            top = logp[0].topk(width)
            for value, index in zip(top.values.tolist(), top.indices.tolist()):
                candidates.append((tokens + [index], score + value, nh))
        candidates.sort(key=lambda c: c[1], reverse=True)
        beams = candidates[:width]
    return beams[0]


tokens, score, _ = beam_search(torch.zeros(1, 16))
print(tokens, score)
