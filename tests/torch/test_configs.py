"""Models built from configurations against PyTorch: `convcalc verify` reads the same files and builds them for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command import convcalc

NET = """import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width, depth, classes):
        super().__init__()
        self.body = nn.Sequential(*[nn.Conv2d(3 if i == 0 else width, width, 3) for i in range(depth)])
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))

"""
YAML = "model: {width: 24, depth: 3, classes: '${n}'}\nn: 11\n"
WAYS = {
    "yaml": "import yaml\nfrom pathlib import Path\ncfg = yaml.safe_load((Path(__file__).parent / 'plain.yaml').open())\n",
    "json": "import json, os\ncfg = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'c.json')))\n",
    "toml": "import tomllib, pathlib\ncfg = tomllib.loads((pathlib.Path(__file__).resolve().parent / 'c.toml').read_text())\n",
}
CALL = (
    "net = Net(**cfg['model'])\nprint(net(torch.zeros(2, 3, 20, 30)).shape, sum(p.numel() for p in net.parameters()))\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plain.yaml").write_text(YAML.replace("'${n}'", "11"))
    (tmp_path / "config.yaml").write_text(YAML)
    (tmp_path / "c.json").write_text('{"model": {"width": 24, "depth": 3, "classes": 11}}')
    (tmp_path / "c.toml").write_text("[model]\nwidth = 24\ndepth = 3\nclasses = 11\n")
    return tmp_path


@pytest.mark.parametrize("way", WAYS)
def test_a_model_of_a_configuration_is_that_of_pytorch(project: Path, way: str) -> None:
    if way == "toml" and sys.version_info < (3, 11):
        pytest.skip("Python has no tomllib")
    file = project / "train.py"
    file.write_text(NET + WAYS[way] + CALL)
    printed = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True).stdout
    size, params = printed.strip().rsplit(" ", 1)
    done = convcalc("summary", file)
    assert size == "torch.Size([2, 11])"
    assert f"Parameters  {int(params):,} " in done.out
    assert "(2, 11)" in done.out
    verified = convcalc("verify", file)
    assert verified.code == 0, verified.out + verified.err
    assert "agree" in verified.out


def test_omegaconf_in_verify(project: Path) -> None:
    file = project / "train.py"
    file.write_text(
        NET + f"from omegaconf import OmegaConf\ncfg = OmegaConf.load({str(project / 'config.yaml')!r})\n" + CALL
    )
    verified = convcalc("verify", file)
    assert verified.code == 0, verified.out + verified.err
    assert "agree" in verified.out
