import math

import torch
import torch.nn as nn


class SelfAttention(nn.Module):
    def __init__(self, embed_size, heads):
        super().__init__()
        self.embed_size = embed_size
        self.heads = heads
        self.head_dim = embed_size // heads
        self.to_q = nn.Linear(embed_size, embed_size)
        self.to_k = nn.Linear(embed_size, embed_size)
        self.to_v = nn.Linear(embed_size, embed_size)
        self.fc_out = nn.Linear(embed_size, embed_size)

    def forward(self, x):
        b, t, e = x.shape
        q = self.to_q(x).view(b, t, self.heads, self.head_dim).transpose(1, 2)
        k = self.to_k(x).view(b, t, self.heads, self.head_dim).transpose(1, 2)
        v = self.to_v(x).view(b, t, self.heads, self.head_dim).transpose(1, 2)
        scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(self.head_dim)
        weights = torch.softmax(scores, dim=-1)
        out = torch.matmul(weights, v)
        out = out.transpose(1, 2).contiguous().view(b, t, e)
        return self.fc_out(out)


class Tagger(nn.Module):
    def __init__(self, vocab=100, embed_size=32, heads=4, tags=7):
        super().__init__()
        self.embed = nn.Embedding(vocab, embed_size)
        self.attention = SelfAttention(embed_size, heads)
        self.norm = nn.LayerNorm(embed_size)
        self.ff = nn.Linear(embed_size, tags)

    def forward(self, tokens):
        x = self.embed(tokens)
        x = self.norm(x + self.attention(x))
        return self.ff(x)


model = Tagger()
tokens = torch.randint(0, 100, (3, 11))
tags = torch.randint(0, 7, (3, 11))
logits = model(tokens)
loss = nn.CrossEntropyLoss()(logits.view(-1, 7), tags.view(-1))
loss.backward()
