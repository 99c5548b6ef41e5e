"""A whole script under real PyTorch, with its data: every call of a module, and where it ends.

The script runs as it stands, in this process: whoever calls forks before. Two things are set for it: one thread, and no fused kernel in the
place of a transformer's layers, which would call none of them.
"""

from __future__ import annotations

import sys
import types

import torch

from .real import real_metas
from .script_calls import End, ScriptCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run_in_torch(path: str, source: bytes) -> tuple[list[ScriptCall], End | None]:
    """The calls of modules in the order in which they began, and the error that ended the script, if one did."""
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)
    calls: list[ScriptCall] = []
    original = torch.nn.Module.__call__

    def call_module(module: Any, *args: Any, **kwargs: Any) -> Any:
        call = ScriptCall(type(module).__name__, _metas((args, kwargs)), None, _line(sys._getframe(1), path))
        calls.append(call)
        result = original(module, *args, **kwargs)
        call.outputs = _metas(result)
        return result

    torch.nn.Module.__call__ = call_module
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    sys.argv = [path]
    sys.path.insert(0, path.rpartition("/")[0])
    try:
        exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)
    except SystemExit:
        return calls, None
    except Exception as error:
        return calls, End.of(error, _line_of(error, path))
    finally:
        torch.nn.Module.__call__ = original
    return calls, None


def _metas(value: Any) -> tuple[Any, ...]:
    return tuple((meta.shape, meta.dtype) for meta in real_metas(value))


def _line(frame: Any, path: str) -> int | None:
    while frame is not None:
        if frame.f_code.co_filename == path:
            return int(frame.f_lineno)
        frame = frame.f_back
    return None


def _line_of(error: BaseException, path: str) -> int | None:
    line, traceback = None, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
