"""Builds ResNet-152 and propagates a shape through it, in this process; prints the median in milliseconds.

    python benchmarks/resnet152_inprocess.py [--runs 50]

The file examples/resnet.py is run as it is, with `torch` meaning convcalc's modules; nothing is recorded.
"""

from __future__ import annotations

import argparse
import pathlib
import statistics
import sys
import time
import types

from convcalc import nn, ops
from convcalc.tensor import Tensor

ROOT = pathlib.Path(__file__).resolve().parent.parent


def load_resnet() -> types.ModuleType:
    """examples/resnet.py with just enough of a `torch` to define its classes."""
    torch = types.ModuleType("torch")
    torch.nn = nn  # type: ignore[attr-defined]
    torch.flatten = ops.find("torch.flatten")  # type: ignore[attr-defined]
    module = types.ModuleType("resnet")
    sys.modules["torch"], sys.modules["torch.nn"] = torch, nn
    try:
        path = ROOT / "examples" / "resnet.py"
        exec(compile(path.read_text(encoding="utf8"), path, "exec"), module.__dict__)
    finally:
        del sys.modules["torch"], sys.modules["torch.nn"]
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    runs = parser.parse_args().runs
    resnet = load_resnet()
    images = Tensor(1, 3, 224, 224)
    build, propagate = [], []
    for _ in range(runs + 1):  # the first imports the layers
        start = time.process_time()
        model = resnet.resnet152()
        built = time.process_time()
        scores = model(images)
        build.append(1000 * (built - start))
        propagate.append(1000 * (time.process_time() - built))
    params = sum(parameter.numel() for parameter in model.parameters())
    both = statistics.median(map(sum, zip(build[1:], propagate[1:], strict=True)))
    print(f"ResNet-152: {tuple(images.shape)} -> {tuple(scores.shape)}, {params:,} parameters; medians of {runs} runs")
    print(f"build {statistics.median(build[1:]):.2f} ms, propagate {statistics.median(propagate[1:]):.2f} ms")
    print(f"build and propagate {both:.2f} ms")


if __name__ == "__main__":
    main()
