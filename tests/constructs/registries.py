"""Models by name: registries by decorator, `getattr(nn, name)`, dataclass, Enum, NamedTuple, TypedDict configurations."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache, partial, singledispatch
from typing import Any, NamedTuple, TypedDict

import torch
import torch.nn as nn

REGISTRY: dict[str, type[nn.Module]] = {}


def register(name: str | None = None):
    def wrap(cls):
        key = name or cls.__name__.lower()
        if key in REGISTRY:
            raise KeyError(key)
        REGISTRY[key] = cls
        return cls

    return wrap


class Norm(str, enum.Enum):
    BATCH = "BatchNorm2d"
    GROUP = "GroupNorm"


class Kind(enum.IntEnum):
    PLAIN = enum.auto()
    RESIDUAL = enum.auto()


class Stage(NamedTuple):
    width: int
    depth: int = 1
    kind: Kind = Kind.PLAIN


class HeadOptions(TypedDict, total=False):
    classes: int
    dropout: float


@dataclass(frozen=True)
class Config:
    stages: tuple[Stage, ...] = (Stage(8), Stage(16, 2, Kind.RESIDUAL))
    act: str = "SiLU"
    norm: Norm = Norm.BATCH
    head: HeadOptions = field(default_factory=lambda: HeadOptions(classes=5, dropout=0.1))

    def __post_init__(self):
        if not self.stages:
            raise ValueError("no stages")

    @cached_property
    def width(self) -> int:
        return self.stages[-1].width


@lru_cache(maxsize=None)
def activation(name: str) -> type[nn.Module]:
    return getattr(nn, name)


@singledispatch
def describe(value: Any) -> str:
    return str(value)


@describe.register
def _(value: Stage) -> str:
    return f"{value.width}x{value.depth}"


def norm_of(norm: Norm, width: int) -> nn.Module:
    make = partial(nn.GroupNorm, 4) if norm is Norm.GROUP else getattr(nn, norm.value)
    return make(width)


@register("residual")
class Residual(nn.Module):
    def __init__(self, width: int, cfg: Config):
        super().__init__()
        self.body = nn.Sequential(
            OrderedDict(
                [
                    ("conv", nn.Conv2d(width, width, 3, padding=1, bias=False)),
                    ("norm", norm_of(cfg.norm, width)),
                    ("act", activation(cfg.act)(inplace=True)),
                ]
            )
        )

    def forward(self, x):
        return x + self.body(x)


@register()
class Plain(Residual):
    def forward(self, x):
        return self.body(x)


class Net(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.cfg = cfg
        width = 3
        for i, (out, depth, kind) in enumerate(cfg.stages):
            block = REGISTRY[kind.name.lower()]
            layers = [nn.Conv2d(width, out, 3, 2, 1)] + [block(out, cfg) for _ in range(depth)]
            self.add_module(f"stage{i}_{describe(cfg.stages[i])}", nn.Sequential(*layers))
            width = out
        self.head = nn.Linear(cfg.width, cfg.head["classes"])

    def forward(self, x):
        for name, module in self.named_children():
            x = module(x) if name.startswith("stage") else module(x.mean((2, 3)))
        return x


cfg = replace(Config(), act="ReLU", norm=Norm("GroupNorm"))
assert asdict(cfg)["act"] == "ReLU"
Net(cfg)(torch.randn(2, 3, 16, 16))
