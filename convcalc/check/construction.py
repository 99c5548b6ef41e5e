"""The construction of a layer that PyTorch refuses to build: found in the frames that the error went through."""

from __future__ import annotations

from convcalc.nn.module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def layer_under_construction(error: BaseException) -> Any:
    """Return the outermost of PyTorch's layers whose constructor an error went through; None where there is none."""
    frame = _constructor_frame(error)
    return None if frame is None else frame.f_locals["self"]


def settings_under_construction(error: BaseException) -> dict[str, Any]:
    """Return the arguments, and other local names, of that constructor."""
    frame = _constructor_frame(error)
    return {} if frame is None else dict(frame.f_locals)


def _constructor_frame(error: BaseException) -> Any:
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_locals.get("self")
        if (
            frame.f_code.co_name == "__init__"
            and isinstance(module, Module)
            and type(module).__module__.startswith("convcalc.nn")
        ):
            return frame
        traceback = traceback.tb_next
    return None
