"""`torch.save`, `torch.load` and `torch.hub`: what was saved in this run comes back; what lies on a disk is not known."""

from __future__ import annotations

import os
from _collections import OrderedDict

from convcalc.tensor import Unknown
from convcalc.tensor.resets import on_reset
from convcalc.tensor.unknown import either

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_saved: dict[Any, Any] = {}
_saved_somewhere: list[Any] = []  # under paths that are not known


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
        return _as_it_is(_saved[_key(f)])
    found = Unknown(f"torch.load({str(f)!r})")
    return either(found, *_saved_somewhere) if isinstance(f, Unknown) and _saved_somewhere else found


@on_reset
def reset() -> None:
    _saved.clear()
    _saved_somewhere.clear()


def _elsewhere(name: str) -> Any:
    """A function whose result comes from the network."""

    def fetch(*args: Any, **kwargs: Any) -> Unknown:
        return Unknown(f"torch.hub.{name}({', '.join(map(repr, args[:2]))})")

    fetch.__name__ = name
    return fetch


SAVING: dict[str, Any] = {"save": save, "load": load}
SERIALIZATION: dict[str, Any] = {**SAVING, "add_safe_globals": lambda safe_globals: None}
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
