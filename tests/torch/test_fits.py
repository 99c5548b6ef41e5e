"""The sizes that models accept, as convcalc solves them, and as PyTorch has them when each is tried."""

from __future__ import annotations

import importlib.util
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from command import convcalc

FOLDER = Path(__file__).resolve().parent.parent / "fits"
LIMITS = {"N": 4, "D": 48}  # what is tried in PyTorch takes its time


def _models() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"fits_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, cls in vars(module).items():
            if inspect.isclass(cls) and issubclass(cls, torch.nn.Module) and cls.__module__ == module.__name__:
                needed = [p for p in inspect.signature(cls).parameters.values() if p.default is p.empty]
                if not needed:
                    yield pytest.param(path, name, cls, id=name)


def _contains(numbers: dict[str, Any], size: int) -> bool:
    if size >= numbers["start"] and numbers["residues"]:
        return bool(size % numbers["period"] in numbers["residues"])
    return any(low <= size <= high for low, high in numbers["runs"])


torch.set_num_threads(1)


def _accepts(net: Any, shape: Any, dtype: Any) -> bool:
    try:
        with torch.no_grad():
            net(torch.zeros(shape, dtype=dtype))
    except (RuntimeError, ValueError, IndexError, AssertionError):
        return False
    return True


@pytest.mark.parametrize(("path", "name", "cls"), list(_models()))
def test_the_sizes_are_those_that_pytorch_accepts(path: Path, name: str, cls: Any) -> None:
    done = convcalc("check", f"{path}::{name}", "--fits", "--format", "json")
    assert done.code == 0, done.err
    (model,) = json.loads(done.out)["files"][0]["models"]
    (inputs,) = model["inputs"]
    net = cls().eval()
    dtype = getattr(torch, inputs["dtype"])
    assert _accepts(net, inputs["shape"], dtype), "the inferred input itself"
    (lettered,) = model["fits"]["inputs"].values()
    chosen = {letter: size for letter, size in zip(lettered, inputs["shape"]) if isinstance(letter, str)}
    for sizes in model["fits"]["sizes"]:
        limit = LIMITS.get(sizes["letters"][0], 256)
        for size in range(1, limit + 1):
            values = {**chosen, **dict.fromkeys(sizes["letters"], size)}
            shape = [values.get(letter, letter) for letter in lettered]
            said = _contains(sizes["accepted"], size)
            if said or sizes["whole"]:
                assert said == _accepts(net, shape, dtype), f"{sizes['letters']} = {size}: said {said}"
