import math, copy
import torch
import torch.nn as nn
import torch.nn.functional as F
class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.1, max_len=512):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        pe = torch.zeros(max_len, d_model)
        position = torch.arange(0, max_len, dtype=torch.float).unsqueeze(1)
        div = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = torch.sin(position * div)
        pe[:, 1::2] = torch.cos(position * div)
        self.register_buffer('pe', pe.unsqueeze(0))
    def forward(self, x):
        return self.dropout(x + self.pe[:, :x.size(1)])
class MHA(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        assert d % h == 0, "d must divide"
        self.h, self.dk = h, d // h
        self.qkv = nn.ModuleList([copy.deepcopy(nn.Linear(d, d)) for _ in range(4)])
    def forward(self, q, k, v, mask=None):
        B = q.size(0)
        q, k, v = [l(x).view(B, -1, self.h, self.dk).transpose(1, 2) for l, x in zip(self.qkv, (q, k, v))]
        s = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(self.dk)
        if mask is not None:
            s = s.masked_fill(mask == 0, -1e9)
        p = F.softmax(s, dim=-1)
        x = (p @ v).transpose(1, 2).contiguous().view(B, -1, self.h * self.dk)
        return self.qkv[-1](x)
class Block(nn.Module):
    def __init__(self, d, h, ff):
        super().__init__()
        self.a = MHA(d, h)
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.ff = nn.Sequential(nn.Linear(d, ff), nn.GELU(), nn.Linear(ff, d))
    def forward(self, x, mask):
        y = self.n1(x)
        x = x + self.a(y, y, y, mask)
        return x + self.ff(self.n2(x))
class GPT(nn.Module):
    def __init__(self, vocab=100, d=64, h=4, n=3, max_len=128):
        super().__init__()
        self.tok = nn.Embedding(vocab, d)
        self.pos = PositionalEncoding(d, max_len=max_len)
        self.blocks = nn.ModuleList([Block(d, h, 4 * d) for _ in range(n)])
        self.out = nn.Linear(d, vocab, bias=False)
        self.out.weight = self.tok.weight
        self.register_buffer("mask", torch.tril(torch.ones(max_len, max_len)).view(1, 1, max_len, max_len))
        self.apply(self._init)
    def _init(self, m):
        if isinstance(m, (nn.Linear, nn.Embedding)):
            nn.init.normal_(m.weight, 0, .02)
            if isinstance(m, nn.Linear) and m.bias is not None:
                nn.init.zeros_(m.bias)
    def forward(self, idx, targets=None):
        B, T = idx.shape
        x = self.pos(self.tok(idx))
        for b in self.blocks:
            x = b(x, self.mask[:, :, :T, :T])
        logits = self.out(x)
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))
        return logits, loss
    @torch.no_grad()
    def generate(self, idx, n):
        for _ in range(n):
            logits, _ = self(idx[:, -128:])
            probs = F.softmax(logits[:, -1, :], dim=-1)
            nxt = torch.multinomial(probs, num_samples=1)
            idx = torch.cat((idx, nxt), dim=1)
        return idx
m = GPT()
x = torch.randint(100, (4, 32)); y = torch.randint(100, (4, 32))
opt = torch.optim.AdamW(m.parameters(), lr=3e-4)
for it in range(1000):
    if it % 100 == 0:
        print(it)
    lg, loss = m(x, y)
    opt.zero_grad(set_to_none=True); loss.backward(); opt.step()
print(m.generate(torch.zeros((1, 1), dtype=torch.long), 20)[0].tolist())
