"""What real model code does at construction and in `forward` (`tests/constructs`): every call of a module as PyTorch makes it.

Compared are the class, the parameters, each call in order (path, class, shapes of inputs and outputs) and the MACs, for the
module that a program calls last. Nothing of it may be unknown.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from command import summary
from torch.utils.flop_counter import flop_registry

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = sorted((ROOT / "tests" / "constructs").glob("*.py"))
_SPEC = importlib.util.spec_from_file_location("zoo", ROOT / "benchmarks" / "zoo.py")
assert _SPEC is not None
assert _SPEC.loader is not None
zoo: Any = importlib.util.module_from_spec(_SPEC)
sys.modules["zoo"] = zoo
_SPEC.loader.exec_module(zoo)


def _product_with_vector(matrix: Any, vector: Any, **options: Any) -> int:
    """The flops that PyTorch's own table leaves out."""
    return 2 * int(matrix.numel())


@pytest.fixture(autouse=True)
def plain_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kernels whose layers and costs can be seen; what a program sets is set back."""
    monkeypatch.setitem(flop_registry, torch.ops.aten.mv, _product_with_vector)
    kept = torch.backends.mha.get_fastpath_enabled(), torch.backends.cuda.flash_sdp_enabled(), torch.backends.cuda.mem_efficient_sdp_enabled()  # fmt: skip
    precision, deterministic = torch.get_float32_matmul_precision(), torch.are_deterministic_algorithms_enabled()
    _kernels(False, False, False)
    yield
    _kernels(*kept)
    torch.set_float32_matmul_precision(precision)
    torch.use_deterministic_algorithms(deterministic)


def _kernels(fast: bool, flash: bool, efficient: bool) -> None:
    torch.backends.mha.set_fastpath_enabled(fast)
    torch.backends.cuda.enable_flash_sdp(flash)
    torch.backends.cuda.enable_mem_efficient_sdp(efficient)


def run_in_torch(program: Path) -> dict[str, Any]:
    """The last module that a program calls from outside any other: its parameters, and the calls and MACs of its first run."""
    calls: list[dict[str, Any]] = []
    roots: list[list[Any]] = []
    paths: dict[int, str] = {}
    depth = 0
    original = torch.nn.Module.__call__

    def call(module: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal depth
        if not depth:
            roots.append([module, len(calls), 0, counter.flops, 0])
            paths.update({id(m): path for path, m in torch.nn.Module.named_modules(module)})
        record = {"path": paths.get(id(module)), "type": type(module).__name__, "inputs": zoo._shapes((args, kwargs))}
        calls.append(record)
        depth += 1
        try:
            result = original(module, *args, **kwargs)
        finally:
            depth -= 1
        if not depth:
            roots[-1][2::2] = len(calls), counter.flops
        record["outputs"] = zoo._shapes(result)
        return result

    torch.nn.Module.__call__ = call  # type: ignore[method-assign]
    try:
        counter = zoo.flop_counter()
        type(counter).supports_higher_order_operators = True
        with counter, contextlib.redirect_stdout(io.StringIO()):
            exec(compile(program.read_text(encoding="utf8"), str(program), "exec"), {"__name__": "__main__"})
    finally:
        torch.nn.Module.__call__ = original  # type: ignore[method-assign]
    model = roots[-1][0]
    _, first, end, before, after = next(root for root in roots if root[0] is model)
    parameters = list(model.parameters())
    return {
        "class": type(model).__name__,
        "params": sum(p.numel() for p in parameters),
        "trainable": sum(p.numel() for p in parameters if p.requires_grad),
        "calls": calls[first:end],
        "macs": (after - before) // 2,
    }


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_every_call_is_pytorchs(program: Path) -> None:
    real = run_in_torch(program)
    done = summary(program)
    models = json.loads(done.out)["models"] if done.out else []
    entry = next((m for m in reversed(models) if m["target"]["class"] == real["class"]), None)
    assert zoo.compared(entry, done.err, real) == ("exact", "")


@pytest.mark.filterwarnings("ignore")
def test_a_difference_would_be_seen() -> None:
    program = next(p for p in PROGRAMS if p.stem == "copies")
    real = run_in_torch(program)
    real["calls"][3]["outputs"] = [[1, 2, 3]]
    entry = json.loads(summary(program).out)["models"][-1]
    assert zoo.compared(entry, "", real)[0] == "wrong"
