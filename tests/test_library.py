"""The library as docs promise it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import convcalc
from convcalc import nn

ROOT = Path(__file__).resolve().parent.parent


def test_a_net_gives_shapes() -> None:
    net = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1440, 10))
    out = net(convcalc.Tensor(64, 1, 28, 28))
    assert out.shape == (64, 10)
    assert repr(convcalc.Tensor(2, 7, dtype="int64").dtype) == "torch.int64"


def test_a_wrong_linear_raises() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(10, 2))
    with pytest.raises(
        convcalc.ShapeError, match=r"mat1 and mat2 shapes cannot be multiplied \(4x15 and 10x2\)"
    ) as refusal:
        net(convcalc.Tensor(4, 3, 5))
    assert (refusal.value.expected, refusal.value.actual) == (10, 15)


def test_summary_of_a_net() -> None:
    net = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1440, 10))
    report = convcalc.summary(net, (64, 1, 28, 28))
    assert [row["path"] for row in report.rows] == ["", "0", "1", "2", "3"]
    assert report.totals == {
        "params": 14_670, "trainable_params": 14_670, "buffers": 0,
        "macs": 64 * 10 * 24 * 24 * 25 + 64 * 10 * 1440, "macs_status": "exact",
    }  # fmt: skip
    assert report.to_dict()["schema"] == 1
    assert "14,670 (all trainable)" in str(report)


def test_summary_of_a_net_that_does_not_fit_is_a_report() -> None:
    report = convcalc.summary(nn.Sequential(nn.Flatten(), nn.Linear(10, 2)), (4, 3, 5))
    assert report.exit_code == 1
    assert report.diagnostics[0]["rule"] == "linear-in-features"
    assert report.diagnostics[0]["line"] == report.models[0]["target"]["line"]


def test_summary_of_a_file_is_the_commands() -> None:
    report = convcalc.summary(ROOT / "examples" / "mnist.py")
    assert report.models[0]["target"]["class"] == "Net"
    assert report.totals["params"] == 21_840
    given = convcalc.summary(f"{ROOT / 'examples' / 'mnist.py'}::Net", (2, 1, 28, 28))
    assert given.models[0]["outputs"] == [{"shape": [2, 10], "dtype": "float32"}]
    with pytest.raises(ValueError, match="no such file"):
        convcalc.summary("none.py")


def test_element_types_of_inputs() -> None:
    report = convcalc.summary(nn.Embedding(10, 4), ((2, 7), "int64"))
    assert report.models[0]["outputs"] == [{"shape": [2, 7, 4], "dtype": "float32"}]


def test_formulas() -> None:
    assert convcalc.conv_output_size(28, kernel_size=5, padding=2) == 28
    assert convcalc.pool_output_size(5, kernel_size=3, ceil_mode=True) == 2
    assert convcalc.conv_transpose_output_size(14, kernel_size=4, stride=2, padding=1) == 28


def test_functional_init_and_utils_are_torchs() -> None:
    weight = nn.Parameter(convcalc.Tensor(4, 3))
    assert nn.init.xavier_uniform_(weight) is weight
    assert nn.functional.relu(convcalc.Tensor(2, 3)).shape == (2, 3)
    assert nn.utils.parameters_to_vector([weight]).shape == (12,)


def test_importing_the_library_imports_little() -> None:
    code = "import sys, convcalc; convcalc.Tensor(1); print('convcalc.nn' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


BROKEN = ROOT / "examples" / "mnist_broken.py"


def test_check_of_a_file_is_the_commands() -> None:
    report = convcalc.check(BROKEN)
    assert (report.ok, report.exit_code, len(report.errors)) == (False, 1, 1)
    assert (report.diagnostics[0]["rule"], report.diagnostics[0]["line"]) == ("linear-in-features", 23)
    assert report.files[0]["models"][0]["target"]["class"] == "Net"
    assert report.to_dict()["schema"] == 1
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "check", BROKEN], capture_output=True, text=True, check=False
    )
    assert str(report) == done.stdout.rstrip()


def test_check_of_several_targets() -> None:
    report = convcalc.check(ROOT / "examples", f"{ROOT / 'examples' / 'mnist.py'}::Net", exclude=["mnist_broken.py"])
    assert report.ok
    assert len(report.files) == 4
    assert report.passed_over == 1
    given = convcalc.check(f"{ROOT / 'examples' / 'mnist.py'}::Net", (2, 1, 28, 28))
    assert given.files[0]["models"][0]["outputs"] == [{"shape": [2, 10], "dtype": "float32"}]
    with pytest.raises(ValueError, match="no such file"):
        convcalc.check("none.py")
    with pytest.raises(ValueError, match="not_a_setting"):
        convcalc.check(BROKEN, config=ROOT / "tests" / "data" / "wrong.toml")


def test_check_of_a_module() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(10, 2))
    assert convcalc.check(net, (3, 2, 5)).ok
    report = convcalc.check(net, (3, 2, 6))
    assert [d["rule"] for d in report.diagnostics] == ["linear-in-features"]
    assert report.files[0]["file"] == __file__
    assert "rows" not in report.files[0]["models"][0]


def test_assert_fits() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(10, 2))
    convcalc.assert_fits(net, (3, 2, 5))
    with pytest.raises(AssertionError, match=r"(?s)test_library.py:\d+: error\[linear-in-features\].*Found 1 error"):
        convcalc.assert_fits(net, (3, 2, 6))
    convcalc.assert_fits(f"{ROOT / 'examples' / 'mnist.py'}::Net", (2, 1, 28, 28))
    with pytest.raises(AssertionError, match="got 500"):
        convcalc.assert_fits(BROKEN)


def test_check_is_the_function_whatever_is_imported_first() -> None:
    code = "import convcalc.check.rules, convcalc; from convcalc.check import rules; import convcalc.check; print(callable(convcalc.check), sorted(rules.RULES)[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True argument")


# what is given


def outputs(*inputs: Any, module: Any = None, **kwargs: Any) -> list[Any]:
    report = convcalc.summary(module or nn.Identity(), *inputs, **kwargs)
    assert report.exit_code == 0, report.diagnostics
    return [(output.shape, output.dtype) for output in report.models[0].outputs]


class Fed(nn.Module):
    """Gives back what it is given."""

    def forward(self, *inputs: object, **named: object) -> object:
        return list(inputs) + list(named.values())


ONE = [((2, 3), "float32")]


def test_one_input_in_many_forms() -> None:
    for value in (
        (2, 3),
        [2, 3],
        "2x3",
        "2,3",
        "(2, 3)",
        ((2, 3), "float32"),
        [[2, 3], "torch.float32"],
        convcalc.Tensor(2, 3),
    ):
        assert outputs(value) == ONE, value
    for value in ("2x3:int64", ((2, 3), "long"), convcalc.Tensor(2, 3, dtype="int64")):
        assert outputs(value) == [((2, 3), "int64")], value
    assert outputs("Nx3") == outputs(("N", 3)) == [(("N", 3), "float32")]
    assert outputs(()) == outputs("()") == [((), "float32")]


def test_inputs_within_dicts_lists_and_tuples() -> None:
    both = [((2, 3), "float32"), ((4,), "int64")]
    assert outputs({"a": (2, 3), "b": "4:int64"}, module=Fed()) == both
    assert outputs([(2, 3), convcalc.Tensor(4, dtype="int64")], module=Fed()) == both
    assert outputs(((2, 3), ((4,), "int64")), module=Fed()) == both
    assert outputs((2, 3), {"b": [((4,), "int64")]}, module=Fed()) == both
    assert outputs([convcalc.Tensor(2, 3), convcalc.Tensor(4, dtype="int64")], module=Fed()) == both
    assert outputs(a=(2, 3), b=((4,), "int64"), module=Fed()) == both


def test_a_tuple_of_inputs_is_all_of_them() -> None:
    class Two(nn.Module):
        def forward(self, a: object, b: object) -> object:
            return a, b

    assert outputs(((2, 3), (4,)), module=Two()) == [((2, 3), "float32"), ((4,), "float32")]


def test_arguments_that_are_no_inputs() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, scale: Any = None, mode: str = "", *, batch: Any = 0) -> Any:  # type: ignore[override]
            assert (scale, mode, batch) == (2.5, "4", None), (scale, mode, batch)
            return x

    assert outputs((2, 3), scale=2.5, mode="4", batch=None, module=Scaled()) != []


@pytest.mark.parametrize(
    ("value", "error", "told"),
    [
        ("2xx3", ValueError, "input 1 '2xx3': '' is not a size"),
        ("2x3:flat32", ValueError, "is not an element type"),
        (((2, 3), "flaot32"), ValueError, "'flaot32' is no element type: did you mean 'float32'"),
        ((2, -3), ValueError, "-3 is no size"),
        ((2, 3.0), TypeError, "3.0 is no size"),
        ((2, True), TypeError, "True is no size"),
        ((2, 1 << 63), ValueError, "is no size"),
        (None, TypeError, r"input 1 is no input: None; write a shape such as \(64, 1, 28, 28\)"),
        (3, TypeError, "is no input: 3"),
        ({"a": None}, TypeError, r"input 1\['a'\] is no input"),
        ([(2, 3), object], TypeError, r"input 1\[1\] is no input"),
        (("n", 3), ValueError, r"input 1\[0\] 'n'"),
    ],
)  # fmt: skip
def test_what_is_no_input_is_refused_with_its_reason(value: object, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        convcalc.summary(nn.Identity(), value)
    with pytest.raises(error):
        convcalc.check(nn.Identity(), value)


def test_unknown_keywords_are_refused_with_the_near_one() -> None:
    file = ROOT / "examples" / "mnist.py"
    for call in (convcalc.summary, convcalc.check):
        with pytest.raises(TypeError, match="takes no keyword 'traning': did you mean 'training'"):
            call(file, traning=True)
        with pytest.raises(TypeError, match=r"Linear.forward takes no keyword 'inptu': did you mean 'input'"):
            call(nn.Linear(3, 4), inptu=(2, 3))
        with pytest.raises(TypeError, match="True, False or None"):
            call(file, training="train")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes no keyword 'selct': did you mean 'select'"):
        convcalc.check(file, selct=["view-size"])
    with pytest.raises(TypeError, match="takes no keyword 'select'"):
        convcalc.check(nn.Linear(3, 4), (2, 3), select=["view-size"])
    with pytest.raises(TypeError, match="the class Linear: call it"):
        convcalc.summary(nn.Linear, (2, 3))
    with pytest.raises(TypeError, match="input 1 of a file is one tensor, not dict"):
        convcalc.summary(file, {"x": (2, 3)})


def test_options_of_a_file() -> None:
    file = ROOT / "examples" / "mnist.py"
    report = convcalc.summary(file, "2x1x28x28", expression="Net()", training=False)
    assert (report.models[0].mode, report.models[0].outputs[0].shape) == ("eval", (2, 10))
    assert convcalc.summary(file, batch=7).models[0].outputs[0].shape == (7, 10)
    checked = convcalc.check(f"{file}::Net", "2x1x28x28", fits=True)
    assert checked.files[0].models[0].outputs[0].shape == (2, 10)
    assert checked.files[0].models[0].fits is not None
    with pytest.raises(ValueError, match="10s"):
        convcalc.summary(file, seconds="10s")


def test_a_letter_stands_for_the_size_that_fits() -> None:
    report = convcalc.summary(nn.Linear(3, 2), "NxHxC")
    assert (report.exit_code, report.models[0].outputs[0].shape) == (0, ("N", "H", 2))
    assert [condition.text for condition in report.models[0].conditions or ()] == ["C: 3"]
    assert convcalc.check(nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)), "NxCxHxW").ok
    assert not convcalc.check(nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(9)), "NxCxHxW").ok


def test_files_are_a_table() -> None:
    with pytest.raises(TypeError, match="files is a table of texts"):
        convcalc.analyse(source="x = 1\n", path="a.py", files=["x"])  # type: ignore[arg-type]
