"""`convcalc check --fix` and `--diff`: what they change, and what they leave as it is."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

import pytest
from command import convcalc

NET = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(1050, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = FLATTEN
        return self.fc(x)


net = Net()
out = net(torch.randn(8, 1, 28, 28))
"""
FLATTENINGS = (
    "x.view(x.size(0), -1)", "x.view(x.shape[0], -1)", "x.view(-1, x.size(1) * x.size(2) * x.size(3))", "x.reshape(x.size(0), -1)",
    "x.flatten(1)", "torch.flatten(x, 1)", "torch.flatten(x, start_dim=1)", "nn.Flatten()(x)",
)  # fmt: skip


def net(flatten: str = FLATTENINGS[0]) -> str:
    return NET.replace("FLATTEN", flatten)


def errors(path: pathlib.Path) -> list[dict[str, object]]:
    done = convcalc("check", path, "--format", "json", "--isolated")
    return [d for d in json.loads(done.out)["files"][0]["diagnostics"] if d["severity"] == "error"]


@pytest.mark.parametrize("flatten", FLATTENINGS)
def test_the_plain_mnist_net(tmp_path: pathlib.Path, flatten: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(net(flatten))
    done = convcalc("check", path, "--isolated")
    assert done.code == 1
    assert f"{path}:17:" in done.out  # the line of the call
    assert f"nn.Linear(1568, 10) at {path}:11 (1568 = 32 * 7 * 7)" in done.out
    [error] = errors(path)
    assert (error["rule"], error["expected"], error["actual"]) == ("linear-in-features", 1050, 1568)
    assert error["constructor"]["line"] == 11  # type: ignore[index]
    first = error["suggestions"][0]  # type: ignore[index]
    assert (first["old"], first["new"], first["line"], first["certain"]) == (
        "nn.Linear(1050, 10)",
        "nn.Linear(1568, 10)",
        11,
        True,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("nn.Linear(1050, 10)", "nn.Linear(1568, 10)"),
        ("nn.Linear(in_features=1050, out_features=10)", "nn.Linear(in_features=1568, out_features=10)"),
        ("nn.Linear(32 * 8 * 8, 10)", "nn.Linear(32 * 7 * 7, 10)"),
        ("nn.Linear(32*8*8, 10)", "nn.Linear(32 * 7 * 7, 10)"),
        ("nn.Sequential(nn.ReLU(), nn.Linear(1050, 10))", "nn.Sequential(nn.ReLU(), nn.Linear(1568, 10))"),
    ],
)
def test_the_number_is_written_as_it_was(tmp_path: pathlib.Path, before: str, after: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(net().replace("nn.Linear(1050, 10)", before))
    done = convcalc("check", path, "--fix", "--isolated")
    assert (done.code, done.err) == (0, f"Fixed 1 error in {path}\n")
    assert path.read_text() == net().replace("nn.Linear(1050, 10)", after)


ORIGINS = {
    "default": ("def __init__(self, features=1050):", "features", "features=1568"),
    "constant": ("FEATURES = 1050\n", "FEATURES", "FEATURES = 1568"),
    "product": ("FEATURES = 32 * 5 * 5\n", "FEATURES", "FEATURES = 32 * 7 * 7"),
    "table": ('config = {"channels": 16, "features": 1050}\n', 'config["features"]', '"features": 1568'),
    "option": (
        'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--features", type=int, default=1050)\nargs = parser.parse_args()\n',
        "args.features", "default=1568",
    ),
    "class": ("class Config:\n    features = 1050\n\n", "Config.features", "    features = 1568"),
    "method": ("sizes = [16, 1050]\n", "sizes[1]", "[16, 1568]"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ORIGINS)
def test_a_number_is_followed_to_where_it_was_written(tmp_path: pathlib.Path, kind: str) -> None:
    setting, name, mended = ORIGINS[kind]
    text = net().replace("nn.Linear(1050, 10)", f"nn.Linear({name}, 10)")
    text = (
        text.replace("def __init__(self):", setting)
        if kind == "default"
        else text.replace("class Net", setting + "\n\nclass Net")
    )
    path = tmp_path / "model.py"
    path.write_text(text)
    done = convcalc("check", path, "--fix", "--isolated")
    assert done.code == 0, done.out
    assert mended in path.read_text()
    assert f"nn.Linear({name}, 10)" in path.read_text()


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: ("# -*- coding: latin-1 -*-\n# Übung mit é\n" + text).encode("latin1"),
        lambda text: ("# 中文注释\n" + text.replace("x = x.view", "图 = x\n        x = x.view")).encode(),
        lambda text: text.replace("    ", "\t").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("        self.fc", "        '''中'''; self.fc").encode(),
    ],
    ids=["crlf", "bom", "latin-1", "chinese", "tabs", "no last line end", "characters before it"],
)
def test_only_the_changed_characters_differ(tmp_path: pathlib.Path, encode: object) -> None:
    before = encode(net())  # type: ignore[operator]
    path = tmp_path / "model.py"
    path.write_bytes(before)
    path.chmod(0o750)
    assert convcalc("check", path, "--fix", "--isolated").code == 0
    assert path.read_bytes() == before.replace(b"1050", b"1568")
    assert path.stat().st_mode & 0o777 == 0o750
    assert os.listdir(tmp_path) == ["model.py"]


def test_several_errors_are_mended_one_after_another(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    text = net().replace("nn.Conv2d(16, 32", "nn.Conv2d(6, 32")
    path.write_text(text)
    done = convcalc("check", path, "--fix", "--isolated")
    assert done.code == 0, done.out + path.read_text()
    assert done.err == f"Fixed 2 errors in {path}\n"
    assert convcalc("check", path, "--isolated").code == 0
    assert path.read_text() == net().replace("nn.Linear(1050", "nn.Linear(1568")


def test_what_there_is_to_guess_is_told_and_not_made(tmp_path: pathlib.Path) -> None:
    """A window of which size is meant? One guess leaves the whole file as it is."""
    path = tmp_path / "model.py"
    text = net().replace("1050", "1568").replace("MaxPool2d(2)", "MaxPool2d(200)")
    path.write_text(text)
    assert convcalc("check", path, "--fix", "--isolated").code == 1
    assert path.read_text() == text
    [error] = errors(path)
    assert error["suggestions"][0]["new"] == "nn.MaxPool2d(2)"  # type: ignore[index]
    assert not any(fix["certain"] for fix in error["suggestions"])  # type: ignore[attr-defined]


CHAIN = """\
import torch
import torch.nn as nn

net = nn.Sequential(nn.Conv2d(3, 23, 3), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 64, 3))
net(torch.randn(2, 3, 16, 16))
"""


def test_an_error_that_an_edit_brings_about_is_not_fixed_by_another_edit(tmp_path: pathlib.Path) -> None:
    """`BatchNorm2d(23)` and then `Conv2d(23, 64, 3)` would pass: one number, 23 for 32, explains it all."""
    path = tmp_path / "model.py"
    path.write_text(CHAIN)
    assert convcalc("check", path, "--fix", "--isolated").code == 1
    assert path.read_text() == CHAIN
    [error] = errors(path)
    assert error["suggestions"][0]["new"] == "nn.Conv2d(3, 32, 3)"  # type: ignore[index]


def test_all_or_nothing(tmp_path: pathlib.Path) -> None:
    """A file that would still fail is left as it is."""
    path = tmp_path / "model.py"
    text = net() + "\n\nvalue = Net()(out, out, nothing=3)\n"
    path.write_text(text)
    done = convcalc("check", path, "--fix", "--isolated")
    assert done.code == 1
    assert done.err == ""
    assert path.read_text() == text


def test_what_is_ignored_is_not_mended(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    text = net().replace("return self.fc(x)", "return self.fc(x)  # convcalc: ignore[linear-in-features]")
    path.write_text(text)
    assert convcalc("check", path, "--fix", "--isolated").code == 0
    assert path.read_text() == text


def test_a_correct_file_is_not_touched(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(net().replace("1050", "1568"))
    os.utime(path, (1, 1))
    done = convcalc("check", path, "--fix", "--isolated")
    assert (done.code, done.err, path.stat().st_mtime) == (0, "", 1)


def test_a_link_stays_a_link(tmp_path: pathlib.Path) -> None:
    (tmp_path / "real.py").write_text(net())
    (tmp_path / "link.py").symlink_to("real.py")
    assert convcalc("check", tmp_path / "link.py", "--fix", "--isolated").code == 0
    assert (tmp_path / "link.py").is_symlink()
    assert "1568" in (tmp_path / "real.py").read_text()


def test_the_patch_applies(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.py"
    path.write_text(net())
    done = convcalc("check", "model.py", "--diff", "--isolated")
    assert done.code == 1
    assert path.read_text() == net()
    tool = shutil.which("patch")
    call = [tool, "-p0"] if tool else ["git", "apply", "-p0", "--unsafe-paths", "-"]
    subprocess.run(call, input=done.out, text=True, check=True, capture_output=True)
    assert path.read_text() == net().replace("1050", "1568")


def test_a_batch_that_is_written_out_becomes_any_batch(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(net("x.view(8, -1)").replace("1050", "1568"))
    done = convcalc("check", path, "--fix", "--isolated")
    assert done.code == 0
    assert path.read_text() == net("x.view(x.size(0), -1)").replace("1050", "1568")


def test_suggestions_carry_their_place(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(net())
    [error] = errors(path)
    for s in error["suggestions"]:  # type: ignore[attr-defined]
        lines = path.read_text().splitlines()
        assert s["line"] == s["end_line"]
        assert lines[s["line"] - 1][s["column"] - 1 : s["end_column"] - 1] == s["old"]
        assert s["reason"]


def test_a_summary_names_the_fix_that_was_tried(tmp_path: pathlib.Path) -> None:
    """The number that the layer gets is no fix where its two sides were swapped: it only moves the error on."""
    source = (
        "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Linear(64, 784)\n        self.b = nn.Linear(64, 10)\n\n    def forward(self, x):\n"
        "        return self.b(self.a(x))\n\nNet()(torch.randn(8, 784))\n"
    )
    (tmp_path / "net.py").write_text(source)
    done = convcalc("summary", tmp_path / "net.py", "--format", "json")
    (found,) = (d for d in done.models[0]["diagnostics"] if d["severity"] == "error")
    (fix,) = found["suggestions"]
    assert (fix["old"], fix["new"]) == ("nn.Linear(64, 784)", "nn.Linear(784, 64)")
    assert (fix["applicability"], fix["certain"]) == ("safe", True)


def test_a_diagnostic_is_read_back_as_it_was(tmp_path: pathlib.Path) -> None:
    from convcalc.check.diagnostic import Diagnostic

    rules = ("linear-in-features", "last-batch", "batch-hard-coded", "channels-last", "unused-layer")
    folder = pathlib.Path(__file__).parent / "rules"
    done = convcalc("check", *(folder / rule / "faulty.py" for rule in rules), "--format", "json")
    found = [d for file in json.loads(done.out)["files"] for d in file["diagnostics"]]
    assert {d["rule"] for d in found} == set(rules)
    assert [Diagnostic.from_dict(d).to_dict() for d in found] == found


def test_a_summary_names_the_fix_with_each_model_that_the_error_is_shown_with(tmp_path: pathlib.Path) -> None:
    (tmp_path / "net.py").write_text(
        "import torch\nfrom torch import nn\nbody = nn.Linear(4, 6)\nhead = nn.Linear(5, 2)\nhead(body(torch.randn(3, 4)))\n"
    )
    done = convcalc("summary", tmp_path / "net.py", "--format", "json")
    errors = [d for model in done.models for d in model["diagnostics"] if d["severity"] == "error"]
    assert len(errors) == 2
    assert [d["suggestions"][0]["new"] for d in errors] == ["nn.Linear(6, 2)"] * 2
