"""Outputs that are no tensors: dict, dataclass, NamedTuple, an ordered mapping with attributes; optional inputs."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass, fields
from typing import Dict, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
from torch import Tensor


class ModelOutput(OrderedDict):
    def __post_init__(self):
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None:
                self[f.name] = value

    def __getitem__(self, k):
        if isinstance(k, str):
            return dict(self.items())[k]
        return self.to_tuple()[k]

    def __setattr__(self, name, value):
        if name in self.keys() and value is not None:
            super().__setitem__(name, value)
        super().__setattr__(name, value)

    def to_tuple(self):
        return tuple(self[k] for k in self.keys())


@dataclass
class EncoderOutput(ModelOutput):
    last_hidden_state: Optional[Tensor] = None
    pooled: Optional[Tensor] = None
    hidden_states: Optional[Tuple[Tensor, ...]] = None


@dataclass
class Loss:
    total: Tensor
    parts: Dict[str, Tensor]


class Boxes(NamedTuple):
    boxes: Tensor
    scores: Optional[Tensor] = None


Pair = namedtuple("Pair", ["a", "b"])


class Encoder(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.pooler = nn.Linear(width, width)

    def forward(self, x, mask: Optional[Tensor] = None, output_hidden_states=False, return_dict=True):
        states = () if output_hidden_states else None
        for layer in self.layers:
            x = layer(x)
            if mask is not None:
                x = x * mask[..., None]
            if output_hidden_states:
                states += (x,)
        if not return_dict:
            return tuple(v for v in (x, states) if v is not None)
        return EncoderOutput(x, self.pooler(x[:, 0]), states)


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.box = nn.Linear(8, 4)
        self.score = nn.Linear(8, 1)
        self.out = nn.Linear(4, 4)

    def head(self, output) -> Boxes:
        return Boxes(boxes=self.box(output.last_hidden_state), scores=self.score(output[0]).squeeze(-1))

    def forward(self, x, mask=None, targets: Union[Tensor, Dict[str, Tensor], None] = None):
        output = self.encoder(x, mask, output_hidden_states=True)
        assert len(output.hidden_states) == 2 and "pooled" in output
        boxes, scores = self.head(output)
        pair = Pair(a=self.out(boxes), b=scores)._replace(b=scores.sigmoid())
        if targets is not None:
            return Loss(pair.a.sum(), {"l1": pair.b.mean(), **{k: v.sum() for k, v in targets.items()}})
        return {"boxes": pair.a, "scores": pair.b, "aux": [h for h in output["hidden_states"]]}


Detector()(torch.randn(2, 5, 8), mask=torch.ones(2, 5))
