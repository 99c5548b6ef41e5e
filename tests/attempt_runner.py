"""Runs attempts to get out, each in a process of its own as the command makes it, without the kernel's locks, and says what each got.

    python tests/attempt_runner.py CORPUS...     one line of JSON for each attempt: its name, and what it got (nothing, if it stayed inside)

A corpus is a text: `#### name`, after it the file; `[3.12]` behind the name is the first Python that it is written for; `== path` begins another file of
the attempt. `leak(x)` hands something over to be looked at here, outside of the cage, by its real type.

What counts as got: a real module, a frame, code, a traceback's frame, a table of globals, a part of the run or of the lock, a function that reads what
a file may not (`getattr`, `object.__getattribute__`, the raw `str.format`), the text of a secret, and whatever reached the third wall: an event that the audit
hook refuses is one that no name, builtin or import should have led to.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import json
import operator
import os
import sys
import sysconfig
import tempfile
import types
from collections.abc import Iterator
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
if __name__ == "__main__":
    sys.path[0] = ROOT

from convcalc.analysis import execution  # noqa: E402, F401
from convcalc.cli.request import SummaryRequest  # noqa: E402
from convcalc.source import (  # noqa: E402
    builtin,
    finding,
    guard,
    kernel,
    lazy_modules,
    loading,
    program,
    reading,
    registries,
    sandbox,
    turns,
    work,
)
from convcalc.source import control as steering  # noqa: E402
from convcalc.trace import Recorder  # noqa: E402

SECRET = "CANARY-SECRET"
HEAD = "import torch\nfrom torch import nn\ndef f(): pass\ndef gen(): yield\ng = gen()\n"
INSIDE = (
    types.CodeType, types.FrameType, program.Program, Recorder, guard.Lock, finding.Finder, loading.Loader, lazy_modules.State, work.Work,
    steering.Control, turns.Loop, registries.Shelf, type(os.environ),
)  # fmt: skip
READING = (
    getattr, setattr, delattr, hasattr, eval, exec, open, compile, __import__, vars, dir, globals, locals, builtins.breakpoint, str.format, str.format_map,
    object.__getattribute__, type.__getattribute__, type.__subclasses__, object.__setattr__, type.__setattr__, type.mro, object.__reduce_ex__, object.__reduce__,
    operator.attrgetter, functools.wraps, importlib.import_module, types.FunctionType, types.CodeType,
)  # fmt: skip
NAMES = ("__subclasses__", "__getattribute__", "__reduce_ex__", "__reduce__", "__import__")
SECONDS = 5.0


def attempts(text: str) -> Iterator[tuple[str, tuple[int, int], dict[str, str]]]:
    """Name, first Python, and files of each attempt of a corpus."""
    for part in ("\n" + text).split("\n#### ")[1:]:
        title, _, body = part.partition("\n")
        name, _, version = title.rstrip("]").partition(" [")
        first, *others = ("\n" + body).split("\n== ")
        files = {"model.py": HEAD + first}
        for other in others:
            path, _, content = other.partition("\n")
            files[path.strip()] = content + "\n"
        major, _, minor = (version or "3.10").partition(".")
        yield name.strip(), (int(major), int(minor)), files


class Observer:
    """What an attempt hands over, and what it reaches."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.quiet = False

    def add(self, what: str) -> None:
        if len(self.got) < 20 and what not in self.got:
            self.got.append(what)

    def leak(self, *values: Any) -> None:
        for value in values:
            try:
                what = self.kind_of(value)
            except Exception:  # what cannot be looked at is one of the attempt's own objects
                what = None
            if what is not None:
                self.add(what)

    def kind_of(self, value: Any) -> str | None:
        kind = type(value)
        for name, module in list(sys.modules.items()):
            if module is value:
                return f"module {name}"
            if kind is dict and type(module) is types.ModuleType and module.__dict__ is value:
                return f"the names of {name}"
        if kind in (types.GetSetDescriptorType, types.MemberDescriptorType) and (
            value.__name__ == "obj" or value.__name__ in guard.ATTRIBUTES_REFUSED
        ):
            return f"{value!r}"
        if issubclass(kind, INSIDE):
            return f"{kind.__name__}"
        if kind is type and value in INSIDE:
            return f"class {value.__name__}"
        if isinstance(value, type) and type.__dict__["__module__"].__get__(value) in (
            "convcalc.source.program",
            "convcalc.source.loading",
            "convcalc.source.guard",
            "convcalc.source.sandbox",
            "convcalc.source.work",
            "convcalc.source.control",
        ):
            return (
                f"class {type.__dict__['__qualname__'].__get__(value)}"
                if type.__dict__["__qualname__"].__get__(value) != "Refused"
                else None
            )
        if any(value is one for one in READING) and value is not types.FunctionType:
            return f"{value!r}"
        if (
            kind
            in (
                types.BuiltinMethodType,
                types.MethodWrapperType,
                types.WrapperDescriptorType,
                types.MethodDescriptorType,
            )
            and value.__name__ in NAMES
        ):
            return f"{value!r}"
        if kind is types.MethodType and isinstance(value.__self__, INSIDE):
            return f"method of {type(value.__self__).__name__}"
        if issubclass(kind, dict) and (dict.__contains__(value, "__builtins__") or dict.__contains__(value, "$refuse")):
            held = dict.get(value, "__builtins__")
            if (
                dict.__contains__(value, "$refuse")
                or (type(held) is dict and "$refuse" in held)
                or held is vars(builtins)
                or held is builtins
            ):
                return "a table of names"
        if issubclass(kind, str) and (
            SECRET in str.__str__(value) or ("<module '" in str.__str__(value) and "from '/" in str.__str__(value))
        ):
            return f"text: {str.__str__(value)[:80]}"
        if kind in (list, tuple):
            for item in value:
                what = self.kind_of(item)
                if what is not None:
                    return what
        if kind is dict and len(value) < 200:
            for item in value.values():
                if type(item) not in (dict, list, tuple):
                    what = self.kind_of(item)
                    if what is not None:
                        return what
        return None


def observed(observer: Observer) -> None:
    """Puts the observer into the cage: `leak`, and an ear at the audit hook."""
    real_builtins, real_hook = builtin.builtins_for, guard._hook

    def builtins_for(run: Any) -> dict[str, Any]:
        names = real_builtins(run)

        def leak(*values: Any) -> None:
            observer.leak(*values)

        names["leak"] = leak
        return names

    def hook_for(opening: Any, readable: Any) -> Any:
        hook = real_hook(opening, readable)

        def listening(event: str, args: Any) -> None:
            try:
                hook(event, args)
            except guard.Refused:
                if not observer.quiet:
                    observer.quiet = True
                    observer.add(
                        f"the third wall: {event} {str(args)[:80] if event in ('open', 'exec') else ''}".strip()
                    )
                    observer.quiet = False
                raise
            if (
                event == "open"
                and not observer.quiet
                and str(args[0]).endswith((".txt", "METADATA", "RECORD"))
                and args[0] != opening.permitted
            ):
                observer.add(f"read: {args[0]}")

        return listening

    builtin.builtins_for = builtins_for
    guard._hook = hook_for


def outcome(files: dict[str, str], folder: str) -> dict[str, Any]:
    """What an attempt got."""
    project, outside = os.path.join(folder, "project"), os.path.join(folder, "outside")
    os.makedirs(project)
    os.makedirs(outside)
    with open(os.path.join(outside, "secret.txt"), "w") as stream:
        stream.write(SECRET)
    with open(os.path.join(project, ".env.txt"), "w") as stream:
        stream.write(SECRET)
    for name, text in files.items():
        path = os.path.join(project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf8") as stream:
            for word, place in (
                ("CANARY-SECRET", SECRET), ("CANARY'", f"{folder}/canary'"), ('CANARY"', f'{folder}/canary"'), ("CANARY)", f"{folder}/canary)"),
                ("OUTSIDE", os.path.join(outside, "secret.txt")), ("PURELIB", sysconfig.get_path("purelib")), ("STDLIB", os.path.dirname(os.__file__)),
            ):  # fmt: skip
                text = text.replace(word, place)
            stream.write(text)
    before = sorted(os.listdir(project))
    os.chdir(project)
    path = os.path.join(project, "model.py")
    observer = Observer()
    source = reading.read_source(path)

    def answer() -> tuple[int, str, str]:
        observed(observer)
        request = SummaryRequest(path, form="json", seconds=SECONDS)
        from convcalc.cli.request import given_of

        try:
            code, out, err = request.answer(reading.parse_target(path), source, given_of((), (), None, None))
        except BaseException as error:
            code, out, err = 70, "", f"{error!r}"
        if SECRET in out + err:
            observer.add("a secret in the report")
        if "<module '" in out + err and "from '/" in out + err:
            observer.add("a module in the report")
        return code, json.dumps({"got": observer.got, "said": err[-400:], "code": code}), ""

    sys.path.append(os.path.join(project, "site"))
    code, out, err = sandbox.run_isolated(work.Work(answer, path, finding.readable(path, None), SECONDS))
    sys.path.pop()
    found: dict[str, Any] = json.loads(out) if out else {"got": [], "said": err, "code": code}
    if not out:
        found["ended"] = err
    if (
        os.path.exists(os.path.join(folder, "canary"))
        or sorted(n for n in os.listdir(project) if n != "__pycache__") != before
    ):
        found["got"].append("a file was made")
    return found


def main(paths: list[str]) -> None:
    kernel.LOCKING = {}
    sys.path[:] = [path for path in sys.path if path]  # as the command has it
    os.environ["CANARY_SECRET"] = SECRET
    for path in [os.path.abspath(path) for path in paths]:
        with open(path, encoding="utf8") as stream:
            text = stream.read()
        for name, version, files in attempts(text):
            if sys.version_info >= version:
                with tempfile.TemporaryDirectory() as folder:
                    print(json.dumps({"name": name, **outcome(files, os.path.realpath(folder))}), flush=True)
                    os.chdir("/")


if __name__ == "__main__":
    main(sys.argv[1:])
