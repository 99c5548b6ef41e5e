"""What real model code does at construction and in `forward` (`tests/constructs`): every call of a module as PyTorch makes it.

Compared are the class, the parameters, each call in order (path, class, shapes of inputs and outputs) and the MACs, for the
module that a program calls last. Nothing of it may be unknown.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from command import summary
from torch.utils.flop_counter import flop_registry

from convcalc.verify.reference import flop_counter, measured, run, separate_kernels

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = sorted((ROOT / "tests" / "constructs").glob("*.py"))
sys.path.append(str(ROOT / "benchmarks" / "zoo"))
comparison = importlib.import_module("comparison")


def _product_with_vector(matrix: Any, vector: Any, **options: Any) -> int:
    """The flops that PyTorch's own table leaves out."""
    return 2 * int(matrix.numel())


@pytest.fixture(autouse=True)
def plain_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kernels whose layers and costs can be seen; what a program sets is set back."""
    # PyTorch's test databases, which other tests load, forbid setting `torch.backends.cudnn.benchmark`
    monkeypatch.setitem(torch.backends.flags_frozen.__globals__, "__allow_nonbracketed_mutation_flag", True)
    monkeypatch.setitem(flop_registry, torch.ops.aten.mv, _product_with_vector)
    precision, deterministic = torch.get_float32_matmul_precision(), torch.are_deterministic_algorithms_enabled()
    with separate_kernels():
        yield
    torch.set_float32_matmul_precision(precision)
    torch.use_deterministic_algorithms(deterministic)


def run_in_torch(program: Path) -> dict[str, Any]:
    """The last model of a program: its parameters, and the calls and MACs of its first run."""
    counter = flop_counter()
    type(counter).supports_higher_order_operators = True
    with counter:
        return measured(lambda: run(program.read_bytes(), str(program)), counter)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_every_call_is_pytorchs(program: Path) -> None:
    real = run_in_torch(program)
    done = summary(program)
    models = json.loads(done.out)["models"] if done.out else []
    assert comparison.compared(models, done.err, real) == ("exact", "")


@pytest.mark.filterwarnings("ignore")
def test_a_difference_would_be_seen() -> None:
    program = next(p for p in PROGRAMS if p.stem == "copies")
    real = run_in_torch(program)
    real["calls"][3]["outputs"] = [[1, 2, 3]]
    assert comparison.compared(summary(program).models, "", real)[0] == "wrong"
