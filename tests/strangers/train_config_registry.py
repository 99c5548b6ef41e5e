import torch
from torch import nn
from registry_absent import Registry, build_from_cfg
MODELS = Registry("models")
LAYERS: Registry[nn.Module] = Registry("layers")
@MODELS.register_module()
@LAYERS.register("enc")
class Encoder(nn.Module):
    def __init__(self, dims=(32, 64)):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims, dims[1:]))
    def forward(self, x):
        for l in self.layers: x = l(x)
        return x
cfg = dict(type="Encoder", dims=(32, 64))
model = build_from_cfg(cfg, MODELS)
model(torch.rand(2, 32))
Encoder()(torch.rand(2, 32))
MODELS["Encoder"]()(torch.rand(2, 32))
