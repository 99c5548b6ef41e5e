"""What classes by themselves are found to take: what PyTorch takes, or nothing; never an error of the model."""

from __future__ import annotations

import json
import runpy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from command import convcalc

PROGRAMS = sorted((Path(__file__).parent.parent / "inputs").glob("*.py"))


def analysed(program: Path) -> list[dict[str, Any]]:
    done = convcalc("summary", program, "--format", "json", timeout=120)
    assert done.code in (0, 3), (done.out, done.err)
    models: list[dict[str, Any]] = json.loads(done.out)["models"]
    return models


pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # what PyTorch says of the programs' style


def fed(module: Any, inputs: list[dict[str, Any]]) -> Any:
    """What PyTorch makes of the shapes; whether whole numbers are indices or lengths is for the module to say."""
    kinds = [i for i in range(len(inputs)) if inputs[i]["dtype"] == "int64"]
    for ones in product((0, 1), repeat=len(kinds)):
        feed = {
            i["name"]: torch.full(i["shape"], dict(zip(kinds, ones)).get(n, 1), dtype=getattr(torch, i["dtype"]))
            for n, i in enumerate(inputs)
        }
        try:
            return module(**feed)
        except (RuntimeError, IndexError) as error:
            raised = error
    raise raised


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_what_is_inferred_runs_in_pytorch(program: Path) -> None:
    classes = runpy.run_path(str(program))
    known = 0
    for model in analysed(program):
        name = model["target"]["class"]
        assert not [d for d in model["diagnostics"] if d["severity"] == "error"], name
        inputs = model["inputs"]
        if len({i["name"] for i in inputs}) < len(
            inputs
        ):  # tensors in lists and dicts, of which a report does not tell where
            continue
        if not inputs or any(i["shape"] is None or None in i["shape"] for i in inputs):
            continue
        known += 1
        output = fed(classes[name]().eval(), inputs)
        if isinstance(output, torch.Tensor):
            assert [list(output.shape)] == [o["shape"] for o in model["outputs"]], name
    assert known >= len(classes["__builtins__"] and [c for c in classes.values() if isinstance(c, type)]) // 3
