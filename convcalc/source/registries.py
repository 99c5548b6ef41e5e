from __future__ import annotations
TYPE_CHECKING=False
if TYPE_CHECKING:
    from typing import Any

class Globals(dict):
    def __init__(self, names: Any) -> None:
        dict.__init__(self, {k: v for k, v in names.items() if k != "__builtins__" and k[0] != "$"})

def attach(loader: Any, state: Any) -> None: ...
def postpone(loader: Any, state: Any) -> None: ...
def postpone_below(loader: Any, state: Any, wanted: str) -> None: ...
