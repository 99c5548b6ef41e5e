"""Public model packages in convcalc and in PyTorch, model by model: wrong, unknown or exact.

    pip install --no-deps --target zoo torchvision==0.28.0 timm einops ...     # sources only: their torch is the one installed
    PYTHONPATH=zoo python benchmarks/zoo.py torchvision [--only resnet50,vgg16] [--times 9] [--write docs/zoo.md]

For each model a script of a few lines builds it and calls it once. convcalc reads that script in a process of its own;
PyTorch runs it here, with hooks, on the meta device (or the CPU, where a model's constructor reads values). Compared are the
outputs, total and trainable parameters, every call of a module in order (its path, class, inputs and outputs) and the
multiply-accumulates by the flop formulas of `torch.utils.flop_counter`.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import traceback
import types
import warnings
from typing import Any, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


class Outcome(NamedTuple):
    """What became of one model."""

    name: str
    verdict: (
        str  # exact, wrong, unknown, refused (PyTorch builds no such model either), unjudged (PyTorch cannot be asked)
    )
    why: str
    seconds: float
    peak_mb: float


# the packages: for each the names of its models, and the script that builds and calls one


def torchvision_models() -> dict[str, str]:
    """Every model of `list_models()`, with the input of its kind."""
    import torchvision.models as models

    scripts = {}
    for name in models.list_models():
        module = models.get_model_builder(name).__module__.split(".")[2]
        size, options, calls = "1, 3, 224, 224", "", "model(torch.zeros({}))"
        if name == "s3d":
            size = "1, 3, 16, 224, 224"
        elif module == "video":
            size = {"mvit_v1_b": "1, 3, 16, 224, 224", "mvit_v2_s": "1, 3, 16, 224, 224"}.get(
                name, "1, 3, 16, 112, 112"
            )
        elif module == "optical_flow":
            size, calls = "1, 3, 128, 128", "model(torch.zeros({0}), torch.zeros({0}))"
        elif module == "detection":
            size, options, calls = "3, 320, 320", ", weights_backbone=None", "model([torch.zeros({})])"
        elif module == "segmentation":
            options = ", weights_backbone=None"
        elif name.startswith("inception"):
            size = "1, 3, 299, 299"
        scripts[name] = (
            "import torch\nimport torchvision\n\n"
            f"model = torchvision.models.get_model({name!r}, weights=None{options}).eval()\n{calls.format(size)}\n"
        )
    return scripts


def timm_models() -> dict[str, str]:
    """Every architecture of timm, at the size of its own configuration."""
    import timm

    return {
        name: (
            "import torch\nimport timm\n\n"
            f"model = timm.create_model({name!r}).eval()\n"
            'model(torch.zeros(1, *model.pretrained_cfg["input_size"]))\n'
        )
        for name in timm.list_models()
    }


def efficientnet_models() -> dict[str, str]:
    """efficientnet-pytorch: the sizes b0 to b8 and l2."""
    sizes = [f"efficientnet-b{i}" for i in range(9)] + ["efficientnet-l2"]
    return {
        name: f"import torch\nfrom efficientnet_pytorch import EfficientNet\n\nmodel = EfficientNet.from_name({name!r}).eval()\n"
        "model(torch.zeros(1, 3, 224, 224))\n"
        for name in sizes
    }


def pretrainedmodels_models() -> dict[str, str]:
    """pretrainedmodels: every name of `model_names`."""
    import pretrainedmodels

    scripts = {}
    for name in pretrainedmodels.model_names:
        size = (
            331
            if "nasnetalarge" in name or "pnasnet" in name
            else 299
            if "inception" in name or name == "xception"
            else 224
        )
        scripts[name] = (
            f"import torch\nimport pretrainedmodels\n\nmodel = pretrainedmodels.__dict__[{name!r}](pretrained=None).eval()\n"
            f"model(torch.zeros(1, 3, {size}, {size}))\n"
        )
    return scripts


def pytorchcv_models() -> dict[str, str]:
    """pytorchcv: every image classifier of its provider, at the size that it is made for."""
    from pytorchcv import model_provider

    return {
        name: f"import torch\nfrom pytorchcv.model_provider import get_model\n\nmodel = get_model({name!r}, pretrained=False).eval()\n"
        'size = getattr(model, "in_size", (224, 224))\nmodel(torch.zeros(1, getattr(model, "in_channels", 3), *size))\n'
        for name in model_provider._models
    }


def segmentation_models() -> dict[str, str]:
    """segmentation-models-pytorch: every decoder on encoders of several families."""
    decoders = "Unet UnetPlusPlus MAnet Linknet FPN PSPNet DeepLabV3 DeepLabV3Plus PAN UPerNet Segformer DPT".split()
    encoders = (
        "resnet18 resnext50_32x4d densenet121 efficientnet-b0 mobilenet_v2 vgg11_bn mit_b0 mobileone_s0 xception inceptionv4 "
        "se_resnet50 dpn68 timm-efficientnet-b0 tu-resnet18 tu-convnext_tiny tu-vit_base_patch16_224.augreg_in21k"
    ).split()
    return {
        f"{decoder}/{encoder}": "import torch\nimport segmentation_models_pytorch as smp\n\n"
        f"model = smp.{decoder}({encoder!r}, encoder_weights=None, classes=2).eval()\nmodel(torch.zeros(1, 3, 224, 224))\n"
        for decoder in decoders
        for encoder in encoders
    }


def examples_of(package: str) -> dict[str, str]:
    """The examples of a package's own description: every block of Python that calls something on tensors."""
    from importlib import metadata

    described: Any = metadata.metadata(package)  # an email.message.Message
    description = described.get_payload() or described["Description"]
    blocks = str(description).split("```python\n")[1:]
    scripts = {}
    for i, block in enumerate(blocks, 1):
        script = block.partition("```")[0]
        if "import" in script and "torch.rand" in script:
            scripts[f"example {i}"] = script
    return scripts


PACKAGES: dict[str, Any] = {
    "torchvision": torchvision_models,
    "timm": timm_models,
    "efficientnet-pytorch": efficientnet_models,
    "pretrainedmodels": pretrainedmodels_models,
    "pytorchcv": pytorchcv_models,
    "segmentation-models-pytorch": segmentation_models,
    "vit-pytorch": lambda: examples_of("vit-pytorch"),
    "x-transformers": lambda: examples_of("x-transformers"),
    "einops": lambda: examples_of("einops"),
}


# PyTorch


def prepare_torch() -> None:
    """Lets torchvision be imported beside a torch that its compiled part was not made for: the Python parts are the same."""
    import torch

    warnings.simplefilter("ignore")
    extension = types.ModuleType("torchvision.extension")
    extension.__dict__.update(
        _has_ops=lambda: False,
        _assert_has_ops=lambda: None,
        _check_cuda_version=lambda: -1,
        _load_library=lambda name: False,
    )
    sys.modules["torchvision.extension"] = extension
    for name in ("_meta_registrations", "_autograd_registrations"):
        sys.modules[f"torchvision.{name}"] = types.ModuleType(f"torchvision.{name}")
    library: Any = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", _nms, "CPU")
    prepare_torch.library = library  # type: ignore[attr-defined]  # it lives as long as the process
    torch.backends.cuda.enable_flash_sdp(False)  # of attention in one kernel, not every variant has a flop formula
    torch.backends.cuda.enable_mem_efficient_sdp(False)
    torch.backends.mha.set_fastpath_enabled(False)  # a fused kernel calls none of the layers that it stands for


def _nms(boxes: Any, scores: Any, threshold: float) -> Any:
    """Greedy non-maximum suppression."""
    import torch

    order = scores.argsort(descending=True)
    kept = []
    while order.numel():
        first = order[0]
        kept.append(first)
        corner = torch.maximum(boxes[first, :2], boxes[order, :2])
        other = torch.minimum(boxes[first, 2:], boxes[order, 2:])
        shared = (other - corner).clamp(min=0).prod(1)
        areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
        union = areas[first] + areas[order] - shared
        order = order[shared / union <= threshold]
    return torch.stack(kept) if kept else torch.zeros(0, dtype=torch.int64)


class Refusal(Exception):
    """PyTorch itself does not build or run the model."""


def judged(script: str) -> dict[str, Any]:
    """What PyTorch makes of a script: on the meta device, else on the CPU."""
    import torch

    errors = []
    for device in ("meta", "cpu"):
        try:
            return _run_real(script, torch.device(device))
        except Exception as error:
            errors.append(f"{type(error).__name__} on {device}: {str(error).splitlines()[0] if str(error) else ''}")
    raise Refusal(errors[-1])


def flop_counter() -> Any:
    """Counts what PyTorch's flop formulas say of each operation, without the hooks of FlopCounterMode, which need gradients."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    class Counter(TorchDispatchMode):  # type: ignore[misc]
        flops = 0

        def __torch_dispatch__(self, function: Any, kinds: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            formula = flop_registry.get(function._overloadpacket)
            if formula is None:
                with self:
                    result = function.decompose(*args, **kwargs)
                if result is not NotImplemented:
                    return result
            result = function(*args, **kwargs)
            if formula is not None:
                self.flops += formula(*args, **kwargs, out_val=result)
            return result

    return Counter()


def _run_real(script: str, device: Any) -> dict[str, Any]:
    import torch

    calls: list[dict[str, Any]] = []
    roots: list[
        Any
    ] = []  # of each call from outside: the module, where its calls start and end, the flops before and after
    depth = [0]
    original = torch.nn.Module.__call__
    counter = flop_counter()

    def call(module: Any, *args: Any, **kwargs: Any) -> Any:
        if not depth[0]:
            roots.append([module, len(calls), 0, counter.flops, 0])
            paths.update({id(m): path for path, m in torch.nn.Module.named_modules(module)})
        record = {"path": paths.get(id(module)), "type": type(module).__name__, "inputs": _shapes((args, kwargs))}
        calls.append(record)
        depth[0] += 1
        try:
            result = original(module, *args, **kwargs)
        finally:
            depth[0] -= 1
        if not depth[0]:
            roots[-1][2::2] = len(calls), counter.flops
        record["outputs"] = _shapes(result)
        return result

    paths: dict[int, str] = {}
    torch.nn.Module.__call__ = call
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:  # a model that reads its own file finds one
        path = os.path.join(folder, "script.py")
        pathlib.Path(path).write_text(script)
        namespace["__file__"] = path
        try:
            with torch.no_grad(), device, counter:
                exec(compile(script, path, "exec"), namespace)
        finally:
            torch.nn.Module.__call__ = original
    if not roots:
        raise Refusal("the script calls no module")
    model = roots[-1][0]  # of its calls the first, as convcalc reports it
    _, first, end, flops, flops_after = next(root for root in roots if root[0] is model)
    return {
        "class": type(model).__name__,
        "params": sum(p.numel() for p in model.parameters()),
        "trainable": sum(p.numel() for p in model.parameters() if p.requires_grad),
        "calls": calls[first:end],
        "macs": (flops_after - flops) // 2,
    }


def _shapes(value: Any, depth: int = 0) -> list[Any]:
    """The shapes of the tensors of a value, in reading order."""
    import torch

    if isinstance(value, torch.Tensor):
        return [list(value.shape)]
    if depth > 20:
        return []
    if isinstance(value, (tuple, list)):
        return [shape for part in value for shape in _shapes(part, depth + 1)]
    if isinstance(value, dict):
        return [shape for part in value.values() for shape in _shapes(part, depth + 1)]
    if hasattr(type(value), "__dataclass_fields__"):
        return [s for name in type(value).__dataclass_fields__ for s in _shapes(getattr(value, name, None), depth + 1)]
    return []


# convcalc

# The process that starts the measured ones, and is itself small: a child's peak memory counts what its parent was.
LAUNCHER = """
import json, os, subprocess, sys, time
for line in sys.stdin:
    command, out, err = json.loads(line)
    start = time.perf_counter()
    with open(out, "w") as o, open(err, "w") as e:
        process = subprocess.Popen(command, stdout=o, stderr=e)
        _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]), flush=True)
"""


class Launcher:
    """Runs commands and tells their wall seconds, CPU seconds and peak MB."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", LAUNCHER]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
        )

    def run(self, command: list[str], out: str, err: str) -> tuple[float, float, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([command, out, err]) + "\n")
        self.process.stdin.flush()
        seconds, cpu, peak = json.loads(self.process.stdout.readline())
        return seconds, cpu, peak


def predicted(script: str, launcher: Launcher, seconds: float) -> tuple[list[dict[str, Any]], str, float, float]:
    """The models of convcalc's report, what it says beside it, its CPU time and its largest memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "script.py")
        path.write_text(script)
        out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
        command = [
            sys.executable,
            "-m",
            "convcalc",
            "summary",
            str(path),
            "--format",
            "json",
            "--seconds",
            str(seconds),
        ]
        _, cpu, peak = launcher.run(command, out, err)
        text, said = pathlib.Path(out).read_text(), pathlib.Path(err).read_text()
    return json.loads(text)["models"] if text else [], said, cpu, peak


def compared(entry: dict[str, Any] | None, said: str, real: dict[str, Any]) -> tuple[str, str]:
    """The verdict on one model: exact, unknown or wrong, and the first thing that says so."""
    if entry is None:
        lines = [line.replace("convcalc: ", "") for line in said.splitlines()]
        return "unknown", "; ".join(lines)[:600]
    if entry["target"]["class"] is None:
        return "unknown", "; ".join(d["message"] for d in entry["diagnostics"])[:600]
    errors = [d for d in entry["diagnostics"] if d["severity"] == "error"]
    if errors:
        return "wrong", f"refused: {errors[0]['file']}:{errors[0]['line']}: {errors[0]['message']}"
    totals = entry["totals"]
    for ours, theirs in (("params", "params"), ("trainable_params", "trainable")):
        if totals[ours] is not None and totals[ours] != real[theirs]:
            return "wrong", f"{ours}: {totals[ours]} is {real[theirs]}"
    rows = [row for row in entry["rows"] if row["kind"] == "module"]
    unknown = next((d["message"] for d in entry["diagnostics"] if d["severity"] == "unknown"), "")
    if not unknown:
        unknown = next((d["message"] for d in entry["diagnostics"] if d["rule"] in ("missing-module", "branch")), "")
    for row, call in zip(rows, real["calls"]):
        if (row["path"], row["type"]) != (call["path"], call["type"]):
            kind = "unknown" if unknown else "wrong"
            return kind, f"calls {row['path']} {row['type']}, not {call['path']} {call['type']}; {unknown}"
        for side in ("inputs", "outputs"):
            if not _agree(row[side], call[side]):
                return "wrong", f"{row['path']} {row['type']} {side}: {row[side]} is {call[side]} {unknown}"
    if len(rows) != len(real["calls"]):
        return "unknown" if unknown else "wrong", f"{len(rows)} calls of modules, not {len(real['calls'])}; {unknown}"
    if totals["macs"] is not None and totals["macs_status"] == "exact" and totals["macs"] != real["macs"]:
        return "wrong", f"MACs: {totals['macs']} is {real['macs']}"
    if unknown and _has_unknown(rows):
        return "unknown", unknown
    if totals["params"] is None or totals["macs_status"] != "exact" or _has_unknown(rows):
        return "unknown", f"params {totals['params']}, MACs {totals['macs_status']}; {unknown}"
    return "exact", ""


def _agree(ours: Any, theirs: Any) -> bool:
    """Whether known shapes are PyTorch's; what is unknown says nothing."""
    if ours is None or any(shape is None for shape in ours):
        return True
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(x is None or x == y for x, y in zip(a, b)) for a, b in zip(ours, theirs)
    )


def _has_unknown(rows: list[dict[str, Any]]) -> bool:
    return any(
        shapes is None or any(shape is None or None in shape for shape in shapes)
        for row in rows for shapes in (row["inputs"], row["outputs"])
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", choices=sorted(PACKAGES))
    parser.add_argument("--only", help="names of models, with commas between; a * stands for anything")
    parser.add_argument("--every", type=int, default=1, help="take every n-th model")
    parser.add_argument("--seconds", type=float, default=20, help="time for one model in convcalc")
    parser.add_argument(
        "--largest", type=float, default=1e9, help="leave out models with more parameters, where PyTorch needs the CPU"
    )
    parser.add_argument("--json", help="write the outcomes to this file")
    parser.add_argument("--trace", action="store_true", help="show PyTorch's traceback where it refuses a model")
    options = parser.parse_args()
    launcher = Launcher()
    prepare_torch()
    scripts = PACKAGES[options.package]()
    if options.only:
        import fnmatch

        patterns = options.only.split(",")
        scripts = {name: s for name, s in scripts.items() if any(fnmatch.fnmatch(name, p) for p in patterns)}
    outcomes = []
    for name in list(scripts)[:: options.every]:
        outcome = examined(name, scripts[name], launcher, options)
        outcomes.append(outcome)
        if outcome.verdict != "exact":
            print(f"{outcome.verdict:8} {name}: {outcome.why}", flush=True)
    report(outcomes)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps([o._asdict() for o in outcomes], indent=1))
    return 1 if any(o.verdict == "wrong" for o in outcomes) else 0


def examined(name: str, script: str, launcher: Launcher, options: argparse.Namespace) -> Outcome:
    """One model in both."""
    entries, said, seconds, peak = predicted(script, launcher, options.seconds)
    try:
        real = judged(script)
    except Refusal as refusal:
        if options.trace:
            traceback.print_exc()
        return Outcome(name, "refused", str(refusal)[:300], seconds, peak)
    entry = next(
        (e for e in reversed(entries) if e["target"]["class"] == real["class"]), entries[-1] if entries else None
    )
    verdict, why = compared(entry, said, real)
    return Outcome(name, verdict, why, seconds, peak)


def report(outcomes: list[Outcome]) -> None:
    """Counts, times and memory."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.verdict] = counts.get(outcome.verdict, 0) + 1
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    if outcomes:
        slowest = max(outcomes, key=lambda o: o.seconds)
        largest = max(outcomes, key=lambda o: o.peak_mb)
        print(f"median {statistics.median(o.seconds for o in outcomes):.2f} s; slowest {slowest.name} {slowest.seconds:.2f} s (CPU); "
              f"largest {largest.name} {largest.peak_mb:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
