from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Optional, TypedDict

import torch
from torch import nn
from zoo_of_nobody import Base, jit


class Batch(NamedTuple):
    images: torch.Tensor
    labels: "Later"


@dataclass
class Settings:
    kind: ClassVar[str] = "small"
    width: int = 8
    depths: list[int] = field(default_factory=lambda: [1, 2])
    next: Optional["Settings"] = None


class Row(TypedDict):
    x: torch.Tensor


class Later:
    value: Settings


class Own(Base):
    size: int = 3


@jit
def doubled(x: torch.Tensor, by: "Later" = None) -> torch.Tensor:
    return x * 2


class Net(nn.Module):
    scale: torch.Tensor

    def __init__(self, settings: Settings):
        super().__init__()
        self.fc = nn.Linear(settings.width, len(settings.depths))

    def forward(self, batch: Batch) -> Row:
        return {"x": doubled(self.fc(batch.images))}


own = Own(size=4)
net = Net(Settings(width=16))
net(Batch(torch.zeros(4, 16), torch.zeros(4)))
