"""`python -m tools.torch_names` rewrites `convcalc/standin/torch_names.py` from the installed PyTorch."""

from __future__ import annotations

import pathlib
import textwrap
import types
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STANDIN = pathlib.Path(__file__).resolve().parents[1] / "convcalc" / "standin"

# The modules whose names are written down; the others are only known to exist.
NAMED = """
torch torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.nn.utils.rnn torch.nn.utils.prune torch.nn.utils.parametrize
torch.nn.utils.parametrizations torch.nn.utils.fusion torch.nn.utils.clip_grad torch.nn.utils.stateless torch.nn.parallel torch.nn.attention
torch.nn.attention.flex_attention torch.nn.modules torch.nn.parameter torch.nn.quantized torch.nn.quantizable torch.nn.qat torch.nn.intrinsic
torch.nn.modules.activation torch.nn.modules.batchnorm torch.nn.modules.container torch.nn.modules.conv torch.nn.modules.dropout
torch.nn.modules.instancenorm torch.nn.modules.lazy torch.nn.modules.linear torch.nn.modules.loss torch.nn.modules.module
torch.nn.modules.normalization torch.nn.modules.padding torch.nn.modules.pooling torch.nn.modules.rnn torch.nn.modules.sparse
torch.nn.modules.transformer torch.nn.modules.upsampling torch.nn.modules.utils torch.nn.modules.flatten torch.nn.modules.fold
torch.optim torch.optim.lr_scheduler torch.optim.swa_utils torch.optim.optimizer
torch.utils torch.utils.data torch.utils.data.distributed torch.utils.data.dataloader torch.utils.data.dataset torch.utils.data.sampler
torch.utils.checkpoint torch.utils.tensorboard torch.utils.cpp_extension torch.utils.mobile_optimizer torch.utils.model_zoo torch.utils.dlpack
torch.utils.benchmark torch.utils.hooks torch.utils.flop_counter
torch.linalg torch.fft torch.special torch.signal torch.signal.windows torch.sparse torch.nested torch.masked torch.func
torch.cuda torch.cuda.amp torch.cpu torch.mps torch.xpu torch.mtia torch.accelerator torch.backends torch.backends.cudnn torch.backends.cuda
torch.backends.mps torch.backends.mkldnn torch.backends.mkl torch.backends.openmp torch.backends.quantized torch.backends.cpu
torch.autograd torch.autograd.function torch.autograd.functional torch.autograd.profiler torch.autograd.variable torch.autograd.forward_ad
torch.autograd.graph torch.amp torch.amp.autocast_mode torch.amp.grad_scaler
torch.jit torch.fx torch.hub torch.onnx torch.profiler torch.random torch.serialization torch.storage torch.types torch.version torch.library
torch.overrides torch.package torch.export torch.compiler torch.distributed torch.distributed.optim torch.distributed.fsdp torch.distributions
torch.distributions.normal torch.distributions.categorical torch.distributions.kl torch.multiprocessing torch.testing torch.futures torch.monitor
torch.quantization torch.ao.quantization torch.ao.nn.quantized torch.ao.nn.qat torch.functional torch.return_types
""".split()
NOT_SHIPPED = {"include", "lib", "bin", "share", "test"}


def public_names(owner: Any) -> dict[str, str]:
    """The names of a module or class by kind: functions, classes, values (what is neither), modules that it imports (`F=torch.nn.functional`).

    Its own public modules stand elsewhere.
    """
    kinds: dict[str, list[str]] = {"functions": [], "classes": [], "values": [], "modules": []}
    for name in sorted(dir(owner)):
        if name.startswith("__") and isinstance(owner, types.ModuleType):
            continue
        value = getattr(owner, name, None)
        if isinstance(value, types.ModuleType):
            if name in getattr(owner, "__all__", ()) and not hasattr(value, "__file__"):
                kinds["values"].append(name)  # one that has no file: exported, and found by no path
            elif value.__name__ == f"{owner.__name__}.{name}" and getattr(value, "__spec__", None) is None:
                kinds["values"].append(name)
            elif name.startswith("_") or value.__name__ != f"{owner.__name__}.{name}":
                kinds["modules"].append(f"{name}={value.__name__}")
            continue
        if isinstance(value, type):
            kinds["classes"].append(name)
        else:
            kinds["functions" if callable(value) else "values"].append(name)
    told = {word.partition("=")[0] for words in kinds.values() for word in words}
    for folder in getattr(owner, "__path__", ()):  # private modules that nothing has imported yet
        stems = {
            path.stem
            for path in pathlib.Path(folder).iterdir()
            if path.name.startswith("_") and path.suffix in ("", ".py")
        }
        kinds["modules"] += [
            f"{stem}={owner.__name__}.{stem}" for stem in sorted(stems - told) if not stem.startswith("__")
        ]
    return {kind: " ".join(names) for kind, names in kinds.items() if names}


def tensor_names(torch: Any) -> dict[str, str]:
    methods: list[str] = []
    properties: list[str] = []
    for name in sorted(dir(torch.Tensor)):
        if name not in dir(object):
            (methods if callable(getattr(torch.Tensor, name, None)) else properties).append(name)
    return {"methods": " ".join(methods), "properties": " ".join(properties)}


def module_paths(root: pathlib.Path) -> list[str]:
    """Every public module of the installed package, by its files; of the private ones only the outermost."""
    found = [path.stem for path in root.iterdir() if path.name.startswith("_") and not path.name.startswith("__")]
    found = [name.partition(".")[0] for name in found]
    for path in root.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts and parts[0] not in NOT_SHIPPED and not any(p.startswith("_") for p in parts):
            found.append(".".join(parts))
    return sorted(set(found))


def source(torch: Any) -> str:
    lines = [
        f'"""The public names of PyTorch {torch.__version__.partition("+")[0]}. Generated by `python -m tools.torch_names`; do not edit."""',
        "",
        "# fmt: off",
    ]
    lines += ["TENSOR = {", *_entries(tensor_names(torch), 1), "}", "MODULES = {"]
    exported = {}
    for path in NAMED:
        try:
            module = import_module(path)
        except ImportError as error:
            print(f"left out: {path} ({error})")
            continue
        lines += [f'    "{path}": {{', *_entries(public_names(module), 2), "    },"]
        if hasattr(module, "__all__"):
            exported[path] = " ".join(sorted(module.__all__))
    lines += ["}", "EXPORTED = {", *_entries(exported, 1), "}"]
    paths = module_paths(pathlib.Path(torch.__file__).parent)
    lines += ["PATHS = set(", *_literal(" ".join(paths), 1), ".split())".strip()]
    lines[-1] = "    .split()\n)"
    return "\n".join([*lines, ""])


def _entries(table: dict[str, str], depth: int) -> list[str]:
    lines = []
    for name, words in table.items():
        lines += ["    " * depth + f'"{name}":', *_literal(words, depth + 1)]
        lines[-1] += ","
    return lines


def _literal(words: str, depth: int) -> list[str]:
    rows = textwrap.wrap(words, 110, break_long_words=False, break_on_hyphens=False) or [""]
    return ["    " * depth + f'"{row}{" " if row is not rows[-1] else ""}"' for row in rows]


if __name__ == "__main__":
    (STANDIN / "torch_names.py").write_text(source(import_module("torch")), encoding="utf8")
