"""Code that waits to be run by mistake: modules under the names of others, what Python and tools run by themselves, bytecode."""

from __future__ import annotations

import importlib.util
import os
import sys

from .repository import BAD, GOOD, Repository, repositories, repository

NEEDED = (
    "click tabulate re json tomllib tomli os posixpath resource faulthandler select ast difflib convcalc convcalc_start"
)
# Python itself is told where to look (PYTHONPATH), or nothing (`-I`): what it takes from there before a line of ours runs is not ours to prevent
CALLS = (
    ("check", ".", "--format", "json"),
    ("check", ".", "--format", "sarif"),
    ("summary", "model.py"),
    ("check", "--none"),
    ("rules",),
)


def _modules(names: str):  # type: ignore[no-untyped-def]
    def build(r: Repository) -> None:
        for name in names.split():
            r.write(f"{name}.py", r.planted)

    return build


def _environment(name: str, value: str):  # type: ignore[no-untyped-def]
    def build(r: Repository) -> None:
        for module in (
            "click",
            "tabulate",
            "tomli",
            "tomllib",
            "json",
            "select",
            "resource",
            "numpy",
            "difflib",
            "ast",
        ):
            r.write(f"{module}.py", r.planted)
        r.environment[name] = value.format(folder=r.folder)

    return build


repositories(
    {
        "modules that convcalc needs": _modules(NEEDED),
        "modules of the standard library": lambda r: _modules(" ".join(sorted(sys.stdlib_module_names - {"__main__"})))(
            r
        ),
        "sitecustomize and usercustomize": _modules("sitecustomize usercustomize"),
        "__main__ and __init__": _modules("__main__ __init__ conftest setup noxfile"),
        "an empty entry of PYTHONPATH": _environment("PYTHONPATH", os.pathsep),
        "PYTHONPATH as a dot": _environment("PYTHONPATH", f".{os.pathsep}./."),
        "PYTHONSTARTUP": _environment("PYTHONSTARTUP", "{folder}/click.py"),
        "a home folder": _environment("HOME", "{folder}"),
        "a folder for temporary files": _environment("TMPDIR", "{folder}"),
    },
    CALLS,
)


@repository("a package of the name convcalc", CALLS)
def own_name(r: Repository) -> None:
    for name in (
        "convcalc/__init__.py",
        "convcalc/__main__.py",
        "convcalc/cli/__init__.py",
        "src/convcalc/__init__.py",
    ):
        r.write(name, r.planted)


@repository("a torch of its own", CALLS)
def own_torch(r: Repository) -> None:
    r.write("torch/__init__.py", r.planted + "import os, subprocess\nsubprocess.run(['true'])\nzeros = os.system\n")
    r.write("torch/nn/__init__.py", r.planted)
    r.write("numpy.py", r.planted + "import ctypes\n")
    r.write("torchvision/__init__.py", r.planted)
    r.write("model.py", "import numpy, torchvision\n" + GOOD)


@repository("path files", CALLS)
def path_files(r: Repository) -> None:
    for folder in (".", "site-packages", "venv/lib/python3.11/site-packages"):
        r.write(f"{folder}/evil.pth", f"import os; {r.planted}")
    r.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    r.environment["VIRTUAL_ENV"] = str(r.folder / "venv")


@repository("an environment of its own that is active", CALLS)
def environment(r: Repository) -> None:
    packages = "venv/lib/python3.11/site-packages"
    r.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    r.write(f"{packages}/layers/__init__.py", r.planted)
    r.write(f"{packages}/click.py", r.planted)
    r.write("model.py", "import layers\n" + GOOD)
    r.environment["VIRTUAL_ENV"] = str(r.folder / "venv")


@repository("bytecode without a source", CALLS)
def bytecode(r: Repository) -> None:
    for name in ("layers", "click", "model"):
        source = r.write(f"{name}_.py", r.planted)
        _compile(str(source), str(r.folder / "__pycache__" / f"{name}.{sys.implementation.cache_tag}.pyc"))
        _compile(str(source), str(r.folder / f"{name}.pyc"))
        source.unlink()
    r.write("model.py", "import layers\n" + GOOD)


@repository("bytecode of another source, and none at all", CALLS)
def wrong_bytecode(r: Repository) -> None:
    for name, text in (("layers", "x = 1\n"), ("other", "x = 1\n")):
        path = r.write(f"{name}.py", text)
        target = importlib.util.cache_from_source(str(path))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        evil = r.write("evil.py", r.planted)
        _compile(str(evil), target)
        if name == "other":
            with open(target, "r+b") as stream:
                stream.seek(16)
                stream.write(os.urandom(200))
    r.write("model.py", "import layers, other\n" + GOOD)


def _compile(source: str, target: str) -> None:
    """Bytecode that is not compared with its source."""
    import py_compile

    os.makedirs(os.path.dirname(target), exist_ok=True)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(source, target, doraise=True, invalidation_mode=mode)


@repository("hooks and settings of git", CALLS)
def git(r: Repository) -> None:
    for hook in ("pre-commit", "post-checkout", "fsmonitor-watchman", "post-index-change"):
        os.chmod(r.write(f".git/hooks/{hook}", f"#!/bin/sh\ntouch {r.canary}\n"), 0o755)
    shell = f"touch {r.canary}"
    r.write(
        ".git/config",
        f'[core]\n\tfsmonitor = {shell}\n\tpager = {shell}\n\texcludesFile = ../outside/secret.txt\n[alias]\n\tstatus = "!{shell}"\n',
    )
    r.write(".git/HEAD", "ref: refs/heads/main\n")
    r.write(".gitattributes", "* filter=evil\n")
    r.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = -u./evil\n')


@repository("settings of other tools", CALLS)
def tools(r: Repository) -> None:
    r.write("pytest.ini", "[pytest]\naddopts = -p evil\n")
    r.write("conftest.py", r.planted)
    r.write("evil.py", r.planted)
    r.write("tox.ini", "[testenv]\ncommands = python evil.py\n")
    r.write("setup.py", r.planted + "from setuptools import setup\nsetup()\n")
    r.write("setup.cfg", "[metadata]\nversion = attr: evil.version\n")
    r.write(".env", f"PYTHONPATH={r.folder}\n")
    r.write(".coveragerc", "[run]\nplugins = evil\n")
    r.write(
        "pyproject.toml",
        '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n[tool.convcalc]\n[tool.mypy]\nplugins = ["evil.py"]\n',
    )


@repository("what looks like a cache of ours", CALLS)
def cache(r: Repository) -> None:
    for folder in (".convcalc", ".convcalc_cache", ".cache/convcalc", "__pycache__"):
        r.write(f"{folder}/model.py.json", '{"file": "model.py", "models": [], "diagnostics": []}')
        r.write(f"{folder}/model.pickle", b"cos\nsystem\n(S'touch " + os.fsencode(r.canary) + b"'\ntR.")
    r.write("convcalc.toml", "seconds = 100000\n")
    r.write("model.py", BAD)


@repository("programs of its own", CALLS)
def programs(r: Repository) -> None:
    for name in ("git", "python", "python3", "true", "sh", "less", "stty", "ldconfig", "cc", "gcc", "uname"):
        os.chmod(r.write(name, f"#!/bin/sh\n/bin/touch {r.canary}\n"), 0o755)
    r.environment["PATH"] = f".{os.pathsep}{r.folder}{os.pathsep}{os.environ['PATH']}"
