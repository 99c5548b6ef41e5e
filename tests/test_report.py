"""The report: the JSON that interface version 1 promises, and a table whose columns sum to its totals."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from command import convcalc, summary

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    *(ROOT / "examples" / name for name in ("mnist.py", "resnet.py", "unet.py", "autoencoder.py")),
    *(ROOT / "tests" / "scripts" / name for name in ("overrides_train.py", "sliced_config.py")),
]
ROW = {
    "path",
    "type",
    "kind",
    "leaf",
    "depth",
    "call",
    "inputs",
    "outputs",
    "params",
    "own_params",
    "macs",
    "file",
    "line",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_json_has_what_the_interface_promises(file: Path) -> None:
    for model in summary(file).models:
        assert {"target", "inputs", "outputs", "totals", "rows", "diagnostics"} <= set(model)
        assert set(model["target"]) == {"file", "line", "class", "call"}
        assert all(set(given) == {"name", "shape", "dtype", "from"} for given in model["inputs"])
        assert {"params", "trainable_params", "buffers", "macs", "macs_status"} <= set(model["totals"])
        assert all(set(row) >= ROW for row in model["rows"])
        root, *below = model["rows"]
        assert (root["path"], root["depth"], root["call"]) == ("", 0, 0)
        assert root["params"] == model["totals"]["params"]
        assert root["macs"] == model["totals"]["macs"]
        assert all(row["depth"] > 0 and row["kind"] in ("module", "op") for row in below)
        lines = file.read_text(encoding="utf8").splitlines()
        called = model["rows"] if root["line"] else below  # a model of which the script calls a child only has no line
        assert all(row["file"] == str(file) and 1 <= row["line"] <= len(lines) for row in called)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_table_sums_to_its_totals_and_fits_a_terminal(file: Path) -> None:
    text = convcalc("summary", file, "--all-rows").out
    model = summary(file).models[0]
    rule = next(line for line in text.splitlines() if line.startswith("---"))
    ends = [match.end() for match in re.finditer("-+", rule)]
    starts = [match.start() for match in re.finditer("-+", rule)]
    cells = [
        line[starts[3] : ends[3]].strip().replace(",", "")
        for line in text[text.index(rule) + len(rule) :].split("\n\n")[0].splitlines()
    ]
    uncalled = re.search(r"of them +([\d,]+)", text)
    counted = sum(int(cell) for cell in cells if cell.isdigit()) + (
        int(uncalled[1].replace(",", "")) if uncalled else 0
    )
    assert counted == model["totals"]["params"]
    assert all(
        len(line) <= 80 for line in text.splitlines() if not line.startswith(str(ROOT)) and str(ROOT) not in line
    )


def test_a_file_gets_the_report(tmp_path: Path) -> None:
    done = convcalc("summary", FILES[0], "-o", tmp_path / "report.txt")
    assert done.out == ""
    assert (tmp_path / "report.txt").read_text(encoding="utf8") == convcalc("summary", FILES[0]).out
    refused = convcalc("summary", FILES[0], "-o", tmp_path / "no" / "report.txt")
    assert refused.code == 2
    assert "cannot be written" in refused.err


def test_csv_and_markdown() -> None:
    rows = list(csv.DictReader(io.StringIO(convcalc("summary", FILES[0], "--format", "csv").out)))
    assert [row["outputs"] for row in rows if row["path"] == "fc2"] == ["64x10"]
    assert len(rows) == len(summary(FILES[0]).models[0]["rows"])
    markdown = convcalc("summary", FILES[0], "--format", "markdown").out
    assert "| `fc2` | Linear | (64, 10) | 510 |" in markdown


def test_a_pipe_gets_no_escape_codes() -> None:
    assert "\x1b" not in convcalc("summary", FILES[0]).out + convcalc("summary", FILES[0]).err


def test_of_many_outputs_the_first_ones_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "many.py"
    layer = "class Net(nn.Linear):\n    def forward(self, x):\n        return [super(Net, self).forward(x) for _ in range({})]\n"
    for count, shown in ((3, "(2, 4), (2, 4), (2, 4) "), (50, "(2, 4), (2, 4), … 50 in all ")):
        file.write_text(
            f"import torch\nfrom torch import nn\n{layer.format(count)}net = Net(8, 4)\nnet(torch.zeros(2, 8))\n"
        )
        assert shown in convcalc("summary", file).out
        assert len(summary(file).models[0]["outputs"]) == count


HOSTILE = "=cmd|' /C x'!A0\n<b>`](http://e) @all"


@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_names_are_no_markdown_and_no_formulas(tmp_path: Path, form: str) -> None:
    (tmp_path / "m.py").write_text(
        "import torch\nfrom torch import nn\nclass N(nn.Linear): pass\n"
        f"N.__name__ = {HOSTILE!r}\nn = nn.Sequential()\nn.add_module('=1+1|`<b>', N(4, 2))\nn(torch.zeros(1, 4))\n"
    )
    told = convcalc("summary", tmp_path / "m.py", "--format", form)
    assert told.code == 0, told.err
    if form == "csv":
        import csv

        cells = [cell for row in csv.reader(told.out.splitlines()) for cell in row]
        assert not any(cell[:1] in ("=", "+", "-", "@") for cell in cells)
    else:
        rows = [line for line in told.out.splitlines() if line.startswith("|")]
        assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
        assert "<b>" not in told.out.replace("`=1+1\\|'<b>`", "")  # as code, it is text
        assert "](" not in told.out
        assert "@all" not in told.out
