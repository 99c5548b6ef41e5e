"""Repositories of sizes that nobody expects: huge, deep, many."""

from __future__ import annotations

import os

from .repository import BAD, GOOD, Repository, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FOUR_GIGABYTES = 4 << 30
HUGE = 3000  # files of a folder, where 50,000 take pytest too long


def _sparse(name: str) -> Callable[[Repository], Any]:
    def build(r: Repository) -> None:
        with open(r.write(name, ""), "wb") as stream:
            stream.truncate(FOUR_GIGABYTES)

    return build


def _deep(name: str, count: int) -> Callable[[Repository], Any]:
    """Folders in folders, deeper than a path can be; they are taken away again from the innermost on."""

    def build(r: Repository) -> Callable[[], None]:
        here = os.open(r.folder, os.O_RDONLY)
        for _ in range(count):
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        source = os.open("model.py", os.O_CREAT | os.O_WRONLY, dir_fd=here)
        os.write(source, BAD.encode())
        os.close(source)
        os.close(here)

        def end() -> None:
            import subprocess

            subprocess.run(["rm", "-rf", str(r.folder / name)], check=True)

        return end

    return build


repositories(
    {
        "a source of 4 GB": _sparse("huge.py"),
        "a notebook of 4 GB": _sparse("huge.ipynb"),
        "settings of 4 GB": _sparse("pyproject.toml"),
        "ignore rules of 4 GB": _sparse(".gitignore"),
        "a configuration of 4 GB": _sparse("config.json"),
        "folders 2,000 deep": _deep("d", 2000),
        "folders with long names 100 deep": _deep("n" * 250, 100),
        "a source of 8 MB": lambda r: r.write("long.py", b"import torch\n" + b"x = 1\n" * 1_390_000) and None,
        "a comment of 8 MB": lambda r: r.write("long.py", b"import torch #" + b"x" * 8_000_000) and None,
        "a line of 8 MB": lambda r: r.write("long.py", b"import torch; x = '" + b"x" * 8_000_000 + b"'") and None,
        "a wrong line of 8 MB": lambda r: r.write("long.py", b"import torch; (" + b"x " * 4_000_000) and None,
        "8 MB of imports": lambda r: r.write("long.py", b"import torch\n" + b"import a\n" * 800_000) and None,
        "8 MB of line ends": lambda r: r.write("long.py", b"import torch" + b"\r" * 8_000_000) and None,
        "8 MB of words": lambda r: r.write("long.py", b"import torch\n#" + b" ".join(b"w%d" % i for i in range(900_000))) and None,
        "100,000 ignore rules": lambda r: r.write(".gitignore", "".join(f"/path{i}/*.p?\n" for i in range(100_000))) and None,
        "ignore rules that try everything": lambda r: r.write(".gitignore", ("*a" * 2000 + "b\n") * 300) and None,
        "one ignore rule of 16 MB": lambda r: r.write(".gitignore", "*a" * 8_000_000) and None,
        "ignore rules of brackets": lambda r: r.write(".gitignore", ("[a-z]" * 800 + "\n" + "[" * 4000 + "\n") * 200) and None,
        "ignore rules of stars and slashes": lambda r: r.write(".gitignore", ("**/*a" * 500 + "\n" + "/**" * 1300 + "\n") * 200) and None,
        "ignore rules that are no text": lambda r: r.write(".gitignore", bytes(range(256)) * 5000 + b"\n\\\n[\n!\n/\n!/\n\\!\n") and None,
    }
)  # fmt: skip


@repository("long names for the ignore rules")
def long_names(r: Repository) -> None:
    for number in range(100):
        r.write("/".join(["a" * 200] * 10) + f"/{number}" + "a" * 200 + ".py", GOOD.replace("torch", "t"))
    r.write(".gitignore", ("*a" * 120 + "b\n" + "**/" + "*a" * 60 + "/b\n") * 500)


@repository("50,000 files")
def many(r: Repository) -> None:
    for folder in range(50):
        (r.folder / f"f{folder}").mkdir()
        for number in range(1000):
            os.close(os.open(r.folder / f"f{folder}" / f"m{number}.py", os.O_CREAT | os.O_WRONLY))


@repository("50,000 folders")
def many_folders(r: Repository) -> None:
    for folder in range(50):
        (r.folder / f"f{folder}").mkdir()
        for number in range(1000):
            (r.folder / f"f{folder}" / f"m{number}").mkdir()


@repository("files with ignore rules in each folder")
def many_rules(r: Repository) -> None:
    here = r.folder
    for number in range(200):
        here = here / "d"
        here.mkdir()
        (here / ".gitignore").write_text("".join(f"*{i}*\n" for i in range(200)))
        (here / f"m{number}.py").write_text("x = 1\n")


@repository("exclusions without end", (("check", ".", "--format", "json"), ("check", ".", "--lenient")))
def exclusions(r: Repository) -> None:
    for number in range(HUGE):
        r.write(f"m{number}.py", "x = 1\n")
    patterns = ", ".join(f'"*{i}*a*b"' for i in range(50_000))
    r.settings(f"exclude = [{patterns}]")


@repository("exclusions that try everything")
def hard_exclusions(r: Repository) -> None:
    for number in range(100):
        r.write(f"{number}" + "a" * 200 + ".py", "x = 1\n")
    pattern = "*a" * 4000 + "b"
    r.settings("exclude = [" + ", ".join([f'"{pattern}"'] * 100) + "]")


@repository("one exclusion of 1 MB")
def long_exclusion(r: Repository) -> None:
    r.settings('exclude = ["' + "*a" * 500_000 + 'b"]')


@repository("rules for each of many patterns")
def per_file(r: Repository) -> None:
    for number in range(20):
        r.write(f"m{number}.py", GOOD)
    r.settings("[tool.convcalc.per-file-ignores]\n" + "".join(f'"*{i}*" = ["matmul"]\n' for i in range(40_000)))


@repository("a module of 4 GB")
def huge_module(r: Repository) -> None:
    _sparse("layers.py")(r)
    r.write("model.py", "import layers\n" + GOOD)


@repository("a package of 20,000 modules")
def huge_package(r: Repository) -> None:
    for number in range(20_000):
        r.write(f"layers/m{number}.py", "x = 1\n")
    r.write("layers/__init__.py", "")
    r.write("model.py", "from layers import *\nimport layers.m7\n" + GOOD)


@repository("modules that import each other")
def circle(r: Repository) -> None:
    for number in range(500):
        r.write(f"m{number}.py", f"import m{(number + 1) % 500}\n")
    r.write("model.py", "import m0\n" + GOOD)
