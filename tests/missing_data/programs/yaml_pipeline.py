import datetime
import os
import platform
import random
import shutil
import subprocess

import numpy as np
import torch
import torch.nn as nn
import yaml

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "pipeline.yaml")) as stream:
    config = yaml.safe_load(stream)
seed = config.get("seed") or random.randrange(10_000)
random.seed(seed)
np.random.seed(seed)
torch.manual_seed(seed)
try:
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"]).decode().strip()[:8]
except Exception:
    commit = "unknown"
run = f"{datetime.datetime.now():%Y%m%d-%H%M%S}-{commit}-{platform.node()}"
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


def block(spec, channels):
    kind = spec["kind"]
    if kind == "conv":
        return nn.Conv2d(channels, spec["out"], spec.get("kernel", 3), padding=spec.get("padding", 1)), spec["out"]
    if kind == "pool":
        return nn.MaxPool2d(spec.get("size", 2)), channels
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind](), channels
    raise ValueError(f"unknown layer {kind!r}")


layers, channels = [], config["channels"]
for spec in config["layers"]:
    layer, channels = block(spec, channels)
    layers.append(layer)
model = nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(config["classes"]))
out = model(torch.randn(2, config["channels"], *config["size"]))
free = shutil.disk_usage("/").free // 2**30 if hasattr(shutil, "disk_usage") else 0
print(run, out.shape, free > 0, layers[0], config["layers"][0]["kind"])
