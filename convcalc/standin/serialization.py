"""`torch.save`, `torch.load` and `torch.hub`: what was saved in this run comes back; what lies on a disk is not known."""

from __future__ import annotations

import os
from _collections import OrderedDict

from convcalc.nn.module import Module
from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.resets import on_reset
from convcalc.tensor.unknown import either
from convcalc.trace.recorder import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_saved: dict[Any, Any] = {}
_saved_somewhere: list[Any] = []  # under paths that are not known
_FOREIGN = tuple(
    f"convcalc.standin.{file}" for file in ("arguments", "numpy_arrays", "optim", "optimizers", "schedules")
)
_allowed = [False]  # whether the script allows classes of its own in what it loads


def _key(file: Any) -> Any:
    if isinstance(file, (str, bytes, os.PathLike)):
        return os.path.normpath(os.fsdecode(file))
    return id(file)


def _as_it_is(obj: Any) -> Any:
    """An object as it is now: what is later put into its containers, or taken from them, does not change what was saved."""
    if type(obj) in (dict, OrderedDict):
        return type(obj)((key, _as_it_is(value)) for key, value in obj.items())
    return type(obj)(map(_as_it_is, obj)) if type(obj) in (list, tuple) else obj


def save(
    obj: Any, f: Any, pickle_module: Any = None, pickle_protocol: Any = 2, _use_new_zipfile_serialization: Any = True,
    _disable_byteorder_record: Any = False,
) -> None:  # fmt: skip
    if not isinstance(f, Unknown):
        _saved[_key(f)] = _as_it_is(obj)
    else:
        _saved_somewhere.append(_as_it_is(obj))


def load(
    f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: Any = None, mmap: Any = None,
    **pickle_load_args: Any,
) -> Any:  # fmt: skip
    """The object saved under that path; unknown when it was not saved in this run."""
    if not isinstance(f, Unknown) and _key(f) in _saved:
        if (weights_only is None and pickle_module is None) or weights_only is True:
            _note_more_than_weights(_saved[_key(f)])
        return _as_it_is(_saved[_key(f)])
    found = Unknown("torch.load(...)" if isinstance(f, Unknown) else f"torch.load({str(f)!r})")
    return either(found, *_saved_somewhere) if isinstance(f, Unknown) and _saved_somewhere else found


def _note_more_than_weights(saved: Any) -> None:
    """Notes that PyTorch, from 2.6 on, refuses to load more than tensors and plain values, unless `weights_only=False` says that it may.

    No error: nothing of the model is wrong, and the script runs with the PyTorch that it was written for.
    """
    kind = _foreign(saved, 0)
    if kind is not None and not _allowed[0]:
        warn(
            f"torch.load() refuses a file with a {kind.__qualname__} in it since PyTorch 2.6, unless it is called with weights_only=False"
        )


def _foreign(value: Any, depth: int) -> type | None:
    """The class of something in a value that is neither a tensor nor plain; None where nothing is, or nobody knows."""
    kind = type(value)
    if kind in (dict, OrderedDict, list, tuple, set) and depth < 20:
        parts = (*value, *value.values()) if kind in (dict, OrderedDict) else value
        return next(filter(None, (_foreign(part, depth + 1) for part in parts)), None)
    if isinstance(value, (Tensor, type)) or type(value) is Unknown:
        return None
    name = getattr(kind, "__module__", "")
    is_foreign = isinstance(value, Module) or name == "__main__" or name in _FOREIGN or name.startswith("torch.optim")
    return kind if is_foreign else None


@on_reset
def reset() -> None:
    _allowed[0] = False
    _saved.clear()
    _saved_somewhere.clear()


def _elsewhere(name: str) -> Any:
    """A function whose result comes from the network."""

    def fetch(*args: Any, **kwargs: Any) -> Unknown:
        return Unknown(f"torch.hub.{name}({', '.join(map(repr, args[:2]))})")

    fetch.__name__ = name
    return fetch


SAVING: dict[str, Any] = {"save": save, "load": load}


def add_safe_globals(safe_globals: Any) -> None:
    _allowed[0] = True


class safe_globals:
    """A stretch in which classes may be loaded."""

    def __init__(self, safe_globals: Any) -> None:
        _allowed[0] = True

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: Any) -> None:
        pass


SERIALIZATION: dict[str, Any] = {**SAVING, "add_safe_globals": add_safe_globals, "safe_globals": safe_globals}
HUB: dict[str, Any] = {
    name: _elsewhere(name)
    for name in "load list help load_state_dict_from_url download_url_to_file set_dir load_url".split()
}
HUB.update(
    get_dir=lambda: "~/.cache/torch/hub", _get_torch_home=lambda: "~/.cache/torch"
)  # names only: nothing is there

STANDS_FOR = {
    "torch.hub": HUB,
    "torch.utils.model_zoo": HUB,
    "torch.serialization": SERIALIZATION,
}
MENTIONED = ("torch",)
