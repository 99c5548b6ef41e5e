"""Links that lead out, to devices and in circles; files that are none; files that change while they are read."""

from __future__ import annotations

import os
import socket
import threading

from .repository import BAD, EACH_FORM, GOOD, Repository, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = (("check", "--format", "json"), ("check", "--format", "text"))

repositories(
    {
        "a link to a file outside": lambda r: r.link("link.py", "../outside/secret.py"),
        "an absolute link to a file outside": lambda r: r.link("link.py", r.outside / "secret.py"),
        "a link to a folder outside": lambda r: r.link("linked", "../outside/folder"),
        "settings that link out": lambda r: r.link("pyproject.toml", "../outside/secret.toml"),
        "ignore rules that link out": lambda r: r.link(".gitignore", "../outside/secret.txt"),
        "a notebook that links out": lambda r: r.link("train.ipynb", "../outside/secret.ipynb"),
        "a link to another kind of file outside": lambda r: r.link("link.py", "../outside/secret.txt"),
        "a link to /etc/passwd": lambda r: r.link("passwd.py", "/etc/passwd"),
    },
    EACH_FORM,
)
repositories(
    {
        "a link to itself": lambda r: r.link("self.py", "self.py"),
        "settings that link to themselves": lambda r: r.link("pyproject.toml", "pyproject.toml"),
        "ignore rules that link to themselves": lambda r: r.link(".gitignore", ".gitignore"),
        "a link to its own folder": lambda r: r.link("again", "."),
        "a link to /proc/self/environ": lambda r: r.link("environ.py", "/proc/self/environ"),
        "settings from /proc/self/environ": lambda r: r.link("pyproject.toml", "/proc/self/environ"),
        "a link to /proc/self/mem": lambda r: r.link("mem.py", "/proc/self/mem"),
        "a link to /proc/self/fd/0": lambda r: r.link("input.py", "/proc/self/fd/0"),
        "a link to /proc/self/root": lambda r: r.link("root", "/proc/self/root"),
        "a link to /proc/kcore": lambda r: r.link("kcore.py", "/proc/kcore"),
        "a link to /dev/zero": lambda r: r.link("zero.py", "/dev/zero"),
        "a link to /dev/tty": lambda r: r.link("tty.py", "/dev/tty"),
        "a notebook that is /dev/zero": lambda r: r.link("zero.ipynb", "/dev/zero"),
        "ignore rules from /dev/zero": lambda r: r.link(".gitignore", "/dev/zero"),
        "a link to nothing": lambda r: r.link("nothing.py", "nowhere.py"),
        "a pipe as a source": lambda r: os.mkfifo(r.folder / "pipe.py"),
        "a pipe as settings": lambda r: os.mkfifo(r.folder / "pyproject.toml"),
        "a pipe as ignore rules": lambda r: os.mkfifo(r.folder / ".gitignore"),
        "a pipe that marks a project": lambda r: os.mkfifo(r.folder / "setup.py"),
        "a file without rights": lambda r: os.chmod(r.write("shut.py", BAD), 0),
    }
)


@repository("links in a circle")
def circle(r: Repository) -> None:
    r.link("one.py", "two.py")
    r.link("two.py", "three.py")
    r.link("three.py", "one.py")
    r.link("a/b", "../b")
    r.link("b/a", "../a")


@repository("a chain of links that ends outside")
def chain(r: Repository) -> None:
    for number in range(30):
        r.link(f"link{number}.py", f"link{number + 1}.py")
    r.link("link30.py", "../outside/secret.py")


@repository("folders linked over and over")
def doubling(r: Repository) -> None:
    """Each level doubles the number of paths: 2 ** 20 of them."""
    for number in range(20):
        (r.folder / f"level{number}").mkdir()
        for name in "ab":
            r.link(f"level{number}/{name}", f"../level{number + 1}")
    r.write("level20/model.py", BAD)


@repository("modules that link out", (("check", ".", "--format", "json"), ("summary", "model.py")))
def modules(r: Repository) -> None:
    r.link("layers.py", "../outside/secret.py")
    r.link("package", "../outside/folder")
    r.write("model.py", "import layers\nimport package.deep\nfrom package import deep\n" + GOOD)


@repository(
    "configurations that link out", (("check", ".", "--format", "json"), ("summary", "model.py", "--format", "json"))
)
def configurations(r: Repository) -> None:
    r.link("config.txt", "../outside/secret.txt")
    r.write("model.py", f"word = open('config.txt').read()\n{GOOD}raise ValueError(word)\n")


@repository("targets that lie outside", TARGETS)
def targets(r: Repository) -> None:
    r.settings('targets = ["../outside/secret.py", "../outside/secret.ipynb::x"]')


@repository("a target by way of a linked folder", TARGETS)
def linked_target(r: Repository) -> None:
    r.link("inner", "../outside")
    r.settings('targets = ["inner/secret.py"]')


@repository("a target without end", TARGETS)
def endless_target(r: Repository) -> None:
    r.settings('targets = ["/dev/stdin", "/dev/zero"]')


@repository("a source folder that links out")
def source_folder(r: Repository) -> None:
    r.link("src", "../outside/folder")
    r.write("model.py", "import deep\n" + GOOD)


@repository("a package beside others", (("check", ".", "--format", "json"), ("summary", "model.py")))
def beside(r: Repository) -> None:
    """The repository's root is a package, so that what lies beside it is in the folder that it is imported from."""
    r.write("__init__.py", "")
    r.write(".git/HEAD", "")
    r.write("model.py", "import outside.secret\nfrom outside.folder import deep\nfrom ..outside import secret\n" + GOOD)


@repository("a root that links out")
def root(r: Repository) -> None:
    r.link(".git", "../outside")
    r.link("setup.cfg", "../outside/secret.txt")


@repository("a socket")
def plug(r: Repository) -> Callable[[], None]:
    here = os.open(".", os.O_RDONLY)
    listening = socket.socket(socket.AF_UNIX)
    try:
        os.chdir(r.folder)  # a socket's path is short
        for name in ("socket.py", ".gitignore"):
            one = listening if name == "socket.py" else socket.socket(socket.AF_UNIX)
            one.bind(name)
            if one is not listening:
                one.close()
    finally:
        os.fchdir(here)
        os.close(here)
    return listening.close


def _changing(change: Callable[[int], None]) -> Callable[[], None]:
    """Changes something again and again, until it is told to end."""
    ended = threading.Event()

    def go_on() -> None:
        number = 0
        while not ended.is_set():
            change(number)
            number += 1

    thread = threading.Thread(target=go_on)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def _exchange(r: Repository, name: str, content: Callable[[int, str], None]) -> Callable[[], None]:
    """Another file under the same name, again and again."""

    def change(number: int) -> None:
        content(number, "next~")
        os.replace(r.folder / "next~", r.folder / name)

    return _changing(change)


@repository("a source that is exchanged for a link out", tuple([("check", ".", "--format", "text")] * 5))
def exchanged(r: Repository) -> Callable[[], None]:
    def content(number: int, name: str) -> None:
        if number % 2:
            r.link(name, "../outside/secret.py")
        else:
            r.write(name, BAD)

    return _exchange(r, "model.py", content)


@repository("settings that are exchanged for a link out", tuple([("check", ".", "--format", "text")] * 5))
def exchanged_settings(r: Repository) -> Callable[[], None]:
    def content(number: int, name: str) -> None:
        if number % 2:
            r.link(name, "../outside/secret.toml")
        else:
            r.write(name, "[tool.convcalc]\njobs = 1\n")

    return _exchange(r, "pyproject.toml", content)


@repository("a source that grows and shrinks while it is read")
def growing(r: Repository) -> Callable[[], None]:
    path = r.write("model.py", BAD * 1000)

    def change(number: int) -> None:
        with open(path, "r+b") as stream:
            stream.truncate(number * 7919 % 200_000)

    return _changing(change)


@repository("files that come and go")
def coming(r: Repository) -> Callable[[], None]:
    def change(number: int) -> None:
        path = r.folder / f"file{number % 50}.py"
        if path.exists():
            path.unlink()
        else:
            path.write_text(BAD)

    return _changing(change)
