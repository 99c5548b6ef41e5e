"""Configuration files: what a loaded file may read of its project, where it is looked for, and that nothing else is read."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import Done
from config_escapes import CONFIG_ESCAPES, CONFIG_HOLDING

from convcalc.source.configs import LARGEST, Configs
from convcalc.source.guard import Refused

HEAD = "import torch\nfrom torch import nn\n"
ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, target: object, *arguments: object, code: str | None = None) -> Done:
    """`convcalc summary` in a folder."""
    call = [sys.executable, "-m", "convcalc", "summary", str(target), "--format", "json", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return Done(subprocess.run(call, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=env, stdin=subprocess.DEVNULL))  # fmt: skip


def params(done: Done) -> list[int | None]:
    assert done.code == 0, done.err
    return [model["totals"]["params"] for model in done.models]


# reading

CFG = {"model": {"width": 48, "classes": 5}, "lr": 0.001}
YAML = "model:\n  width: 48\n  classes: 5\nlr: 1e-3\n"
NET = HEAD + "class Net(nn.Module):\n    def __init__(self, width, classes):\n        super().__init__()\n        self.fc = nn.Linear(width, classes)\n    def forward(self, x):\n        return self.fc(x)\n"  # fmt: skip
USE = "\nnet = Net(**cfg['model'])\nnet(torch.zeros(2, 48))\n"
PARAMS = [48 * 5 + 5]
WAYS = {
    "yaml.safe_load": "import yaml\ncfg = yaml.safe_load(open('config.yaml'))",
    "yaml.load": "import yaml\nwith open('config.yaml', encoding='utf-8') as f:\n    cfg = yaml.load(f, Loader=yaml.FullLoader)",
    "yaml.full_load": "import yaml\ncfg = yaml.full_load(open('config.yaml', 'rb'))",
    "yaml of a text": "import yaml\nfrom pathlib import Path\ncfg = yaml.safe_load(Path('config.yaml').read_text())",
    "yaml by a function": "import yaml\ndef load(path):\n    with open(path, 'r') as f:\n        return yaml.safe_load(f)\ncfg = load('config.yaml')",
    "yaml by the C loader": "import yaml\ntry:\n    from yaml import CSafeLoader as Loader\nexcept ImportError:\n    from yaml import SafeLoader as Loader\ncfg = yaml.load(open('config.yaml'), Loader)",
    "json.load": "import json\ncfg = json.load(open('config.json'))",
    "json.loads": "import json, pathlib\ncfg = json.loads(pathlib.Path('config.json').read_bytes())",
    "Path.open": "import json\nfrom pathlib import Path\nwith Path('config.json').open() as f:\n    cfg = json.load(f)",
    "beside the file": "import json, os\nwith open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'config.json')) as f:\n    cfg = json.load(f)",
    "beside the file, by Path": "import json\nfrom pathlib import Path\ncfg = json.loads((Path(__file__).resolve().parent / 'config.json').read_text())",
    "from the current folder": "import json, os\ncfg = json.load(open(os.path.join(os.getcwd(), 'config.json')))",
    "if it is there": "import json, os\nif os.path.exists('config.json') and os.path.isfile('config.json') and not os.path.isdir('config.json'):\n    cfg = json.load(open('config.json'))",
    "if another is not there": "import json\nfrom pathlib import Path\npath = Path('local.json')\nif not path.exists():\n    path = Path('config.json')\ncfg = json.load(path.open())",
    "tomllib": "import tomllib\ncfg = tomllib.load(open('config.toml', 'rb'))",
    "configparser": "import configparser\np = configparser.ConfigParser()\np.read('config.ini')\ncfg = {'model': {'width': p.getint('model', 'width'), 'classes': int(p['model']['classes'])}}",
    "a default of argparse": "import argparse, yaml\np = argparse.ArgumentParser()\np.add_argument('--config', default='config.yaml')\nargs = p.parse_args()\ncfg = yaml.safe_load(open(args.config))",
    "argparse.Namespace": "import argparse, json\nns = argparse.Namespace(**json.load(open('config.json')))\ncfg = {'model': ns.model}",
    "lines of a text": "cfg = {'model': {'width': 48, 'classes': len([line.strip() for line in open('classes.txt')])}}",
    "OmegaConf.load": "from omegaconf import OmegaConf\ncfg = OmegaConf.load('config.yaml')",
    "OmegaConf, attributes": "from omegaconf import OmegaConf\nc = OmegaConf.merge(OmegaConf.load('config.yaml'), OmegaConf.from_cli())\ncfg = {'model': dict(width=c.model.width, classes=c.model.classes)}",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "config.yaml").write_text(YAML)
    (folder / "config.json").write_text(json.dumps(CFG))
    (folder / "config.toml").write_text("[model]\nwidth = 48\nclasses = 5\n")
    (folder / "config.ini").write_text("[model]\nwidth = 48\nclasses = 5\n")
    (folder / "classes.txt").write_text("".join(f"class {i}\n" for i in range(5)))
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_a_configuration_is_read(project: Path, way: str) -> None:
    if "tomllib" in way and sys.version_info < (3, 11):
        pytest.skip("Python has no tomllib")
    (project / "train.py").write_text(NET + WAYS[way] + USE)
    done = run(project, "train.py")
    assert params(done) == PARAMS
    assert "was not run" not in done.err


def test_beside_the_file_where_the_current_folder_has_none(project: Path) -> None:
    (project / "train.py").write_text(NET + WAYS["json.load"] + USE)
    done = run(project.parent, "project/train.py")
    assert params(done) == PARAMS
    assert "note: project/train.py:10: config.json was read in project: the current folder has none" in done.err


def test_the_current_folder_goes_first(project: Path) -> None:
    (project / "scripts").mkdir()
    (project / "scripts" / "train.py").write_text(NET + WAYS["json.load"] + USE)
    (project / "scripts" / "config.json").write_text("{}")
    assert params(run(project, "scripts/train.py")) == PARAMS


def test_a_file_of_a_marked_project_reads_above_its_folder(project: Path) -> None:
    (project / "scripts").mkdir()
    (project / "scripts" / "train.py").write_text(NET + "import json\ncfg = json.load(open('../config.json'))" + USE)
    outside = run(project / "scripts", "train.py")
    assert "was not run: it leads out of the project" in outside.err
    (project / "pyproject.toml").touch()
    assert params(run(project / "scripts", "train.py")) == PARAMS


def test_a_notebook_reads_beside_itself(project: Path) -> None:
    from notebooks import notebook, write

    write(project / "train.ipynb", notebook(NET, WAYS["json.load"], USE))
    assert params(run(project.parent, "project/train.ipynb")) == PARAMS


def test_what_is_not_there_is_told(project: Path) -> None:
    (project / "train.py").write_text(NET + "import json\ncfg = json.load(open('other.json'))\n" + USE)
    done = run(project, "train.py")
    assert "open('other.json') was not run: there is no such file in the project" in done.err


LOADING = {"yaml": "yaml.safe_load(f)", "json": "json.load(f)", "tomllib": "tomllib.load(f)"}


@pytest.mark.parametrize("name", LOADING)
def test_what_follows_a_configuration_that_is_not_there_is_analysed(project: Path, name: str) -> None:
    """An unknown configuration is a value that is not known, not the end of the function that reads it."""
    if name == "tomllib" and sys.version_info < (3, 11):
        pytest.skip("Python has no tomllib")
    main = f"import {name}\ndef main():\n    with open('other.{name}', 'rb') as f:\n        cfg = {LOADING[name]}\n    net = Net(48, 5)\n    for epoch in range(3):\n        net(torch.zeros(2, 48))\n        rate = cfg['lr'] * 2\nmain()\n"
    (project / "train.py").write_text(NET + main)
    assert params(run(project, "train.py")) == PARAMS


def test_without_pyyaml_it_is_unknown(project: Path) -> None:
    (project / "train.py").write_text(NET + WAYS["OmegaConf.load"] + USE)
    code = (
        "import sys; from convcalc.source.finding import Finder; locate = Finder.locate; "
        "Finder.locate = lambda self, name: None if name.startswith('yaml') else locate(self, name); "
        "from convcalc.cli import main; sys.argv[1:] = ['summary', 'train.py', '--format', 'json']; sys.exit(main())"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", code]
    done = Done(subprocess.run(call, capture_output=True, text=True, check=False, cwd=project, env=env))
    assert "module yaml is not analysed: what comes from it is unknown" in done.err
    assert PARAMS[0] not in [model["totals"]["params"] for model in (done.models if done.out else [])]


# refusing


@pytest.fixture
def walled(tmp_path: Path) -> Path:
    """A project with links and files that lead out of it, beside a folder with what it may not read."""
    outside, project = tmp_path / "outside", tmp_path / "project"
    for folder in (outside, project, project / "conf", project / ".git", project / "folder.json"):
        folder.mkdir()
    for suffix in ("json", "txt"):
        (outside / f"other.{suffix}").write_text('"LEAK"')
    (outside / "other.ini").write_text("[LEAK]\na = 1\n")
    (outside / "other.toml").write_text('LEAK = "LEAK"\n')
    (outside / "other.yaml").write_text("LEAK: 1\n")
    (project / "plain.json").write_text('"plain"')
    for hidden in (
        ".env.json",
        ".git/config.cfg",
        "conf/credentials.json",
        "gha-creds-0123.json",
        "Secrets.yaml",
        "model.key",
        "LICENSE",
        "model.KEY.JSON",
    ):
        (project / hidden).write_text('"LEAK"')
    links = {"link.json": "../outside/other.json", "linked": "../outside", "twice.json": "link.json", "kind.json": "model.key", "passwd.txt": "/etc/passwd", "environ.txt": "/proc/self/environ", "descriptor.txt": "/proc/self/fd/0", "shown.json": ".env.json", "zero.json": "/dev/zero", "stdin.txt": "/dev/stdin", "loop.json": "loop.json"}  # fmt: skip
    for name, target in links.items():
        (project / name).symlink_to(target)
    os.mkfifo(project / "pipe.json")
    (project / "huge.json").write_bytes(b"[" + b"1," * LARGEST + b"1]")
    (project / "nearly.txt").write_bytes(b"x" * LARGEST)
    (project / "binary.json").write_bytes(b"LEAK\0\1\2")
    (project / "deep.json").write_text("[" * 200_000)
    (project / "bomb.yaml").write_text(
        "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    )
    (project / "reader.py").write_text(f"text = open({str(outside / 'other.json')!r}).read()\n")
    return project


SHOW = "\nshown = str(read)\nclass Net(nn.Module):\n    def forward(self, x): return x\nNet.__name__ = ('LE' + 'AKED') if 'LE' 'AK' in shown or 'ro' 'ot:' in shown or len(shown) > 500_000 or 'PATH=' in shown else 'Net'\nNet()(torch.zeros(1))\n"  # fmt: skip


@pytest.mark.parametrize("name", CONFIG_ESCAPES)
def test_nothing_else_is_read(walled: Path, name: str) -> None:
    attempt = CONFIG_ESCAPES[name].replace("OUTSIDE", str(walled.parent / "outside"))
    (walled / "model.py").write_text(HEAD + attempt + SHOW)
    before = sorted(str(path) for path in walled.parent.rglob("*"))
    done = run(walled, "model.py")
    assert done.code in (0, 3), done.err
    assert "LEAKED" not in done.out
    assert "LEAK" not in done.err
    assert "root:" not in done.out + done.err
    assert "Traceback" not in done.err
    assert sorted(str(path) for path in walled.parent.rglob("*")) == before
    assert (walled / "plain.json").read_text() == '"plain"'


@pytest.mark.parametrize("name", CONFIG_HOLDING)
def test_nothing_that_is_read_holds(walled: Path, name: str) -> None:
    (walled / "model.py").write_text(HEAD + CONFIG_HOLDING[name] + SHOW)
    done = run(walled, "model.py", "--seconds", "1")
    assert done.seconds < 8
    assert done.code in (0, 3), done.err
    assert "LEAKED" not in done.out or name == "many"
    assert "was not run: " in done.err or name in ("many", "a bomb of aliases", "a deep file")
    assert "Traceback" not in done.err


def test_the_attempts_would_be_seen(walled: Path) -> None:
    """What the tests above look for is there where reading is allowed."""
    (walled / "open.json").write_text('"LEAK"')
    (walled / "model.py").write_text(HEAD + "read = open('open.json').read()" + SHOW)
    assert "LEAKED" in run(walled, "model.py").out


def test_a_link_that_is_put_in_place_meanwhile(walled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that becomes a link between the check of a path and its opening."""
    monkeypatch.chdir(walled)
    (walled / "conf" / "secret.txt").write_text("plain")
    (walled / "conf" / "a.txt").write_text("plain")
    (walled.parent / "outside" / "a.txt").write_text("LEAK")
    configs = Configs("model.py", None, str(walled))
    assert configs.read("conf/a.txt")[0] == b"plain"
    real = os.open

    def swapped(path: Any, *arguments: Any, **options: Any) -> int:
        (walled / "conf").rename(walled / "moved")
        (walled / "conf").symlink_to("../outside")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(Refused, match="exchanged"):
        configs.read("conf/a.txt")


def test_the_home_folder_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.source.configs.HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "work").mkdir(parents=True)
    (tmp_path / "home" / "keys.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "home")
    (tmp_path / "home" / "setup.py").touch()
    with pytest.raises(Refused, match="leads out of the project"):
        Configs("work/model.py", None, str(tmp_path / "home")).read("keys.json")
    with pytest.raises(Refused, match="leads out of the project"):
        Configs("model.py", None, str(tmp_path / "home")).read("keys.json")


# the stand-in for omegaconf, beside the real one

OMEGA = {
    "types": (
        "a: 1\nb: 1e-3\nc: 2020-01-01\nd: yes\ne: 1_000\nf: ~\ng: '5'\nh: 1.\ni: 1:30\nj: 0x1f\n",
        "OmegaConf.to_container(c)",
        "{'a': 1, 'b': 0.001, 'c': '2020-01-01', 'd': True, 'e': 1000, 'f': None, 'g': '5', 'h': 1.0, 'i': 90, 'j': 31}",
    ),
    "reference": ("a: {w: 3, x: '${a.w}', y: '${.w}', z: '${..b}'}\nb: 7\n", "[c.a.x, c.a.y, c.a.z]", "[3, 3, 7]"),
    "reference to a node": ("a: {w: 3}\nb: ${a}\n", "[c.b.w, c.b == c.a]", "[3, True]"),
    "reference in text": ("a: 3\nb: net_${a}_${.a}\n", "c.b", "'net_3_3'"),
    "reference by a reference": ("a: {x: 1, y: 2}\nk: y\nb: ${a.${k}}\n", "c.b", "2"),
    "reference to an item": ("a: [4, 5]\nb: ${a.1}\nd: ${a[0]}\n", "[c.b, c.d]", "[5, 4]"),
    "missing value": (
        "a: ???\n",
        "[c.get('a'), 'a' in c, OmegaConf.is_missing(c, 'a'), c.get('q', 4)]",
        "[None, False, True, 4]",
    ),
    "missing key": ("a: 1\n", "[hasattr(c, 'b'), c.get('b'), list(c.keys()), len(c)]", "[False, None, ['a'], 1]"),
    "sequence": (
        "a: [1, 2, 3]\n",
        "[list(c.a), c.a[1:], c.a == [1, 2, 3], len(c.a), isinstance(c.a, (list, tuple)), c.a[-1]]",
        "[[1, 2, 3], [2, 3], True, 3, False, 3]",
    ),
    "mapping": (
        "a: {b: 1}\n",
        "[dict(c.a), isinstance(c, dict), sorted(c), [k for k in c.items()]]",
        "[{'b': 1}, False, ['a'], [('a', {'b': 1})]]",
    ),
    "merge": (
        "a: {b: 1, c: [1, 2]}\n",
        "OmegaConf.to_container(OmegaConf.merge(c, {'a': {'c': [3]}, 'd': 4}))",
        "{'a': {'b': 1, 'c': [3]}, 'd': 4}",
    ),
    "merge keeps references": ("a: 1\nb: ${a}\n", "OmegaConf.merge(c, {'a': 5}).b", "5"),
    "dot list": (
        "a: {b: 1}\n",
        "OmegaConf.to_container(OmegaConf.merge(c, OmegaConf.from_dotlist(['a.b=3', 'a.q=[1,2]', 'z=1e-4', 'n='])))",
        "{'a': {'b': 3, 'q': [1, 2]}, 'z': 0.0001, 'n': None}",
    ),
    "update": (
        "a: {b: 1}\n",
        "(OmegaConf.update(c, 'a.d.e', 5), OmegaConf.update(c, 'a', {'b': 2}), OmegaConf.to_container(c))[2]",
        "{'a': {'b': 2, 'd': {'e': 5}}}",
    ),
    "select": (
        "a: {b: [1, 2]}\n",
        "[OmegaConf.select(c, 'a.b[1]'), OmegaConf.select(c, 'a.q'), OmegaConf.select(c, 'z.q', default=3)]",
        "[2, None, 3]",
    ),
    "set": (
        "a: {b: 1}\n",
        "(setattr(c.a, 'n', [1, {'x': 2}]), c.a.n[1].x, type(c.a.n).__name__)[1:]",
        "(2, 'ListConfig')",
    ),
    "resolve": (
        "a: 1\nb: [1, '${a}']\n",
        "(OmegaConf.resolve(c), OmegaConf.to_container(c, resolve=False))[1]",
        "{'a': 1, 'b': [1, 1]}",
    ),
    "unresolved": ("a: 1\nb: ${a}\n", "OmegaConf.to_container(c)", "{'a': 1, 'b': '${a}'}"),
    "environment": ("a: ${oc.env:CONVCALC_NO_SUCH,12}\n", "c.a", "'12'"),
    "copy": ("a: {b: 1}\n", "(d := __import__('copy').deepcopy(c), setattr(d.a, 'b', 9), c.a.b, d.a.b)[2:]", "(1, 9)"),
    "resolver": (
        "a: 3\nb: ${times:${a},4}\n",
        "(OmegaConf.register_resolver('times', lambda x, y: x * y, replace=True), c.b)[1]",
        "12",
    ),
}


@pytest.mark.parametrize("name", OMEGA)
def test_the_stand_in_for_omegaconf_answers_as_omegaconf_does(name: str) -> None:
    """The answers of omegaconf 2.4 are written down; where it is installed, it is asked again."""
    import yaml

    from convcalc.standin.omegaconf import omegaconf_names

    text, expression, answer = OMEGA[name]

    def answer_of(OmegaConf: Any) -> str:
        return repr(eval(expression, {"OmegaConf": OmegaConf, "c": OmegaConf.create(text)}))

    assert answer_of(omegaconf_names(open, lambda: yaml)["OmegaConf"]) == answer
    if importlib.util.find_spec("omegaconf") is not None:
        assert answer_of(importlib.import_module("omegaconf").OmegaConf) == answer
