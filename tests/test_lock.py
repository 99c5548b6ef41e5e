"""The lock once it is shut, against who has passed all walls before it: real modules, frames, the lock's own module, all of Python but C.

Each attempt runs in a process of its own, in which the lock is shut as in the process of a loaded file, and the kernel has no part.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HEAD = """
import _socket, builtins, gc, importlib, io, os, subprocess, sys, types
from convcalc.source import guard
from convcalc.source.guard import lock, Refused
inside, outside = sys.argv[1:]
def shut():
    lock.shut_for_good([inside])
    lock.__enter__()
def tries():
    got = []
    def one(name, call):
        try: call()
        except BaseException: return
        got.append(name)
    one("open", lambda: open(outside).read())
    one("os.open", lambda: os.open(outside, os.O_RDONLY))
    one("write", lambda: open(inside + "/new", "w"))
    one("listdir", lambda: os.listdir(os.path.dirname(outside)))
    one("system", lambda: os.system("true"))
    one("fork", lambda: os.fork() or os._exit(0))
    one("remove", lambda: os.remove(outside))

    one("socket", lambda: _socket.socket())
    return got
"""
ATTEMPTS = {
    "nothing": "",
    "its attributes": "lock.on = lock.held = lock.installed = lock.is_shut = False\nlock.trusted = lock.listed = lock.readable = ('/',)",
    "leaving": "lock.__exit__(); lock.__exit__(None, None, None)",
    "entering again": "lock.readable = None; lock.is_shut = False; lock.__enter__(); lock.__exit__()",
    "shutting again": "lock.shut_for_good(['/']); lock.is_shut = False; lock.__enter__()",
    "permitting": "lock.permitted = outside",
    "permitting in a context": "c = lock.permitting(outside); c.__enter__()",
    "names of its module": "guard.HARMLESS_EVENTS = type('All', (), {'__contains__': lambda s, x: True})()\nguard.WRITING = 0\nguard.trusted_folders = lambda: ('/',)\nguard._makes_functions = lambda *a: True\nguard.check_evaluated = lambda *a: None\nguard.Refused = None",
    "builtins": "builtins.isinstance = lambda *a: False\nbuiltins.type = lambda x: str\nbuiltins.str = object",
    "defaults of the maker": "guard._hook.__defaults__ = (None,); guard._hook.__code__ = (lambda *a: None).__code__",
    "the class": "guard.Lock._hook = guard.Lock.__enter__ = guard.Lock.install = lambda *a: None\nlock.__class__ = types.SimpleNamespace" if False else "guard.Lock.install = guard.Lock.__exit__ = lambda *a: None\nlock.on = False",
    "another module": "sys.modules['convcalc.source.guard'] = types.ModuleType('guard')",
    "the module anew": "importlib.reload(guard); guard.lock.on = False",
    "frames": """
try: open(outside)
except BaseException as e:
    t = e.__traceback__
    while t:
        f = t.tb_frame
        if f.f_code.co_name == 'hook':
            for name, value in dict(harmless=frozenset(['open']), trusted=('/',), refused=print, listed=[], readable=('/',), writing=0, event='import').items():
                try: f.f_locals[name] = value
                except Exception: pass
            for name in list(f.f_globals): f.f_globals[name] = None
            f.f_builtins['isinstance'] = None
            for c in f.f_code.co_consts: pass
        t = t.tb_next
""",
    "constants of the code": "try: open(outside)\nexcept BaseException as e:\n    t = e.__traceback__\n    while t.tb_next: t = t.tb_next\n    c = t.tb_frame.f_code\n    try: c.co_consts += (1,)\n    except Exception: pass\n    try: guard._hook.__code__ = guard._hook.__code__.replace(co_consts=(None,))\n    except Exception: pass",
    "cells": "for f in (guard._hook, guard.Lock.install, guard.Lock.__enter__):\n    for c in f.__closure__ or (): c.cell_contents = None",
    "tracing": "try: sys.settrace(lambda f, e, a: f.f_locals.update(refused=print))\nexcept BaseException: pass\ntry: sys.setprofile(lambda f, e, a: None)\nexcept BaseException: pass",
    "another hook": "try: sys.addaudithook(lambda e, a: None)\nexcept BaseException: pass",
    "all objects": "import gc\ntry:\n    for o in gc.get_objects():\n        if getattr(o, '__name__', '') == 'hook': o.__defaults__ = (('open', 'os.listdir', 'os.system', 'os.fork'),) * 20\nexcept BaseException: pass",
    "who refers": "import gc\ntry:\n    for o in gc.get_referrers(guard.HARMLESS_EVENTS): o.__defaults__ = ()\nexcept BaseException: pass",
    "a text that is no text": "class Path(str):\n    def startswith(self, *a): return True\n    def __eq__(self, o): return True\n    __hash__ = str.__hash__\noutside = Path(outside)",
    "a mode that is no text": "class Mode(str):\n    def __eq__(self, o): return True\n    __hash__ = str.__hash__\nlock.permitted = outside",
    "recursion": "sys.setrecursionlimit(60)\ndef deep(n):\n    try: deep(n + 1)\n    except RecursionError: pass\ndeep(0)\nsys.setrecursionlimit(1000)",
}  # fmt: skip


def told(tmp_path: Path, attempt: str, head: str = "shut()") -> str:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret").write_text("x")
    program = f"{HEAD}\n{head}\ntry:\n" + "".join(f"    {line}\n" for line in (attempt or "pass").splitlines())
    program += "except BaseException: pass\nos.write(1, repr(tries()).encode())\n"
    call = [sys.executable, "-c", program, str(tmp_path / "inside"), str(tmp_path / "secret")]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_stays_shut(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, ATTEMPTS[name]) == "[]"


def test_without_it_all_is_done(tmp_path: Path) -> None:
    assert "'open', 'os.open', 'write', 'listdir', 'system', 'fork', 'remove', 'socket'" in told(tmp_path, "", "")
