"""Hooks: features kept, inputs and outputs changed, keyword hooks, hooks that are taken off again."""

from collections import OrderedDict, defaultdict

import torch
import torch.nn as nn


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.layer1 = nn.Sequential(nn.Conv2d(8, 8, 3, 1, 1), nn.ReLU())
        self.layer2 = nn.Sequential(nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU())

    def forward(self, x, *, scale=1.0):
        return self.layer2(self.layer1(self.stem(x * scale)))


class Extractor(nn.Module):
    def __init__(self, net, names):
        super().__init__()
        self.net = net
        self.features = OrderedDict()
        self.handles = [net.get_submodule(n).register_forward_hook(self.keep(n)) for n in names]
        net.register_forward_pre_hook(self.prepare, with_kwargs=True)
        net.register_forward_hook(self.finish, with_kwargs=True, always_call=False)
        net.stem.register_forward_pre_hook(lambda module, args: (args[0].flip(-1),))
        net.layer1[1].register_forward_hook(lambda module, args, output: torch.cat([output, output], 0).chunk(2)[0])

    def keep(self, name):
        def hook(module, args, output):
            self.features[name] = output

        return hook

    def prepare(self, module, args, kwargs):
        kwargs = dict(kwargs, scale=kwargs.pop("gain", 1.0) * 2)
        return args, kwargs

    def finish(self, module, args, kwargs, output):
        return {"out": output, "scale": kwargs["scale"]}

    def forward(self, x):
        self.features.clear()
        out = self.net(x, gain=0.5)
        return [*self.features.values(), out["out"]]


class Pyramid(nn.Module):
    def __init__(self, names=("layer1", "layer2")):
        super().__init__()
        self.body = Extractor(Backbone(), names)
        with torch.no_grad():
            widths = [f.shape[1] for f in self.body(torch.zeros(1, 3, 16, 16))]
        self.lateral = nn.ModuleList([nn.Conv2d(w, 6, 1) for w in widths])
        self.shapes = defaultdict(list)
        handle = self.lateral[0].register_forward_hook(lambda m, a, o: self.shapes["0"].append(o.shape))
        handle.remove()

    def forward(self, x):
        return [conv(f) for conv, f in zip(self.lateral, self.body(x))]


Pyramid()(torch.randn(2, 3, 32, 32))
