"""What Python's own functions say of something unknown is no error of the program; what they say of the rest stays one."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest
from command import convcalc

PROGRAM = """\
import hashlib, itertools, re, struct, zlib
from datetime import datetime
from decimal import Decimal

import requests
import torch
from torch import nn

page = requests.get("https://example.org").text
SIZES = {{"resnet18": 64, "resnet50": 256}}


class Net(nn.Module):
    def __init__(self, name, parts):
        super().__init__()
        self.name = name
        width = {expression}
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)


Net(page, [page])(torch.zeros(2, 3))
"""
NOT_KNOWN = [
    're.compile("[0-9]+").match(name)', "hashlib.sha1().update(name)", '"".join(parts)', '"resnet18".startswith(name)', '"a b".split(name)',
    '"resnet18".replace("18", name)', 'b"".join([name])', 'struct.unpack("i", name)', 'datetime.strptime(name, "%Y")', '"a b".strip(name)',
    "ord(name)", "list(itertools.islice(SIZES, self.name))", "zlib.crc32(name)", 'str(name, "utf8")', "int(name, 16)", "Decimal(self.name)",
    '"resnet18".encode(name)', "memoryview(parts[0])", 'SIZES[f"resnet{name}"]', 'SIZES["resnet%s" % name]', 'SIZES["resnet" + str(name)]',
    'getattr(self, f"layer{name}")', 'getattr(nn, f"Conv{name}d")(3, 4, 3)', 'int(f"{self.name}")', '["a", "b"].index(str(name))',
    're.match("[0-9]+", f"{name}").group(0)', 'str(name).split("_")[1]',
]  # fmt: skip
REFUSED = {
    'Net.forward(self, name, "a text")': "takes 2 positional arguments but 3 were given",
    'SIZES["vgg"] + len(name)': "KeyError: 'vgg'",
    'hashlib.sha1("a text").hexdigest() + name': "Strings must be encoded before hashing",
    "SIZES(name)": "'dict' object is not callable",
    '("a" + 1, name)': "can only concatenate str",
    '"".join([1, 2]) + str(len(name))': "sequence item 0: expected str instance, int found",
}  # fmt: skip


def _checked(tmp_path: pathlib.Path, expression: str) -> list[dict[str, Any]]:
    path = tmp_path / "model.py"
    path.write_text(PROGRAM.format(expression=expression))
    found = json.loads(convcalc("check", tmp_path, "--isolated", "--format", "json").out)
    return [d for file in found["files"] for d in file["diagnostics"] if d["severity"] == "error"]


@pytest.mark.parametrize("expression", NOT_KNOWN)
def test_given_something_unknown(tmp_path: pathlib.Path, expression: str) -> None:
    assert not _checked(tmp_path, expression)


@pytest.mark.parametrize("expression", REFUSED)
def test_wrong_whatever_the_unknown_is(tmp_path: pathlib.Path, expression: str) -> None:
    found = _checked(tmp_path, expression)
    if sys.version_info < (3, 11) and not found:
        pytest.skip("without columns nobody knows which part of the line has failed")
    assert found
    assert REFUSED[expression] in found[0]["message"]


FILTERED = """\
import torch
from somewhere import condition
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear({features}, 4)

    def forward(self, x, y):
        given = tuple(filter(lambda value: value is not None, (x, y)))
        return self.fc(torch.cat(given, dim=-1))


Net()(torch.zeros(2, 3), {second})
"""


@pytest.mark.parametrize(
    ("features", "second", "is_wrong"), [(8, "condition(5)", False), (3, "None", False), (8, "None", True), (8, "torch.zeros(2, 5)", False)]
)  # fmt: skip
def test_filtered(tmp_path: pathlib.Path, features: int, second: str, is_wrong: bool) -> None:
    (tmp_path / "model.py").write_text(FILTERED.format(features=features, second=second))
    assert ("linear-in-features" in convcalc("check", tmp_path, "--isolated").out) == is_wrong
