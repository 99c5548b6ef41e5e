"""What comes from packages that are not here: bases, mixins, decorators, registries. A true verdict or an honest unknown, never an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nfrom dataclasses import dataclass, field\n"
NET = """
class Net({bases}):
    def __init__(self, width=4):
        super().__init__({given})
        self.register_buffer("mean", torch.zeros(3))
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        return self.fc(x)

net = Net()
{use}
net(torch.zeros(3, {size}))
"""


def check(tmp_path: Path, text: str) -> tuple[int, list[tuple[str, str, str]], list[dict[str, Any]]]:
    """The exit code of a check, its findings that are no notes, and its models."""
    path = tmp_path / "model.py"
    path.write_text(HEAD + text, encoding="utf8")
    done = convcalc("check", path, "--isolated", "--format", "json")
    entries = json.loads(done.out)["files"]
    found = [d for entry in entries for d in entry["diagnostics"] if d["severity"] != "note"]
    return done.code, [(d["severity"], d["rule"], d["message"]) for d in found], entries[0]["models"]


def errors(found: list[tuple[str, str, str]]) -> list[str]:
    return [rule for severity, rule, _ in found if severity == "error"]


# bases

BESIDE_MODULE = {
    "behind it": ("nn.Module, HubMixin", ""),
    "before it": ("HubMixin, nn.Module", ""),
    "before it, with arguments": ("HubMixin, nn.Module", "width, config=None"),
    "two of them": ("HubMixin, nn.Module, LoggingMixin", ""),
    "one with a subscript": ("nn.Module, Registry['models']", ""),
    "one that is called": ("nn.Module, mixin('models')", ""),
}


@pytest.mark.parametrize("name", BESIDE_MODULE)
def test_a_base_beside_module(tmp_path: Path, name: str) -> None:
    bases, given = BESIDE_MODULE[name]
    head = "from hub import HubMixin, LoggingMixin, Registry, mixin\n"
    use = "net.push_to_hub('me')\nNet.from_pretrained('me')\nassert not hasattr(net, 'nothing')"
    fits = head + NET.format(bases=bases, given=given, use=use, size=4)
    assert check(tmp_path, fits)[:2] == (0, [])
    code, found, _ = check(tmp_path, head + NET.format(bases=bases, given=given, use=use, size=5))
    assert (code, errors(found)) == (1, ["linear-in-features"])


def test_a_base_that_may_add_parameters(tmp_path: Path) -> None:
    text = "from hub import HubMixin\n" + NET.format(bases="HubMixin, nn.Module", given="", use="", size=4)
    assert check(tmp_path, text)[2][0]["totals"]["params"] is None
    text = "from hub import HubMixin\n" + NET.format(bases="nn.Module, HubMixin", given="", use="", size=4)
    assert check(tmp_path, text)[2][0]["totals"]["params"] == 10


def test_a_class_with_a_base_that_may_add_parameters_as_a_target(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "from torch import nn\nfrom hub import HubMixin\nclass Base(nn.Module, HubMixin):\n    pass\n"
        "class Net(Base):\n    def __init__(self, size=3):\n        super().__init__()\n        self.fc = nn.Linear(size, 3)\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    )
    assert convcalc("check", f"{tmp_path}/model.py::Net(4)", "--input", "1,4").code == 0
    assert convcalc("check", f"{tmp_path}/model.py::Net(4)", "--input", "1,5").code == 1
    (model,) = convcalc("summary", f"{tmp_path}/model.py::Net(4)", "--input", "1,4", "--format", "json").models
    assert (model["outputs"][0]["shape"], model["totals"]["params"]) == ([1, 3], 15)


@pytest.mark.parametrize(("size", "code"), [(64, 0), (60, 1)])
def test_what_a_model_raises_itself_comes_of_no_base(tmp_path: Path, size: int, code: int) -> None:
    (tmp_path / "model.py").write_text(
        "import torch\nfrom torch import nn\nfrom hub import HubMixin\nclass Net(nn.Module, HubMixin):\n    def __init__(self):\n"
        "        super().__init__()\n        self.conv = nn.Conv2d(3, 4, 3, padding=1)\n    def forward(self, x):\n        h, w = x.shape[-2:]\n"
        "        if h % 32 != 0 or w % 32 != 0:\n            raise RuntimeError(f'{h} by {w} is not divisible by 32')\n"
        f"        return self.conv(x)\nNet()(torch.zeros(1, 3, 64, {size}))\n"
    )
    assert convcalc("check", tmp_path / "model.py").code == code


ALONE = NET.replace('        self.register_buffer("mean", torch.zeros(3))\n', "")


@pytest.mark.parametrize("size", [4, 5])
@pytest.mark.parametrize("given", ["", "width, 3, mode='a'"])
def test_a_model_on_an_absent_base_is_not_known(tmp_path: Path, size: int, given: str) -> None:
    text = "import zoo\n" + ALONE.format(bases="zoo.models.Base", given=given, use="net = net.to('cpu')", size=size)
    code, found, _ = check(tmp_path, text)
    assert code == 3
    assert [severity for severity, _, _ in found] == ["unknown"]
    assert "zoo.models.Base (the base of Net)" in found[0][2]
    assert "zoo.models.Base" in convcalc("summary", f"{tmp_path}/model.py::Net").err


def test_what_holds_a_layer_on_an_absent_base(tmp_path: Path) -> None:
    text = """
from zoo import Block

class Own(Block):
    def __init__(self, channels):
        super().__init__(channels, groups=2)
        self.extra = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        return self.extra(super().forward(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = Own(8)
        self.last = nn.Linear(17, 2)

    def forward(self, x):
        return self.last(self.second(self.first(x)).flatten(1))

Net()(torch.zeros(2, {}, 9, 9))
"""
    _, found, models = check(tmp_path, text.format(3))
    assert errors(found) == []
    assert models[0]["totals"]["params"] is None
    assert errors(check(tmp_path, text.format(4))[1]) == ["conv-channels"]


OBJECTS = {
    "a data set": "class Data(Base):\n    def __init__(self, root):\n        super().__init__(root)\n    def __len__(self): return 3\n"
    "data = Data('x')\nassert len(data) == 3\nfor item in data: pass\nfirst = data[0]\nwidth = data.num_features\n",
    "an abstract one": "from abc import ABC, abstractmethod\nclass Own(ABC, Base):\n    @abstractmethod\n    def f(self): ...\n"
    "class Other(Own):\n    def f(self): return 3\nassert Other(1).f() == 3\n",
    "with options of the class": "class Own(Base, name='x', registry=True):\n    pass\nOwn(3).run()\n",
    "registered by its own class": "class Own(Base):\n    pass\n@Own.register('a')\nclass Other(Own):\n    pass\nOther.by_name('a')(3)\n",
    "used as a context": "class Own(Base):\n    pass\nwith Own() as own:\n    own.step()\nx = own + 1\nif own > 2: pass\n",
    "an exception": "class Own(Base, ValueError):\n    pass\ntry:\n    raise Own('x')\nexcept ValueError:\n    pass\n",
    "a dict": "class Own(Base, dict):\n    pass\nassert Own(a=1)['a'] == 1\n",
    "an enumeration": "import enum\nclass Own(Base, enum.Enum):\n    A = 1\nOwn.A\n",
    "a tuple": "class Own(Base, tuple):\n    pass\nassert len(Own((1, 2))) == 2\n",
    "old-fashioned": "class Own(Base):\n    def __init__(self):\n        Base.__init__(self, 3)\n        self.a = 1\nassert Own().a == 1\n",
    "a new method": "class Own(Base):\n    def __new__(cls, *args):\n        return super().__new__(cls, *args)\nOwn(1, 2)\n",
    "a property": "class Own(Base):\n    @property\n    def p(self): return super().p + 1\nOwn(1).p\n",
    "a generic one": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Own(Base, Generic[T]):\n    pass\nOwn[int](3).x\n",
}
MODEL = "nn.Linear(4, 2)(torch.zeros(3, {}))\n"


@pytest.mark.parametrize("name", OBJECTS)
def test_objects_on_an_absent_base(tmp_path: Path, name: str) -> None:
    text = "from nowhere import Base\n" + OBJECTS[name]
    assert check(tmp_path, text + MODEL.format(4))[:2] == (0, [])
    in_model = f"class Net(nn.Module):\n    def forward(self, x):\n{''.join('        ' + line for line in OBJECTS[name].splitlines(keepends=True))}"
    _, found, _ = check(tmp_path, f"from nowhere import Base\n{in_model}        return x\nNet()(torch.zeros(3, 4))\n")
    assert errors(found) == [], found
    assert errors(check(tmp_path, text + MODEL.format(5))[1]) == ["linear-in-features"]


FIELDS = {
    "a settings class": "class Settings(BaseModel):\n    width: int = 4\nsettings = Settings(width=8)\n",
    "by place": "class Settings(BaseModel):\n    width: int = 4\nsettings = Settings(8)\n",
    "a dataclass": "@dataclass\nclass Settings(BaseModel):\n    width: int = 4\nsettings = Settings('a', 8)\n",
    "a dataclass with fields of its base": "@dataclass\nclass Settings(BaseModel):\n    width: int = 8\nsettings = Settings(depth=3)\n",
    "a class that a decorator completes": "@define\nclass Settings:\n    width: int = 4\nsettings = Settings(8)\n",
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_the_absent_constructor_sets(tmp_path: Path, name: str) -> None:
    """A default of the class is not the value."""
    text = (
        "from pedantic import BaseModel, define\n" + FIELDS[name] + "nn.Linear(settings.width, 2)(torch.zeros(3, 8))\n"
    )
    assert errors(check(tmp_path, text)[1]) == []


# decorators

DECORATED = """
import hydra, triton_like as triton
from numba_like import njit
from registry import MODELS, typed

@njit
def width(n):
    return 2 * n

@triton.jit
def kernel(x, y, BLOCK: int):
    pass

@MODELS.register_module(name="net")
class Net(nn.Module):
    @typed
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(width(n), 2)

    @typed(strict=True)
    def forward(self, x):
        y = torch.empty_like(x)
        kernel[(4,)](x, y, BLOCK=4)
        return self.fc(y)

@MODELS.register
def build(n=4):
    return Net(n)

@hydra.main(config_path="conf")
def main(cfg):
    raise RuntimeError

build()(torch.zeros(3, {}))
width.py_func(3)
if __name__ == "__main__":
    main()
"""


def test_decorators(tmp_path: Path) -> None:
    assert check(tmp_path, DECORATED.format(8))[:2] == (0, [])
    assert errors(check(tmp_path, DECORATED.format(9))[1]) == ["linear-in-features"]
    noted = convcalc("summary", tmp_path / "model.py").err
    assert "what @numba_like.njit makes of a function is not known" in noted


def test_an_error_of_the_function_itself_stays_one(tmp_path: Path) -> None:
    text = "from numba_like import njit\n@njit\ndef f(x):\n    return len(3)\nclass Net(nn.Module):\n    def forward(self, x):\n        return f(x)\nNet()(torch.zeros(3))\n"
    assert errors(check(tmp_path, text)[1]) == ["python-error"]


# annotations

ANNOTATED = """
import typing
from typing import ClassVar, get_type_hints

@dataclass
class Settings:
    kind: "ClassVar[str]" = "tiny"
    other: "typing.ClassVar[dict]" = {}
    width: "int" = 8
    net: "Net" = None

class Net(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        hints = get_type_hints(Settings)
        assert hints["width"] is int and hints["net"] is Net
        assert typing.get_type_hints(Net.forward) == {"x": torch.Tensor, "return": type(None)}
        self.fc = nn.Linear(settings.width, 2)

    def forward(self, x: torch.Tensor) -> None:
        return self.fc(x)

Net(Settings(16))(torch.zeros(3, 16))
"""


def test_annotations_that_are_texts(tmp_path: Path) -> None:
    assert check(tmp_path, ANNOTATED)[:2] == (0, [])


def test_annotations_that_all_are_texts(tmp_path: Path) -> None:
    """`from __future__ import annotations` writes each annotation out again, as it stood."""
    path = tmp_path / "model.py"
    path.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import ClassVar\nimport torch\nfrom torch import nn\n"
        "@dataclass\nclass Settings:\n    name: ClassVar[str] = 'tiny'\n    width: int = 8\n"
        "nn.Linear(Settings(16).width, 2)(torch.zeros(3, 16))\n"
    )
    assert convcalc("check", path, "--isolated").code == 0


# stand-ins


def test_an_error_of_a_stand_in_that_met_something_unknown(tmp_path: Path) -> None:
    text = """
import numpy as np
import nowhere
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.size = np.prod(np.array(nowhere.sizes, dtype=nowhere.kind).reshape(nowhere.shape))
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
Net()(torch.zeros(3, 4))
"""
    assert errors(check(tmp_path, text)[1]) == []
