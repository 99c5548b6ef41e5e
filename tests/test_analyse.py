"""`convcalc.analyse`: all that one run of a file tells, of texts that are not saved too; cancelled, timed, in this process."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import convcalc

COLUMNS = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 keeps no columns")

MODEL = """\
import torch
from torch import nn
from layers import width

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(8, width), nn.Linear(width, 2)

    def forward(self, x):
        return self.b(self.a(x)).relu() + self.b(self.a(x))

Net()(torch.rand(3, 8))
"""
ENDLESS = "import torch\nn = 0\nfor i in range(10 ** 12):\n    n += i\n"
BROKEN = MODEL.replace("from layers import width\n", "width = 4\n").replace("nn.Linear(8,", "nn.Linear(9,")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "layers.py").write_text("width = 4\n")
    (tmp_path / "model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _stretch(line: str, row: Any) -> str:
    """What a row's columns say of its line."""
    return line[row.column - 1 : row.end_column - 1]


@COLUMNS
def test_rows_tell_several_calls_on_a_line_apart(project: Path) -> None:
    found = convcalc.analyse("model.py")
    assert found.ok
    lines = MODEL.splitlines()
    written = [_stretch(lines[(row.line or 0) - 1], row) for row in found.rows]
    assert written == [
        "Net()(torch.rand(3, 8))", "self.a(x)", "self.b(self.a(x))", "self.b(self.a(x)).relu()", "self.a(x)", "self.b(self.a(x))",
        "self.b(self.a(x)).relu() + self.b(self.a(x))",
    ]  # fmt: skip
    assert {row.file for row in found.rows} == {"model.py"}
    assert [row.end_line for row in found.rows] == [row.line for row in found.rows]
    (given,) = found.models[0].inputs
    assert (given.name, given.shape, given.dtype, given.source) == ("x", (3, 8), "float32", "script")


@COLUMNS
def test_columns_are_of_characters(project: Path) -> None:
    text = "import torch\n\nété = torch.rand(2); ã = torch.relu(été); b = torch.cat([ã, ã])\n"
    found = convcalc.analyse(source=text, path="é.py")
    line = text.splitlines()[2]
    assert [_stretch(line, row) for row in found.rows] == [
        "torch.rand(2)", "torch.relu(été)", "torch.cat([ã, ã])",
    ]  # fmt: skip


@COLUMNS
def test_a_call_over_several_lines_has_its_end(project: Path) -> None:
    found = convcalc.analyse(source="import torch\ny = torch.cat(\n    [torch.rand(2)],\n)\n")
    assert [(row.line, row.column, row.end_line, row.end_column) for row in found.rows] == [(3, 6, 3, 19), (2, 5, 4, 2)]


def test_one_run_tells_what_the_commands_tell(root: Path) -> None:
    """The rows are those of a summary, the diagnostics those of a check."""
    file = root / "examples" / "mnist_broken.py"
    found = convcalc.analyse(file)
    placed = {"column", "end_line", "end_column"}
    rows = [{key: row[key] for key in row if key not in placed} for row in found.rows]
    assert rows == [row.to_dict() for row in convcalc.summary(file).rows]
    assert found.diagnostics == tuple(convcalc.check(file).diagnostics)
    assert found.exit_code == 1


def test_fixes_are_edits(project: Path) -> None:
    found = convcalc.analyse(source=BROKEN, path="model.py")
    (error,) = found.errors
    fix = error.fixes[0]
    assert (error.rule, fix.applicability) == ("linear-in-features", "safe")
    lines = BROKEN.splitlines()
    line = lines[fix.line - 1]
    assert fix.column is not None
    assert fix.end_column is not None
    assert line[fix.column - 1 : fix.end_column - 1] == fix.old
    lines[fix.line - 1] = line[: fix.column - 1] + fix.new + line[fix.end_column - 1 :]
    assert convcalc.analyse(source="\n".join(lines), path="model.py").ok


def test_a_text_that_is_not_saved(project: Path) -> None:
    wider = MODEL.replace("torch.rand(3, 8)", "torch.rand(5, 8)")
    assert convcalc.analyse("model.py", source=wider).models[0].outputs[0].shape == (5, 2)
    assert convcalc.analyse(source=wider, path="new.py").rows[0].file == "new.py"
    assert convcalc.analyse(source=wider.encode(), path="model.py::Net", inputs=["7x8"]).models[0].outputs[0].shape == (
        7,
        2,
    )
    assert (project / "model.py").read_text() == MODEL
    assert not (project / "new.py").exists()


def test_other_open_files_are_laid_over_the_project(project: Path) -> None:
    wider = convcalc.analyse("model.py", files={"layers.py": "width = 6\n"})
    assert wider.models[0].totals.params == 8 * 6 + 6 + 6 * 2 + 2
    elsewhere = {"parts/__init__.py": "", "parts/sizes.py": "width = 5\n"}
    text = MODEL.replace("from layers", "from parts.sizes")
    assert convcalc.analyse("model.py", source=text, files=elsewhere).models[0].totals.params == 8 * 5 + 5 + 5 * 2 + 2
    fault = convcalc.analyse(
        "model.py", files={str(project / "layers.py"): "import torch\nwidth = torch.rand(2) @ torch.rand(3)\n"}
    )
    assert [(Path(d.file or "").name, d.line) for d in fault.errors] == [("layers.py", 2)]
    settings = 'import json\nimport torch\ntorch.rand(json.load(open("c.json"))["n"])\n'
    assert convcalc.analyse(source=settings, path="s.py", files={"c.json": '{"n": 7}'}).rows[0].outputs == ((7,),)


@pytest.mark.parametrize("name", [".env.json", "secrets.json", "../c.json", "c.pem"])
def test_an_overlay_grants_nothing(project: Path, name: str) -> None:
    """What a file may not read on the disk it may not read in an overlay."""
    text = f'import json\nimport torch\ntorch.rand(json.load(open({name!r}))["n"])\n'
    found = convcalc.analyse(source=text, path="s.py", files={name: '{"n": 7}'})
    assert found.rows == () or found.rows[0].outputs != ((7,),)


def test_an_overlay_outside_of_the_project_is_not_found(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "layers.py"
    found = convcalc.analyse("model.py", files={str(other): "width = 6\n"})
    assert found.models[0].totals.params == 8 * 4 + 4 + 4 * 2 + 2


@COLUMNS
def test_a_notebook_that_is_not_saved(project: Path) -> None:
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": "import torch"}, {**cell, "source": "x = torch.rand(2)\ny = x @ torch.rand(3)"}]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found = convcalc.analyse(source=text, path="t.ipynb")
    assert [(row.cell, row.line, row.column) for row in found.rows] == [(2, 1, 5), (2, 2, 9), (2, 2, 5)]
    (error,) = found.errors
    assert (error.cell, error.line) == (2, 2)


def test_sizes_that_fit(root: Path) -> None:
    found = convcalc.analyse(root / "examples" / "mnist.py", fits=True)
    fits = found.models[0].fits
    assert fits is not None
    assert {sizes.letters: sizes.words for sizes in fits.sizes} == {("H", "W"): "28 to 31", ("N",): "any"}


def test_what_is_given(project: Path) -> None:
    text = "from torch import nn\nclass Net(nn.Module):\n    def forward(self, a, b, scale=1):\n        return a @ b if scale else a\n"
    found = convcalc.analyse(source=text, inputs={"b": (3, 4), "a": "2x3"}, arguments={"scale": None}, training=False)
    assert found.models[0].outputs[0].shape == (2, 3)
    assert found.models[0].mode == "eval"
    assert convcalc.analyse(source=text, inputs=[(2, 3), ((3, 4), "float32")]).models[0].outputs[0].shape == (2, 4)


def test_rules_are_chosen(project: Path) -> None:
    assert convcalc.analyse(source=BROKEN, ignore=["linear-in-features"]).errors == ()
    assert convcalc.analyse(source=BROKEN, ignore="linear-in-features").errors == ()
    with pytest.raises(ValueError, match="did you mean linear-in-features"):
        convcalc.analyse(source=BROKEN, select=["linear-in-feature"])


@pytest.mark.parametrize("text", ["import torch\ndef f(:\n", "import torch\n\0", "x = ("])
def test_what_is_no_python_is_a_result(project: Path, text: str) -> None:
    """An editor asks while somebody types."""
    found = convcalc.analyse(source=text, path="model.py")
    assert found.exit_code == 2
    assert [d.rule for d in found.diagnostics] == ["syntax-error"]


def test_wrong_calls(project: Path) -> None:
    for target, told in (
        ("none.py", "no such file"),
        ("model.py::Nope", "no name 'Nope'"),
        ("model.py::", "nothing after"),
    ):
        with pytest.raises(ValueError, match=told):
            convcalc.analyse(target)
    with pytest.raises(TypeError, match=r"takes a file, such as analyse\('train.py'\)"):
        convcalc.analyse()
    with pytest.raises(TypeError, match="not both"):
        convcalc.analyse("model.py", path="model.py")
    with pytest.raises(TypeError, match="summary takes modules"):
        convcalc.analyse(convcalc.nn.Linear(1, 2))
    with pytest.raises(TypeError, match=r"write inputs=\[\(2, 3\)\]"):
        convcalc.analyse("model.py", inputs=(2, 3))
    with pytest.raises(TypeError, match="is no literal"):
        convcalc.analyse("model.py", arguments={"mask": object()})
    with pytest.raises(ValueError, match="from 0"):
        convcalc.analyse("model.py", batch=-1)
    with pytest.raises(TypeError, match="did you mean 'fits'"):
        convcalc.start_analysis("model.py", fit=True)


def test_an_analysis_is_cancelled_with_its_processes(project: Path) -> None:
    running = convcalc.start_analysis(source=ENDLESS)
    time.sleep(0.5)
    assert not running.done()
    group = running._process.pid
    assert running.cancel()
    assert running.done()
    assert running.cancelled()
    assert not running.cancel()
    with pytest.raises(convcalc.AnalysisCancelled):
        running.result()
    if hasattr(os, "killpg"):
        for _ in range(50):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                break
            time.sleep(0.1)
        else:
            pytest.fail("a process is left")


def test_time_on_the_clock_and_of_the_processor(project: Path) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        convcalc.analyse(source=ENDLESS, timeout=0.5)
    assert time.monotonic() - began < 5
    (late,) = convcalc.analyse(source=ENDLESS, seconds=0.5).diagnostics
    assert (late.rule, late.line in (3, 4)) == ("not-analysed", True)


def test_several_at_a_time(project: Path) -> None:
    running = [convcalc.start_analysis("model.py", batch=n) for n in (2, 3)]
    with convcalc.start_analysis(source=ENDLESS) as endless:
        shapes = [one.result(60).models[0].outputs[0].shape for one in running]
    assert shapes == [(2, 2), (3, 2)]
    assert endless.cancelled()
    assert running[0].result() == running[0].result()


def test_in_this_process(project: Path) -> None:
    text = BROKEN + "\ntorch.Tensor.twice = lambda self: self\n"
    for source in (text, MODEL):
        here = convcalc.analyse(source=source, path="model.py", in_process=True)
        there = convcalc.analyse(source=source, path="model.py")
        assert here.to_dict() == {key: value for key, value in there.to_dict().items() if key != "missing_locks"}
    assert not hasattr(convcalc.Tensor, "twice")
    with pytest.raises(ValueError, match="takes no timeout"):
        convcalc.analyse("model.py", in_process=True, timeout=1)
    with pytest.raises(ValueError, match="no such file"):
        convcalc.analyse("none.py", in_process=True)


def test_the_caller_runs_nothing_of_the_file(project: Path) -> None:
    found = convcalc.analyse(
        source="import os\nimport torch\nos.environ['FROM_THE_FILE'] = '1'\nopen('written', 'w')\n"
    )
    assert (found.models, found.diagnostics, found.ok) == ((), (), True)
    assert "FROM_THE_FILE" not in os.environ
    assert not (project / "written").exists()


def test_a_result_does_not_change_and_reads_as_its_json(project: Path) -> None:
    found = convcalc.analyse("model.py")
    with pytest.raises(AttributeError, match="does not change"):
        found.rows[0].params = 0
    with pytest.raises(AttributeError):
        del found.models[0].totals
    assert found.rows[0]["params"] == found.rows[0].params
    assert found.models[0]["target"]["class"] == found.models[0].target.class_name
    assert found["models"][0]["inputs"][0]["from"] == "script"
    assert "method" not in found.models[0].target
    assert found.models[0].target.method is None
    again = convcalc.FileAnalysis.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again == found
    assert str(found).startswith("Net()  model.py:5\n  x: (3, 8) float32, as the script feeds it")
