"""Packages that import lazily, in part, or with Python's own machinery: what they give is known, and what cannot be run takes nothing else with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

LAZY = """
import sys
from typing import TYPE_CHECKING

from .machinery import _LazyModule, is_there, NotThere

_structure = {"models": []}
try:
    if not is_there("tensorflow"):
        raise NotThere()
except NotThere:
    _structure["dummies"] = [name for name in dir(sys) if 1 / 0]

if TYPE_CHECKING:
    from .models import *
    from .outputs import Output as Output
    try:
        if not is_there("torch"):
            raise NotThere()
    except NotThere:
        from .dummies import *
    else:
        from .heads import Head
else:
    sys.modules[__name__] = _LazyModule(__name__, globals()["__file__"], _structure, module_spec=__spec__)
"""
PACKAGE = {
    "family/__init__.py": LAZY,
    "family/machinery.py": "import importlib.util\nimport importlib.metadata\nfrom types import ModuleType\n\nclass NotThere(BaseException):\n    pass\n\ndef is_there(name):\n"
    "    if importlib.util.find_spec(name) is None:\n        return False\n    return importlib.metadata.version(name).startswith('2.13')\n\nclass _LazyModule(ModuleType):\n    def __init__(self, *args, **kwargs):\n        raise RuntimeError('not here')\n",
    "family/outputs.py": "from dataclasses import dataclass\nfrom collections import OrderedDict\n\nclass _Told(type):\n    def __setattr__(cls, name, value):\n        super().__setattr__(name, value)\n\n"
    "class Base(OrderedDict, metaclass=_Told):\n    def __post_init__(self):\n        for name in ('hidden',):\n            OrderedDict.__setitem__(self, name, getattr(self, name))\n\n@dataclass\nclass Output(Base):\n    hidden: object = None\n",
    "family/heads.py": "from torch import nn\n\nclass Head(nn.Linear):\n    pass\n",
    "family/models/__init__.py": "import sys\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from .bird import *\n    from .fish import *\nelse:\n    sys.modules[__name__] = None\n",
    "family/models/bird/__init__.py": "import sys\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from .configuration_bird import *\n    from .modeling_bird import *\nelse:\n    sys.modules[__name__] = None\n",
    "family/models/bird/configuration_bird.py": "import copy\n\nclass BirdConfig:\n    names = {'size': 'width'}\n\n    def __getattribute__(self, key):\n        if key != 'names' and key in super().__getattribute__('names'):\n            key = super().__getattribute__('names')[key]\n"
    "        return super().__getattribute__(key)\n\n    def __init__(self, width=8):\n        self.width = width\n\n__all__ = ['BirdConfig']\n",
    "family/models/bird/modeling_bird.py": "import copy\nimport logging\nimport os\nimport json\nimport threading\nfrom torch import nn\nfrom ...outputs import Output\n\nlock = threading.RLock()\nlogger = logging.getLogger(__name__)\n\n"
    "class Quiet(logging.Filter):\n    pass\n\ndef handle(handler: logging.Handler | None) -> None: ...\n\nbroken = 1 / 0\n\nwith open(os.path.join(os.path.dirname(__file__), 'bird.json')) as f:\n    WINGS = json.load(f)['wings']\n\n"
    "class BirdModel(nn.Module):\n    def __init__(self, config):\n        super().__init__()\n        self.config = copy.deepcopy(config)\n        self.layer = nn.Linear(self.config.size, WINGS)\n\n    def forward(self, x):\n        with lock:\n            return Output(hidden=self.layer(x))\n\n__all__ = ['BirdModel']\n",
    "family/models/bird/bird.json": '{"wings": 6}',
    "family/models/fish/__init__.py": "raise RuntimeError('nobody asked for fish')\n",
    "family-1.0.dist-info/METADATA": "Name: family\nVersion: 1.0\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site-packages")
    for name, text in PACKAGE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def models_of(site: Path, folder: Path, text: str) -> Any:
    (folder / "net.py").write_text(text)
    done = convcalc("summary", folder / "net.py", "--format", "json", path=site)
    return json.loads(done.out)["models"]


def test_a_lazy_package_gives_what_it_lists(site: Path, tmp_path: Path) -> None:
    text = "import torch\nfrom family import BirdConfig, BirdModel\n\nnet = BirdModel(BirdConfig(width=4))\nout = net(torch.zeros(2, 4))\nshape = out['hidden'].view(3, 4)\n"
    (model,) = models_of(site, tmp_path, text)
    assert model["target"]["class"] == "BirdModel"
    assert model["totals"]["params"] == 4 * 6 + 6
    assert model["outputs"][0]["shape"] == [2, 6]


def test_a_name_behind_a_condition_of_the_list(site: Path, tmp_path: Path) -> None:
    (model,) = models_of(site, tmp_path, "import torch\nfrom family import Head\n\nHead(3, 5)(torch.zeros(1, 3))\n")
    assert model["totals"]["params"] == 20


def test_what_failed_in_a_package_is_unknown_and_its_cause_told(site: Path, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import torch\nfrom torch import nn\nfrom family.models.bird.modeling_bird import broken\n\nnet = nn.Linear(broken, 2)\nnet(torch.zeros(1, 3))\n"
    )
    done = convcalc("summary", tmp_path / "net.py", path=site)
    assert "Parameters  ?" in done.out
    assert "ZeroDivisionError" in done.err


def test_a_hash_of_a_text_in_a_hash(tmp_path: Path) -> None:
    """`hash` of a text is another one in each run; what `__hash__` returns must be a number all the same."""
    (tmp_path / "net.py").write_text(
        "import torch\nfrom torch import nn\n\nclass Key:\n    def __init__(self, name):\n        self.name = name\n\n    def __hash__(self):\n        return hash(tuple(hash(part) for part in self.name))\n\n"
        "    def __eq__(self, other):\n        return self.name == other.name\n\nsizes = {Key('ab'): 3}\nnn.Linear(sizes[Key('ab')], 2)(torch.zeros(1, 3))\n"
    )
    done = convcalc("check", tmp_path / "net.py")
    assert (done.code, "No shape errors" in done.out) == (0, True)


@pytest.mark.parametrize("call", ["net(input_ids=x, labels=x)", "net.encode(x)"])
def test_a_model_that_was_not_built_is_not_passed_over_in_silence(tmp_path: Path, call: str) -> None:
    (tmp_path / "net.py").write_text(
        f"import torch\n\ndef build():\n    raise RuntimeError(torch.hub.get_dir())\n\nnet = build()\nx = torch.zeros(1, 8)\nout = {call}\n"
    )
    for command in ("summary", "check"):
        assert convcalc(command, tmp_path / "net.py").code == 3
