import argparse
import importlib
import inspect
import os
import socket

import torch
import torch.nn as nn

MODELS = {}


def register(name=None):
    def wrap(cls):
        MODELS[name or cls.__name__.lower()] = cls
        return cls

    return wrap


@register()
class Small(nn.Module):
    def __init__(self, classes=4, **options):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, options.get("width", 4), 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.out = nn.Linear(options.get("width", 4), classes)

    def forward(self, x):
        return self.out(self.net(x))


@register("large")
class Large(Small):
    def __init__(self, classes=4):
        super().__init__(classes, width=32)


def options_of(cls, found):
    known = inspect.signature(cls.__init__).parameters
    return {k: v for k, v in found.items() if k in known and v is not None}


parser = argparse.ArgumentParser()
parser.add_argument("--model", choices=sorted(MODELS), default="large")
parser.add_argument("--classes", type=int, default=10)
parser.add_argument("--gpus", type=int, default=torch.cuda.device_count())
parser.add_argument("--plugin")
args = parser.parse_args()
if args.plugin:
    importlib.import_module(args.plugin)
if args.model not in MODELS:
    raise SystemExit(f"unknown model {args.model!r}")
model = MODELS[args.model](**options_of(MODELS[args.model], vars(args)))
if args.gpus > 1:
    model = nn.DataParallel(model, device_ids=list(range(args.gpus)))
workers = int(os.environ.get("WORKERS", max(1, (os.cpu_count() or 2) - 1)))
print(socket.gethostname(), workers, sum(p.numel() for p in model.parameters()))
out = model(torch.randn(2, 1, 28, 28))
print({name: tuple(p.shape) for name, p in model.named_parameters()}.keys(), out.shape[1] == args.classes)
