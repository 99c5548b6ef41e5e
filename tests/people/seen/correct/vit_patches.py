# Vision Transformer from scratch, trained with mixup on CIFAR-sized toy images
# usage: just run
from functools import partial
import math
import os
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def set_seed(seed=0):
    random.seed(seed); np.random.seed(seed); torch.manual_seed(seed)


class PatchEmbed(nn.Module):
    def __init__(self, img_size=32, patch_size=8, in_chans=3, embed_dim=48):
        super().__init__()
        self.img_size = img_size
        self.n_patches = (img_size // patch_size) ** 2
        self.proj = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size)

    def forward(self, x):
        x = self.proj(x)             # (n, e, h', w')
        x = x.flatten(2)             # (n, e, patches)
        return x.transpose(1, 2)     # (n, patches, e)


class Attention(nn.Module):
    def __init__(self, dim, n_heads=12, qkv_bias=True, attn_p=0., proj_p=0.):
        super().__init__()
        self.n_heads = n_heads
        self.head_dim = dim // n_heads
        self.scale = self.head_dim ** -0.5
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
        self.attn_drop = nn.Dropout(attn_p)
        self.proj = nn.Linear(dim, dim)
        self.proj_drop = nn.Dropout(proj_p)

    def forward(self, x):
        n_samples, n_tokens, dim = x.shape
        qkv = self.qkv(x).reshape(n_samples, n_tokens, 3, self.n_heads, self.head_dim)
        qkv = qkv.permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        dp = (q @ k.transpose(-2, -1)) * self.scale
        attn = self.attn_drop(dp.softmax(dim=-1))
        weighted_avg = (attn @ v).transpose(1, 2).flatten(2)
        return self.proj_drop(self.proj(weighted_avg))


class MLP(nn.Module):
    def __init__(self, in_features, hidden_features, out_features, p=0.):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_features)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden_features, out_features)
        self.drop = nn.Dropout(p)

    def forward(self, x):
        return self.drop(self.fc2(self.drop(self.act(self.fc1(x)))))


class Block(nn.Module):
    def __init__(self, dim, n_heads, mlp_ratio=4.0, p=0., norm_layer=nn.LayerNorm):
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = Attention(dim, n_heads=n_heads, attn_p=p, proj_p=p)
        self.norm2 = norm_layer(dim)
        self.mlp = MLP(dim, int(dim * mlp_ratio), dim, p=p)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        x = x + self.mlp(self.norm2(x))
        return x


class VisionTransformer(nn.Module):
    def __init__(self, img_size=32, patch_size=8, in_chans=3, n_classes=10, embed_dim=48, depth=2, n_heads=4, p=0.1):
        super().__init__()
        self.patch_embed = PatchEmbed(img_size, patch_size, in_chans, embed_dim)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + self.patch_embed.n_patches, embed_dim))
        self.pos_drop = nn.Dropout(p=p)
        norm = partial(nn.LayerNorm, eps=1e-6)
        self.blocks = nn.ModuleList([Block(embed_dim, n_heads, p=p, norm_layer=norm) for _ in range(depth)])
        self.norm = norm(embed_dim)
        self.head = nn.Linear(embed_dim, n_classes)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)

    def forward(self, x):
        n_samples = x.shape[0]
        x = self.patch_embed(x)
        cls_token = self.cls_token.expand(n_samples, -1, -1)
        x = torch.cat((cls_token, x), dim=1)
        x = x + self.pos_embed
        x = self.pos_drop(x)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return self.head(x[:, 0])


def resize_pos_embed(pos, new_side):
    cls, grid = pos[:, :1], pos[:, 1:]
    side = int(math.sqrt(grid.shape[1]))
    grid = grid.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(new_side, new_side), mode='bicubic', align_corners=False)
    grid = grid.permute(0, 2, 3, 1).flatten(1, 2)
    return torch.cat([cls, grid], dim=1)


def fake_cifar(n, size=32):
    x = np.random.rand(n, size, size, 3).astype(np.float32) * 0.3
    y = np.random.randint(0, 10, n)
    for i in range(n):
        r, c = divmod(int(y[i]), 4)
        s = size // 4
        x[i, r * s:(r + 1) * s, c * s:(c + 1) * s, y[i] % 3] += 0.7
    return torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(y)


def mixup(x, y, n_classes, alpha=0.2):
    lam = np.random.beta(alpha, alpha)
    index = torch.randperm(x.size(0))
    onehot = F.one_hot(y, n_classes).float()
    return lam * x + (1 - lam) * x[index], lam * onehot + (1 - lam) * onehot[index]


def soft_cross_entropy(logits, target):
    return -(target * F.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


set_seed()
x_train, y_train = fake_cifar(96)
x_val, y_val = fake_cifar(40)
model = VisionTransformer()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
total_steps, warmup = 12, 3
lr_lambda = lambda s: (s + 1) / warmup if s < warmup else 0.5 * (1 + math.cos(math.pi * (s - warmup) / (total_steps - warmup)))
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)
best_acc = 0.
for epoch in range(4):
    model.train()
    for idx in torch.randperm(len(x_train)).split(32):
        xb, yb = mixup(x_train[idx], y_train[idx], 10)
        loss = soft_cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    model.eval()
    with torch.no_grad():
        logits = model(x_val)
        acc = (logits.argmax(dim=-1) == y_val).float().mean().item()
        per_class = torch.zeros(10).index_add_(0, y_val, (logits.argmax(1) == y_val).float())
    if acc >= best_acc:
        best_acc = acc
        torch.save({'net': model.state_dict(), 'acc': acc, 'epoch': epoch}, 'vit.ckpt')
    print(epoch, loss.item(), acc, per_class.tolist())

# fine-tune at a higher resolution (48px -> 6x6 patches)
state = torch.load('vit.ckpt')['net']
big = VisionTransformer(img_size=48)
state['pos_embed'] = resize_pos_embed(state['pos_embed'], 6)
big.load_state_dict(state)
x_big, y_big = fake_cifar(16, size=48)
print('48px', F.cross_entropy(big(x_big), y_big).item())
os.remove('vit.ckpt')
