"""What was made fast answers as its plain definition does."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

import convcalc.nn as nn
from convcalc.analysis.counts import all_param_counts, param_counts
from convcalc.analysis.results import UNKNOWN_TOTALS, ModelReport, Row, Target
from convcalc.nn.module import named_modules
from convcalc.report.table import WIDE, _cells, _tree
from convcalc.tensor import make
from convcalc.tensor.dtypes import dtype_of
from convcalc.tensor.values import LOST, Values, picked, rounded
from convcalc.trace import Recorder


def test_elements_of_a_view() -> None:
    choice = random.Random(7)
    for _ in range(2000):
        shape = [choice.randrange(0, 4) for _ in range(choice.randrange(0, 4))]
        strides = [choice.choice([0, 1, 2, 3, 5, -1, -2]) for _ in shape]
        values = list(range(60))
        start = 25
        expected = [values[start + sum(i * s for i, s in zip(place, strides))] for place in product(*map(range, shape))]
        assert picked(values, shape, strides, start) == expected


def test_a_view_beyond_the_elements() -> None:
    for shape, strides, start in (([5], [1], 0), ([2, 3], [3, 1], 0), ([2], [1], 3), ([], [], 4)):
        with pytest.raises(IndexError):
            picked([1, 2, 3, 4], shape, strides, start)


def test_rounding() -> None:
    kinds: list[tuple[str, list[Any], list[Any] | None]] = [
        ("int64", [1, -2], [1, -2]), ("int64", [True, 2.9], [1, 2]), ("uint8", [255, 256, -1], [255, 0, 255]), ("int8", [127, 128], [127, -128]),
        ("int64", [1 << 63], [-(1 << 63)]), ("float32", [0.1], [0.10000000149011612]), ("int64", [], []), ("int64", [1, LOST], None),
        ("float32", [LOST], None), ("bool", [0, 3], [False, True]), ("int64", ["a"], None),
    ]  # fmt: skip
    for name, values, expected in kinds:
        found = rounded(values, dtype_of(name))
        assert found == expected
        assert expected is None or (type(found) is Values and list(map(type, found)) == list(map(type, expected)))


def row(**fields: Any) -> Row:
    """A row of a model's own, with some other fields."""
    usual: dict[str, Any] = {
        "path": "", "type": "Net", "kind": "module", "leaf": True, "depth": 0, "call": 0, "inputs": (), "outputs": (),
        "params": 0, "own_params": 0, "macs": 0, "file": "m.py", "line": 1,
    }  # fmt: skip
    return Row(**{**usual, **fields})


def plain_tree(depths: list[int]) -> list[str]:
    """The branches by their definition: a branch goes on where the next row that lies no deeper lies as deep."""
    lines = []
    for i, depth in enumerate(depths):
        line = ""
        for level in range(1, depth + 1):
            goes_on = next((d for d in depths[i + 1 :] if d <= level), 0) == level
            line += WIDE[0 if goes_on else 1] if level == depth else WIDE[2 if goes_on else 3]
        lines.append(line)
    return lines


def test_the_branches_of_the_tree() -> None:
    choice = random.Random(3)
    for _ in range(500):
        depths = [0]
        for _ in range(choice.randrange(0, 12)):
            depths.append(choice.randrange(0, depths[-1] + 2))
        assert _tree([row(depth=depth) for depth in depths], WIDE) == plain_tree(depths)


def test_parameters_that_are_shared_count_once() -> None:
    inner = nn.Linear(3, 4)
    twin = nn.Linear(3, 4)
    twin.weight = inner.weight
    model = nn.Sequential(inner, nn.Sequential(inner, twin))
    assert param_counts(model) == (0, 12 + 4 + 4)
    assert param_counts(model[1]) == (0, 12 + 4 + 4)
    assert param_counts(twin) == (16, 16)
    assert all_param_counts(model) == {}


def test_parameters_added_up_from_the_leaves() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.BatchNorm2d(4), nn.MultiheadAttention(4, 2)), nn.ReLU())
    counts = all_param_counts(model)
    assert counts == {id(module): param_counts(module) for _, module in named_modules(model)}
    assert len(counts) == 7


def plain_modules(root: Any, memo: set[Any], prefix: str, once: bool) -> Any:
    """`named_modules` by its definition."""
    if root in memo:
        return
    if once:
        memo.add(root)
    yield prefix, root
    for name, module in root._modules.items():
        if module is not None:
            yield from plain_modules(module, memo, f"{prefix}.{name}" if prefix else name, once)


def test_walking_the_modules() -> None:
    choice = random.Random(11)
    for _ in range(200):
        made: list[Any] = [nn.ReLU()]
        for _ in range(choice.randrange(1, 9)):
            made.append(nn.Sequential(*[choice.choice(made) for _ in range(choice.randrange(0, 4))]))
        made[-1].register_module("none", None)
        for once in (True, False):
            expected = list(plain_modules(made[-1], {made[1]}, "root", once))
            assert list(named_modules(made[-1], {made[1]}, "root", once)) == expected


def test_a_module_that_is_replaced_while_they_are_walked() -> None:
    model = nn.Sequential(nn.Sequential(nn.ReLU(), nn.ReLU()), nn.ReLU())
    seen = []
    for name, _ in model.named_modules():
        seen.append(name)
        if name == "0":
            model[0][1] = nn.Sequential(nn.Tanh())
            model[1] = nn.Sequential(nn.Tanh())
    assert seen == ["", "0", "0.0", "0.1", "0.1.0", "1", "1.0"]


def test_calls_inside_a_model_lie_where_the_user_calls_it() -> None:
    """A package's layer calls further layers; the file knows only its own line."""
    names: dict[str, Any] = {"nn": nn}
    exec(
        compile(
            "class Outer(nn.Module):\n    def __init__(self, inner):\n        super().__init__()\n        self.inner = inner\n"
            "    def forward(self, x):\n        return self.inner(self.inner(x)) + x\n",
            "package.py",
            "exec",
        ),
        names,
    )
    names["hooked"] = lambda module, args: module.extra(args[0])
    exec(
        compile(
            "def through(model, x):\n    return model(x)\nmodel = Outer(Outer(nn.ReLU()))\nmodel.extra = nn.Tanh()\n"
            "model.inner.register_forward_hook(lambda m, a, r: model.extra(r))\n",
            "user.py",
            "exec",
        ),
        names,
    )
    x = make((2, 3), dtype_of(None))
    with Recorder({"user.py"}) as record:
        names["through"](names["model"], x)
    places = {(call.type, call.file, call.line) for call in record.calls}
    assert {line for kind, _, line in places if kind != "Tanh" and not kind.startswith("torch.")} >= {2}
    assert ("Tanh", "user.py", 5) in places
    assert {file for _, file, _ in places} == {"user.py"}
    assert {(call.type, call.line) for call in record.calls if call.kind == "module"} == {
        ("Outer", 2),
        ("ReLU", 2),
        ("Tanh", 5),
    }
    assert all(call.f_code is not None and call.f_back is None for call in record.calls)


def test_a_row_has_its_cells() -> None:
    target = Target(file="m.py", line=1, class_name="Net", call="Net()")
    model = ModelReport(target=target, inputs=(), mode=None, outputs=(), totals=UNKNOWN_TOTALS, diagnostics=())
    assert _cells(row(outputs=((1,),)), None, model) == ["Net", "", "(1,)", "-"]
