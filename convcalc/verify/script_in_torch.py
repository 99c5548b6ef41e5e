"""A whole script under real PyTorch, with its data: every call of a module, and where it ends.

The script runs as it stands, in this process: whoever calls forks before. Two things are set for it: one thread, and no fused kernel in the
place of a transformer's layers, which would call none of them.
"""

from __future__ import annotations

import sys
import types

import torch

from .real import real_metas
from .reference import line_within, run, separate_layers, watched_calls
from .script_calls import End, ScriptCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run_in_torch(path: str, source: bytes) -> tuple[list[ScriptCall], End | None]:
    """Return the calls of modules in the order in which they began, and the error that ended the script, if one did."""
    torch.set_num_threads(1)
    separate_layers()
    calls: list[ScriptCall] = []

    def enter(module: Any, args: Any, kwargs: Any) -> ScriptCall:
        calls.append(
            ScriptCall(type(module).__name__, _metas((args, kwargs)), None, line_within(sys._getframe(2), path))
        )
        return calls[-1]

    def leave(call: ScriptCall, result: Any) -> None:
        call.outputs = _metas(result)

    main = sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv = [path]
    sys.path.insert(0, path.rpartition("/")[0])
    with watched_calls(enter, leave):
        outcome = run(source, path, main.__dict__)
    return calls, None if outcome.error is None else End.of(outcome.error, outcome.line)


def _metas(value: Any) -> tuple[Any, ...]:
    return tuple((meta.shape, meta.dtype) for meta in real_metas(value))
