"""A live torch.nn.Module on shape-only tensors."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from convcalc.ops import find
from convcalc.standin.live import trace_live
from convcalc.tensor import ShapeError, Tensor
from convcalc.trace import Recorder

MODULES = {
    "Linear": (lambda: torch.nn.Linear(8, 3), (5, 8), ["F.linear"]),
    "Sequential": (lambda: torch.nn.Sequential(torch.nn.Linear(8, 4), torch.nn.Linear(4, 3)), (5, 8), ["F.linear"]),
    "Bilinear": (lambda: torch.nn.Bilinear(8, 8, 3), (5, 8), ["F.bilinear"]),
    "Conv2d": (lambda: torch.nn.Conv2d(3, 6, 3, padding=1), (2, 3, 9, 9), ["F.conv2d"]),
    "ConvReluPool": (
        lambda: torch.nn.Sequential(torch.nn.Conv2d(3, 6, 3), torch.nn.BatchNorm2d(6), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten()),
        (2, 3, 10, 10),
        ["F.conv2d", "F.batch_norm", "F.relu", "F.max_pool2d", "Tensor.flatten"],
    ),
    "LSTM": (lambda: torch.nn.LSTM(4, 6, batch_first=True), (2, 5, 4), ["torch.lstm", "torch.zeros"]),
    "TransformerEncoderLayer": (lambda: torch.nn.TransformerEncoderLayer(8, 2), (5, 2, 8), ["F.multi_head_attention_forward", "F.layer_norm", "F.dropout", "Tensor.__add__"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_a_live_module_gives_the_shape_that_torch_gives(name: str) -> None:
    build, shape, needed = MODULES[name]
    if any(find(rule) is None for rule in needed):
        pytest.skip("its rules are not written yet")
    module = build()
    inputs = [shape] * (2 if name == "Bilinear" else 1)
    real = module(*(torch.zeros(s) for s in inputs))
    ours = trace_live(module, *(Tensor(*s) for s in inputs))
    first = (real[0], ours[0]) if isinstance(real, tuple) else (real, ours)
    assert tuple(first[1].shape) == tuple(first[0].shape)


def test_every_module_call_has_its_row() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(8, 4), torch.nn.Linear(4, 3))
    with Recorder() as record:
        trace_live(module, Tensor(5, 8))
    rows = [(call.kind, call.type, call.outputs[0].shape if call.outputs else None) for call in record.calls]
    assert rows == [
        ("module", "Sequential", (5, 3)), ("module", "Linear", (5, 4)), ("op", "F.linear", (5, 4)), ("module", "Linear", (5, 3)), ("op", "F.linear", (5, 3)),
    ]  # fmt: skip
    assert record.calls[2].own_macs == 5 * 8 * 4


def test_a_refusal_is_the_rules_and_leaves_no_hook() -> None:
    before = len(torch.nn.modules.module._global_forward_hooks)
    with Recorder() as record, pytest.raises(ShapeError, match="mat1 and mat2 shapes cannot be multiplied"):
        trace_live(torch.nn.Sequential(torch.nn.Linear(8, 4)), Tensor(5, 9))
    assert [call.error is not None for call in record.calls if call.kind == "module"] == [True, True]
    assert len(torch.nn.modules.module._global_forward_hooks) == before


def test_buffers_are_not_updated() -> None:
    if find("F.batch_norm") is None:
        pytest.skip("batch_norm has no rule yet")
    norm = torch.nn.BatchNorm1d(3)
    trace_live(norm, Tensor(4, 3))
    assert norm.num_batches_tracked.item() == 0


def test_an_operation_without_a_rule_is_named() -> None:
    class Strange(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cummin(x, 0)

    if find("torch.cummin") is not None:
        pytest.skip("cummin has a rule")
    with Recorder() as record:
        trace_live(Strange(), Tensor(4, 3))
    assert [note.kind for note in record.notes] == ["unknown-operation"]


def test_torch_functions_hand_over_without_the_mode() -> None:
    assert torch.nn.functional.linear(Tensor(2, 8), torch.zeros(3, 8)).shape == (2, 3)


def test_torch_hands_over_to_the_rules_where_no_stand_in_was_imported() -> None:
    """A user of the library has tensors and layers only; the hook of the tensor is filled by the operations."""
    program = (
        "import sys, torch, convcalc\n"
        "assert tuple(torch.relu(convcalc.Tensor(2, 3)).shape) == (2, 3)\n"
        "assert tuple(torch.nn.Linear(3, 5)(convcalc.Tensor(2, 3)).shape) == (2, 5)\n"
        "assert not any(name.startswith('convcalc.standin') for name in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
