"""What a training script has around its model: arguments, progress bars, loggers that may be missing, profilers."""

import argparse
import logging
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, SequentialLR

try:
    from tqdm import tqdm
except ImportError:

    def tqdm(iterable, **options):
        return iterable


try:
    import wandb
except ImportError:
    wandb = None

try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError:
    SummaryWriter = None

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
logger = logging.getLogger(__name__)


def seed_all(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    torch.use_deterministic_algorithms(False)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--layers", type=int, nargs="+", default=[8, 4])
    parser.add_argument("--wandb", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("runs"))
    sub = parser.add_argument_group("optimisation")
    sub.add_argument("--lr", type=float, default=1e-3)
    return parser.parse_args([])


class Net(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        sizes = [width, *layers]
        self.layers = nn.Sequential(*[nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in zip(sizes, sizes[1:])])

    def forward(self, x):
        return self.layers(x)


def main():
    args = parse()
    seed_all(0)
    if args.wandb and wandb is not None:
        wandb.init(project="x", config=vars(args))
    model = Net(args.width, args.layers)
    decay = [p for n, p in model.named_parameters() if p.ndim > 1]
    plain = [p for n, p in model.named_parameters() if p.ndim <= 1]
    optimizer = optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=args.lr
    )
    warm = LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 5))
    scheduler = SequentialLR(optimizer, [warm, CosineAnnealingLR(optimizer, 10)], milestones=[5])
    best, history = float("inf"), []
    start = time.time()
    for step in tqdm(range(3), desc="training"):
        with torch.enable_grad(), torch.profiler.record_function("step"):
            out = model(torch.randn(4, args.width))
            loss = ((out - 1) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
        optimizer.step()
        scheduler.step()
        history.append(loss.item())
        if loss.item() < best:
            best = loss.item()
        logger.info("step %d loss %.3f lr %s", step, np.mean(history), scheduler.get_last_lr())
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as prof:
        model(torch.randn(4, args.width))
    logger.info(f"{time.time() - start:.1f} s, {sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
