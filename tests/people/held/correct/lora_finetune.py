"""Pretrain a tiny decoder, save it, then LoRA fine-tune the loaded checkpoint on another corpus and merge."""
from __future__ import annotations

import math
import os
import tempfile

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1337)

# hyperparameters
batch_size = 16
block_size = 32
n_embd = 32
n_head = 4
n_layer = 2
max_iters = 30

base_text = "the cat sat on the mat. the dog sat on the log. a bird sang in the old tree. " * 20
tuned_text = "the fox ran to the box. the ox ran to the fox. a fox naps in the old box. " * 10

chars = sorted(set(base_text + tuned_text))
vocab_size = len(chars)
stoi = {ch: i for i, ch in enumerate(chars)}
itos = {i: ch for i, ch in enumerate(chars)}
encode = lambda s: [stoi[c] for c in s]
decode = lambda l: "".join(itos[i] for i in l)


def get_batch(data):
    ix = torch.randint(len(data) - block_size, (batch_size,))
    x = torch.stack([data[i:i + block_size] for i in ix])
    y = torch.stack([data[i + 1:i + block_size + 1] for i in ix])
    return x, y


class CausalSelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_attn = nn.Linear(n_embd, 3 * n_embd)
        self.c_proj = nn.Linear(n_embd, n_embd)
        self.register_buffer("bias", torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(n_embd, dim=2)
        k = k.view(B, T, n_head, C // n_head).transpose(1, 2)
        q = q.view(B, T, n_head, C // n_head).transpose(1, 2)
        v = v.view(B, T, n_head, C // n_head).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
        y = F.softmax(att, dim=-1) @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        return self.c_proj(y)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(n_embd)
        self.attn = CausalSelfAttention()
        self.ln_2 = nn.LayerNorm(n_embd)
        self.mlp = nn.Sequential(nn.Linear(n_embd, 4 * n_embd), nn.GELU(), nn.Linear(4 * n_embd, n_embd))

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, n_embd)
        self.wpe = nn.Embedding(block_size, n_embd)
        self.h = nn.ModuleList([Block() for _ in range(n_layer)])
        self.ln_f = nn.LayerNorm(n_embd)
        self.lm_head = nn.Linear(n_embd, vocab_size, bias=False)

    def forward(self, idx, targets=None):
        B, T = idx.shape
        x = self.wte(idx) + self.wpe(torch.arange(T))
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(B * T, -1), targets.view(B * T))
        return logits, loss

    @torch.no_grad()
    def generate(self, idx, max_new_tokens):
        for _ in range(max_new_tokens):
            idx_cond = idx[:, -block_size:]
            logits, _ = self(idx_cond)
            probs = F.softmax(logits[:, -1, :], dim=-1)
            idx_next = torch.multinomial(probs, num_samples=1)
            idx = torch.cat((idx, idx_next), dim=1)
        return idx


class LoRALinear(nn.Module):
    def __init__(self, linear: nn.Linear, r: int = 4, alpha: int = 8):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.randn(r, linear.in_features) * 0.02)
        self.lora_B = nn.Parameter(torch.zeros(linear.out_features, r))
        self.scale = alpha / r

    def forward(self, x):
        return self.linear(x) + F.linear(F.linear(x, self.lora_A), self.lora_B) * self.scale

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        out = nn.Linear(self.linear.in_features, self.linear.out_features, bias=self.linear.bias is not None)
        out.weight.copy_(self.linear.weight + self.lora_B @ self.lora_A * self.scale)
        if self.linear.bias is not None:
            out.bias.copy_(self.linear.bias)
        return out


def train(model, data, optimizer, iters, name):
    model.train()
    for it in range(iters):
        xb, yb = get_batch(data)
        _, loss = model(xb, yb)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if it % 10 == 0 or it == iters - 1:
            print(f"{name} step {it}: loss {loss.item():.4f}")


# ---- pretraining
folder = tempfile.mkdtemp()
ckpt_path = os.path.join(folder, "ckpt.pt")
data = torch.tensor(encode(base_text), dtype=torch.long)
base = GPT()
opt = torch.optim.AdamW(base.parameters(), lr=3e-3)
train(base, data, opt, max_iters, "base")
# compiled / data parallel models save their names with a prefix
torch.save({"model": {"module." + k: v for k, v in base.state_dict().items()}, "optimizer": opt.state_dict(), "iter": max_iters}, ckpt_path)

# ---- load
checkpoint = torch.load(ckpt_path, map_location="cpu")
state_dict = checkpoint["model"]
unwanted_prefix = "module."
for k, v in list(state_dict.items()):
    if k.startswith(unwanted_prefix):
        state_dict[k[len(unwanted_prefix):]] = state_dict.pop(k)
model = GPT()
model.load_state_dict(state_dict)

# ---- adapt
for p in model.parameters():
    p.requires_grad = False
for block in model.h:
    block.attn.c_attn = LoRALinear(block.attn.c_attn)
    block.attn.c_proj = LoRALinear(block.attn.c_proj)
trainable = [p for p in model.parameters() if p.requires_grad]
print("trainable", sum(p.numel() for p in trainable), "of", sum(p.numel() for p in model.parameters()))

tuned = torch.tensor(encode(tuned_text), dtype=torch.long)
lora_opt = torch.optim.AdamW(trainable, lr=1e-2, weight_decay=0.0)
train(model, tuned, lora_opt, max_iters, "lora")

# ---- only the adapters are written
adapters = {k: v for k, v in model.state_dict().items() if "lora_" in k}
torch.save(adapters, os.path.join(folder, "adapters.pt"))
missing, unexpected = model.load_state_dict(torch.load(os.path.join(folder, "adapters.pt")), strict=False)
assert not unexpected

# ---- merge and compare
model.eval()
probe, _ = get_batch(tuned)
with torch.no_grad():
    before, _ = model(probe)
for block in model.h:
    block.attn.c_attn = block.attn.c_attn.merged()
    block.attn.c_proj = block.attn.c_proj.merged()
with torch.no_grad():
    after, _ = model(probe)
print("merge error", (before - after).abs().max().item())
context = torch.tensor([encode("the fox ")])
print(decode(model.generate(context, 60)[0].tolist()))
