import math
import torch
import torch.nn as nn


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.1, max_len=50):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, 1, d_model)
        pe[:, 0, 0::2] = torch.sin(position * div_term)
        pe[:, 0, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return self.dropout(x + self.pe[: x.size(0)])


class Seq2Seq(nn.Module):
    def __init__(self, vocab, d_model=16, nhead=2):
        super().__init__()
        self.src, self.tgt = nn.Embedding(vocab, d_model), nn.Embedding(vocab, d_model)
        self.pos = PositionalEncoding(d_model)
        self.transformer = nn.Transformer(d_model, nhead, 1, 1, 32)
        self.generator = nn.Linear(d_model, vocab)

    def forward(self, src, tgt):
        mask = self.transformer.generate_square_subsequent_mask(tgt.size(0))
        out = self.transformer(self.pos(self.src(src)), self.pos(self.tgt(tgt)), tgt_mask=mask)
        return self.generator(out)


model = Seq2Seq(13)
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min((s + 1) ** -0.5, (s + 1) * 4**-1.5))
for step in range(4):
    seq = torch.randint(3, 13, (9, 6))
    tgt = torch.cat([torch.ones(1, 6, dtype=torch.long), seq])
    logits = model(seq, tgt[:-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, 13), tgt[1:].reshape(-1))
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()

model.eval()
src = torch.randint(3, 13, (9, 1))
ys = torch.ones(1, 1).long()
with torch.no_grad():
    for _ in range(9):
        nxt = model(src, ys)[-1].argmax(-1)
        ys = torch.cat([ys, nxt.unsqueeze(0)])
print(ys.squeeze(1))
