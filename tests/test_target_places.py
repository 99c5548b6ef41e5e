"""Where the report says that a model is: its class in the file that was named, else where it was built, in whatever file."""

from __future__ import annotations

from pathlib import Path

from command import summary

NET = """\
from torch import nn


class Net(nn.Linear):
    pass


def build():
    return Net(4, 2)
"""


def test_a_model_of_another_file_is_placed_there(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    script = tmp_path / "train.py"
    script.write_text("import torch\nfrom net import build\n\n\n\n\n\n\n\n\n\n\nbuild()(torch.zeros(1, 4))\n")
    target = summary(script).models[0]["target"]
    assert (target["file"], target["line"]) == (str(tmp_path / "net.py"), 9)


def test_a_class_of_the_file_itself_is_placed_by_its_definition(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(NET)
    target = summary(f"{file}::build()", "--input", "1x4").models[0]["target"]
    assert (target["file"], target["line"]) == (str(file), 4)
