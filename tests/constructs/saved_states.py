"""Weights from elsewhere: a state whose keys are renamed in the constructor, downloads that are not made."""

import os

import torch
import torch.nn as nn
from torch.hub import load_state_dict_from_url

URL = "https://example.org/weights.pth"


def download(url):
    if not os.environ.get("WEIGHTS"):
        return None
    state = load_state_dict_from_url(url, map_location="cpu", progress=False)
    return {k.removeprefix("module."): v for k, v in state["model"].items() if "head" not in k}


class Net(nn.Module):
    def __init__(self, pretrained=False):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))
        self.head = nn.Linear(8, 4)
        state = download(URL) or {k: v.clone() for k, v in self.body.state_dict(prefix="body.").items()}
        renamed = {}
        for key, value in state.items():
            renamed[key.replace("body.", "", 1)] = value
        result = self.body.load_state_dict(renamed, strict=True)
        assert not result.missing_keys
        if pretrained:
            self.load_state_dict(load_state_dict_from_url(URL), strict=False)
        self.register_load_state_dict_post_hook(lambda module, keys: None)
        for name, p in self.named_parameters():
            p.requires_grad_("norm" not in name and not name.startswith("body.0"))

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


model = Net()
model.load_state_dict(model.state_dict())
model.eval()(torch.randn(2, 3, 8, 8))
