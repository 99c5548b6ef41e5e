import argparse
import json
import logging
import time
from pathlib import Path

import torch
import torch.nn as nn

try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError:
    SummaryWriter = None
try:
    import wandb
except ImportError:
    wandb = None

logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)

DEFAULTS = {"layers": [16, 32], "dropout": 0.1, "lr": 1e-3, "epochs": 4}


def settings(path):
    found = dict(DEFAULTS)
    if path is not None and Path(path).exists():
        with open(path) as file:
            found.update(json.load(file))
    else:
        log.warning("no settings in %s, defaults are taken", path)
    return found


def build(sizes, dropout, inputs=10, outputs=2):
    layers = []
    for a, b in zip([inputs] + sizes[:-1], sizes):
        layers += [nn.Linear(a, b), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--settings", type=str, default=None)
    parser.add_argument("--out", default="runs/first")
    parser.add_argument("--log", action="store_true")
    args = parser.parse_args()
    config = settings(args.settings)
    writer = SummaryWriter(args.out) if args.log and SummaryWriter is not None else None
    if wandb is not None and args.log:
        wandb.init(project="demo", config=config)
    model = build(config["layers"], config["dropout"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=config["lr"], weight_decay=config.get("decay", 0.01))
    started = time.time()
    losses = []
    for epoch in range(config["epochs"]):
        x, y = torch.randn(64, 10), torch.randint(0, 2, (64,))
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        passed = time.time() - started
        log.info("epoch %d of %d: %.4f after %.1f s", epoch + 1, config["epochs"], loss, passed)
        if writer is not None:
            writer.add_scalar("loss", losses[-1], epoch)
    rate = len(losses) / (time.time() - started + 1e-9)
    log.info("%.1f epochs a second, from %.3f to %.3f", rate, losses[0], losses[config["epochs"] - 1])
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": model.state_dict(), "losses": losses, "config": config}, out / "last.pt")


if __name__ == "__main__":
    main()
