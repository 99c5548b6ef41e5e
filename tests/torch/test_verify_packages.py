"""`convcalc verify package.module::expression`: the real package beside its source read by convcalc."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from command import Done, convcalc

from convcalc.verify.torchvision_operations import non_maximum_suppression

LAYERS = """\
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.fc = nn.Linear(features, 10)

    def forward(self, x):
        return self.fc(torch.flatten(x, 1))
"""
MODEL = """\
from torch import nn

from .layers import Head


def build(size):
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), Head(8 * (size - 2) ** 2))
"""
# what a torchvision does whose library does not load beside the torch that is there
REGISTRATIONS = """\
import torch


@torch.library.register_fake("torchvision::nms")
def meta_nms(dets, scores, iou_threshold):
    return dets.new_empty(0)
"""


def verified(folder: Path, target: str, *options: str) -> Done:
    return convcalc("verify", target, *options, path=folder, timeout=300)


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    package = tmp_path / "smallzoo"
    package.mkdir()
    (package / "__init__.py").write_text("from .model import build\n")
    (package / "layers.py").write_text(LAYERS)
    (package / "model.py").write_text(MODEL)
    return tmp_path


def test_a_package_agrees(zoo: Path) -> None:
    done = verified(zoo, "smallzoo::build(8)", "--input", "1x3x8x8")
    assert done.code == 0, done.out + done.err
    assert "9 of 9 agree" in done.out  # three counts, five calls of modules, the verdict


def test_a_refusal_in_another_file_of_the_package_agrees(zoo: Path) -> None:
    done = verified(zoo, "smallzoo::build(8)", "--input", "1x3x9x9", "--all-rows")
    assert done.code == 0, done.out + done.err
    assert done.out.count("refused in layers.py:11") == 2


def test_a_package_that_cannot_be_imported_is_said_so(zoo: Path) -> None:
    (zoo / "smallzoo" / "__init__.py").write_text("import not_there_at_all\n\nfrom .model import build\n")
    done = verified(zoo, "smallzoo::build(8)", "--input", "1x3x8x8")
    assert done.code == 3
    assert "smallzoo cannot be imported here: ModuleNotFoundError: No module named 'not_there_at_all'" in done.err


def test_torchvision_without_its_compiled_operations(zoo: Path) -> None:
    package = zoo / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text("from . import extension, _meta_registrations, models\n")
    (package / "extension.py").write_text("def _has_ops():\n    return False\n")
    (package / "_meta_registrations.py").write_text(REGISTRATIONS)
    (package / "models.py").write_text("from smallzoo import build\n\n\ndef small():\n    return build(8)\n")
    done = verified(zoo, "torchvision.models::small()", "--input", "1x3x8x8")
    assert done.code == 0, done.out + done.err


def test_suppression_keeps_the_best_of_those_that_overlap() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [1, 1, 11, 11], [20, 20, 30, 30], [0, 0, 10, 10.5], [21, 20, 31, 30]])
    scores = torch.tensor([0.5, 0.9, 0.3, 0.8, 0.4])
    # overlaps: 0 and 1: 81 / 119 = 0.68, 0 and 3: 100 / 105, 1 and 3: 85.5 / 119.5 = 0.72, 2 and 4: 90 / 110 = 0.82
    assert non_maximum_suppression(boxes, scores, 0.5).tolist() == [1, 4]
    assert non_maximum_suppression(boxes, scores, 0.7).tolist() == [1, 0, 4]
    assert non_maximum_suppression(boxes, scores, 0.99).tolist() == [1, 3, 0, 4, 2]
    assert non_maximum_suppression(boxes[:0], scores[:0], 0.5).tolist() == []
