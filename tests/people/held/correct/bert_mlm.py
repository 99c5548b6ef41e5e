"""Pre-train a miniature BERT with masked language modelling on an artificial grammar."""
from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field
from typing import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger("mlm")

SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]


@dataclass(frozen=True)
class MLMConfig:
    vocab_size: int = 40
    max_len: int = 24
    d_model: int = 32
    n_heads: int = 4
    n_layers: int = 2
    d_ff: int = 64
    dropout: float = 0.1
    mlm_prob: float = 0.15
    batch_size: int = 16
    lr: float = 1e-3
    warmup: int = 10
    steps: int = 30
    seed: int = 11

    @property
    def pad_id(self) -> int:
        return 0

    @property
    def mask_id(self) -> int:
        return 3


class GrammarDataset(Dataset[np.ndarray]):
    """Sentences in which token t is followed by t + 1 most of the time."""

    def __init__(self, cfg: MLMConfig, size: int) -> None:
        rng = np.random.default_rng(cfg.seed)
        first = len(SPECIAL)
        self.sentences: list[np.ndarray] = []
        for _ in range(size):
            n = int(rng.integers(5, cfg.max_len - 2))
            start = int(rng.integers(0, cfg.vocab_size - first))
            jumps = rng.choice([1, 2], size=n, p=[0.9, 0.1]).cumsum()
            body = (start + jumps) % (cfg.vocab_size - first) + first
            self.sentences.append(np.concatenate([[1], body, [2]]))

    def __len__(self) -> int:
        return len(self.sentences)

    def __getitem__(self, index: int) -> np.ndarray:
        return self.sentences[index]


@dataclass
class MLMCollator:
    cfg: MLMConfig
    rng: torch.Generator = field(default_factory=lambda: torch.Generator().manual_seed(0))

    def __call__(self, examples: list[np.ndarray]) -> dict[str, Tensor]:
        longest = max(len(e) for e in examples)
        ids = np.full((len(examples), longest), self.cfg.pad_id, dtype=np.int64)
        for row, example in enumerate(examples):
            ids[row, : len(example)] = example
        input_ids = torch.from_numpy(ids)
        attention_mask = input_ids.ne(self.cfg.pad_id)
        labels = input_ids.clone()
        prob = torch.full(labels.shape, self.cfg.mlm_prob)
        prob.masked_fill_(input_ids < len(SPECIAL), 0.0)
        chosen = torch.bernoulli(prob, generator=self.rng).bool()
        labels[~chosen] = -100
        replaced = torch.bernoulli(torch.full(labels.shape, 0.8), generator=self.rng).bool() & chosen
        input_ids[replaced] = self.cfg.mask_id
        randomised = torch.bernoulli(torch.full(labels.shape, 0.5), generator=self.rng).bool() & chosen & ~replaced
        random_words = torch.randint(len(SPECIAL), self.cfg.vocab_size, labels.shape, generator=self.rng)
        input_ids[randomised] = random_words[randomised]
        return {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels}


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, cfg: MLMConfig) -> None:
        super().__init__()
        assert cfg.d_model % cfg.n_heads == 0
        self.n_heads = cfg.n_heads
        self.d_head = cfg.d_model // cfg.n_heads
        self.qkv = nn.Linear(cfg.d_model, 3 * cfg.d_model)
        self.out = nn.Linear(cfg.d_model, cfg.d_model)
        self.dropout = nn.Dropout(cfg.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        b, t, d = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q = q.view(b, t, self.n_heads, self.d_head).transpose(1, 2)
        k = k.view(b, t, self.n_heads, self.d_head).transpose(1, 2)
        v = v.view(b, t, self.n_heads, self.d_head).transpose(1, 2)
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.d_head)
        scores = scores.masked_fill(~mask[:, None, None, :], torch.finfo(scores.dtype).min)
        attn = self.dropout(scores.softmax(dim=-1))
        ctx = (attn @ v).transpose(1, 2).contiguous().view(b, t, d)
        return self.out(ctx)


class Block(nn.Module):
    def __init__(self, cfg: MLMConfig) -> None:
        super().__init__()
        self.attn = MultiHeadSelfAttention(cfg)
        self.norm1 = nn.LayerNorm(cfg.d_model)
        self.ff = nn.Sequential(nn.Linear(cfg.d_model, cfg.d_ff), nn.GELU(), nn.Linear(cfg.d_ff, cfg.d_model))
        self.norm2 = nn.LayerNorm(cfg.d_model)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x), mask)
        return x + self.ff(self.norm2(x))


class MiniBert(nn.Module):
    def __init__(self, cfg: MLMConfig) -> None:
        super().__init__()
        self.cfg = cfg
        self.tok = nn.Embedding(cfg.vocab_size, cfg.d_model, padding_idx=cfg.pad_id)
        self.pos = nn.Embedding(cfg.max_len, cfg.d_model)
        self.register_buffer("position_ids", torch.arange(cfg.max_len).unsqueeze(0), persistent=False)
        self.blocks = nn.ModuleList([Block(cfg) for _ in range(cfg.n_layers)])
        self.norm = nn.LayerNorm(cfg.d_model)
        self.head = nn.Linear(cfg.d_model, cfg.vocab_size)
        self.head.weight = self.tok.weight

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        t = input_ids.size(1)
        x = self.tok(input_ids) + self.pos(self.position_ids[:, :t])
        for block in self.blocks:
            x = block(x, attention_mask)
        return self.head(self.norm(x))


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    decay = [p for n, p in model.named_parameters() if p.dim() >= 2]
    no_decay = [p for n, p in model.named_parameters() if p.dim() < 2]
    return [{"params": decay, "weight_decay": weight_decay}, {"params": no_decay, "weight_decay": 0.0}]


def cycle(loader: DataLoader) -> Iterator[dict[str, Tensor]]:
    while True:
        yield from loader


def masked_accuracy(logits: Tensor, labels: Tensor) -> float:
    keep = labels != -100
    hits = logits.argmax(dim=-1)[keep] == labels[keep]
    return hits.float().mean().item()


def main() -> None:
    cfg = MLMConfig()
    torch.manual_seed(cfg.seed)
    loader = DataLoader(GrammarDataset(cfg, 200), batch_size=cfg.batch_size, shuffle=True, collate_fn=MLMCollator(cfg))
    model = MiniBert(cfg)
    optimizer = torch.optim.AdamW(param_groups(model, 0.01), lr=cfg.lr)

    def schedule(step: int) -> float:
        if step < cfg.warmup:
            return (step + 1) / cfg.warmup
        return max(0.0, (cfg.steps - step) / (cfg.steps - cfg.warmup))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    loss_fn = nn.CrossEntropyLoss(ignore_index=-100)
    batches = cycle(loader)
    model.train()
    for step in range(cfg.steps):
        batch = next(batches)
        logits = model(batch["input_ids"], batch["attention_mask"])
        loss = loss_fn(logits.view(-1, cfg.vocab_size), batch["labels"].view(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        if (step + 1) % 10 == 0:
            log.info("step %d loss %.3f ppl %.1f acc %.3f", step + 1, loss.item(), math.exp(loss.item()),
                     masked_accuracy(logits, batch["labels"]))


if __name__ == "__main__":
    main()
