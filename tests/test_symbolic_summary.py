"""`convcalc summary --input Nx3xHxW`: shapes as formulas, and the conditions under which they hold."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from command import convcalc as run

import convcalc
from convcalc import nn
from convcalc.dim import evaluated, read

MODEL = """
import math
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {layers}

    def forward(self, x):
        {forward}
"""


def summary(folder: pathlib.Path, layers: str, forward: str, *options: str) -> dict[str, Any]:
    file = folder / "model.py"
    file.write_text(
        MODEL.format(layers=layers.replace("\n", "\n        "), forward=forward.replace("\n", "\n        "))
    )
    done = run("summary", str(file), "--format", "json", *options)
    assert done.err == ""
    model: dict[str, Any] = json.loads(done.out)["models"][0]
    return model


@pytest.mark.parametrize(
    ("layers", "forward", "given", "shape", "conditions"),
    [
        ("self.c = nn.Conv2d(3, 8, 5)", "return F.max_pool2d(self.c(x), 2)", "Nx3xHxW", ["N", 8, "(H - 4)//2", "(W - 4)//2"], ["H: any from 6", "W: any from 6"]),
        ("self.c = nn.Conv2d(3, 8, 3, 2, 1)", "return self.c(x).flatten(1)", "Nx3xHxW", ["N", "8*((H + 1)//2)*((W + 1)//2)"], []),
        ("self.f = nn.Linear(8, 2)", "return self.f(x.view(x.size(0), -1))", "Nx8", ["N", 2], []),
        ("self.f = nn.Linear(8, 2)", "return self.f(x.view(-1, 8))", "Nx2x4", ["N", 2], []),
        ("self.f = nn.Linear(12, 2)", "return self.f(x.view(-1, 12))", "Nx8", ["2*N//3", 2], ["N: multiples of 3"]),
        ("self.p = nn.MaxPool2d(3, 2, ceil_mode=True)", "return self.p(x)", "1x3xHxW", [1, 3, "H//2", "W//2"], []),
        ("self.p = nn.AdaptiveAvgPool2d(7)", "return self.p(x)", "Nx3xHxW", ["N", 3, 7, 7], []),
        ("pass", "return F.interpolate(x, scale_factor=1.5)", "Nx3xHxW", ["N", 3, "3*H//2", "3*W//2"], []),
        ("pass", "return x[:, :, : x.size(2) // 2, ::2]", "Nx3xHxW", ["N", 3, "H//2", "(W + 1)//2"], []),
        ("pass", "h = int(x.shape[2] / 2)\nw = math.ceil(x.shape[3] / 3)\nreturn F.interpolate(x, size=(h, w))", "Nx3xHxW", ["N", 3, "H//2", "(W + 2)//3"], []),
        ("pass", "n, c, h, w = x.shape\nreturn x.reshape(n, c, h * w).transpose(1, 2)", "Nx3xHxW", ["N", "H*W", 3], []),
        ("pass", "return F.pad(x, (0, (4 - x.shape[3] % 4) % 4))", "Nx3xHxW", ["N", 3, "H", "4*((W + 3)//4)"], []),
        ("self.e = nn.Embedding(100, 16)\nself.p = nn.Parameter(torch.zeros(1, 512, 16))", "return self.e(x) + self.p[:, : x.size(1)]", "NxT:int64", ["N", "T", 16], ["T: 2 to 512"]),
        ("self.q = nn.Conv1d(2, 4, 3, padding=1)", "return torch.cat([self.q(x), x, x[:, :1]], 1)", "Nx2xL", ["N", 7, "L"], []),
        ("self.a = nn.MultiheadAttention(8, 2, batch_first=True)", "return self.a(x, x, x)[0]", "NxTx8", ["N", "T", 8], []),
        ("self.l = nn.LSTM(8, 5, batch_first=True, bidirectional=True)", "return self.l(x)[0]", "NxTx8", ["N", "T", 10], []),
        ("pass", "return torch.stack(x.chunk(3, dim=1)).mean(dim=(3, 4))", "Nx6xHxW", [3, "N", 2], []),
        ("pass", "b = x.size(0)\nreturn torch.einsum('bchw,bdhw->bcd', x, x) / max(b, 1)", "Nx6xHxW", ["N", 6, 6], []),
        ("pass", "s = len(x)\nreturn x.new_zeros(s, min(x.shape[2], x.shape[3]))", "Nx6xHxW", ["N", "min(H, W)"], []),
        ("pass", "assert x.shape[2] == x.shape[3]\nreturn x @ x", "NxCxHxW", ["N", "C", "H", "W"], ["H == W"]),
        ("pass", "if x.shape[2] > 200:\n    x = x[..., ::2, :]\nreturn x", "Nx3xHxW", ["N", 3, "(H + 1)//2", "W"], ["H: any from 201"]),
    ],
)  # fmt: skip
def test_shapes_and_conditions(
    tmp_path: pathlib.Path, layers: str, forward: str, given: str, shape: list[Any], conditions: list[str]
) -> None:
    model = summary(tmp_path, layers, forward, "--input", given)
    assert model["outputs"][0]["shape"] == shape
    assert [c["text"] for c in model["conditions"]] == conditions


def test_where_a_condition_comes_from(tmp_path: pathlib.Path) -> None:
    model = summary(tmp_path, "self.c = nn.Conv2d(3, 8, 9)", "x = x + 1\nreturn self.c(x)", "--input", "2x3xHx32")
    assert [(c["text"], c["line"]) for c in model["conditions"]] == [("H: any from 9", 15)]


def test_counts_are_formulas_that_evaluate_to_the_plain_ones(tmp_path: pathlib.Path) -> None:
    layers = "self.a = nn.Conv2d(3, 8, 3)\nself.b = nn.Conv2d(8, 4, 3, 2)"
    forward = "return self.b(F.relu(self.a(x))).mean(dim=(2, 3))"
    symbolic = summary(tmp_path, layers, forward, "--input", "Nx3xHxW")
    plain = summary(tmp_path, layers, forward, "--input", "5x3x40x37")
    sizes = {"N": 5, "H": 40, "W": 37}
    for a, b in zip(symbolic["rows"], plain["rows"]):
        macs = a["macs"]
        assert (evaluated(read(macs), sizes) if isinstance(macs, str) else macs) == b["macs"]
    assert evaluated(read(symbolic["totals"]["macs"]), sizes) == plain["totals"]["macs"]
    assert symbolic["totals"]["params"] == plain["totals"]["params"]


def test_an_error_shows_the_symbols(tmp_path: pathlib.Path) -> None:
    model = summary(tmp_path, "self.f = nn.Linear(9, 2)", "return self.f(x.flatten(1))", "--input", "Nx2x4")
    (error,) = [d for d in model["diagnostics"] if d["severity"] == "error"]
    assert error["shape"] == ["N", 8]
    assert "Nx8" in error["torch"]


def test_table_and_csv(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "model.py"
    file.write_text(MODEL.format(layers="self.c = nn.Conv2d(3, 8, 5)", forward="return self.c(x)"))
    table = run("summary", str(file), "--input", "Nx3xHxW").out
    assert "(N, 8, H - 4, W - 4)" in table
    assert "for H: any from 5" in table
    assert "600 * N*(H - 4)*(W - 4)" in table
    assert "Nx8x(H-4)x(W-4)" in run("summary", str(file), "--input", "Nx3xHxW", "--format", "csv").out


def test_a_lower_case_letter_is_no_size(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("")
    done = run("summary", str(file), "--input", "nx3")
    assert done.code == 2
    assert "'n' is not a size" in done.err


def test_the_library_takes_letters() -> None:
    net = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1440, 10))
    assert str(tuple(net(convcalc.Tensor("N", 1, 28, 28)).shape)) == "(N, 10)"
    found = convcalc.summary(net, ("N", 1, 28, 28))
    assert found.rows[2]["outputs"] == [["N", 10, 12, 12]]
    assert found.models[0]["conditions"] == []
    body = convcalc.summary(nn.Conv2d(3, 8, 7), ("N", 3, "H", "W"))
    assert body.models[0]["outputs"][0]["shape"] == ["N", 8, "H - 6", "W - 6"]
    assert [c["text"] for c in body.models[0]["conditions"]] == ["H: any from 7", "W: any from 7"]
    assert "for H: any from 7" in str(body)
    lazy = str(convcalc.summary(nn.Sequential(nn.Flatten(), nn.LazyLinear(4)), (2, 3, "H")))
    assert "(2, 3*H)" in lazy
    assert "Parameters  12*H + 4 (all trainable)" in lazy
    with pytest.raises(TypeError, match="must be tuple of ints"):
        convcalc.Tensor("NN", 3)


def test_a_file_that_wants_real_ints_gets_them(tmp_path: pathlib.Path) -> None:
    layers = "self.a32 = nn.Conv2d(3, 8, 3)"
    model = summary(tmp_path, layers, "return getattr(self, f'a{x.shape[2]}')(x)", "--input", "Nx3xHxH")
    assert model["outputs"][0]["shape"] == [2, 8, 30, 30]
    assert [c["text"] for c in model["conditions"]] == ["N: 2", "H: 32"]
    assert model["diagnostics"] == []
