"""pandas: tables of which shapes and types are known, from the package `tables`."""

from __future__ import annotations

from convcalc.tensor import Unknown

from .numpy_rules.registry import wrappers
from .tables import building, grouping, picking
from .tables.attributes import PANDAS as NAMES
from .tables.columns import CategoricalDtype, StringDtype
from .tables.frame import DataFrame
from .tables.labels import Index
from .tables.making import FUNCTIONS, READERS
from .tables.series import Series

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LOADED = (building, grouping, picking)  # whose functions the methods of tables call
wrappers[:] = [Series, DataFrame, Index]


def _set_option(*args: Any, **kwargs: Any) -> None:
    """Changes what is printed."""


PANDAS: dict[str, Any] = {
    **{name: Unknown(f"pandas.{name}") for name in NAMES}, **FUNCTIONS, **READERS, "DataFrame": DataFrame, "Series": Series, "Index": Index,
    "CategoricalDtype": CategoricalDtype, "StringDtype": StringDtype, "set_option": _set_option, "reset_option": _set_option, "__version__": "2.3.0",
}  # fmt: skip
for _name in ("plotting", "api", "errors", "testing", "io", "tseries", "core", "util"):
    PANDAS.pop(_name, None)
_BELOW = (
    "plotting api api.types errors testing io io.json io.parsers tseries tseries.offsets tseries.frequencies tseries.holiday core core.frame core.series core.common "
    "core.groupby core.indexes util util.testing"
).split()  # fmt: skip


class Below(dict):  # type: ignore[type-arg]
    """The names of a module of pandas's of which only some, or none, are known."""

    def __init__(self, module: str, **own: Any) -> None:
        super().__init__(own)
        self.module = module

    def get(self, name: str, default: Any = None) -> Any:
        if name in self or name.startswith("_"):
            return dict.get(self, name, default)
        return default if f"{self.module}.{name}" in STANDS_FOR else Unknown(f"{self.module}.{name}")


STANDS_FOR: dict[str, dict[str, Any]] = {"pandas": PANDAS}
STANDS_FOR.update({f"pandas.{name}": Below(f"pandas.{name}") for name in _BELOW})
STANDS_FOR["pandas.core.frame"].update(DataFrame=DataFrame)
STANDS_FOR["pandas.core.series"].update(Series=Series)
MENTIONED = ("pandas",)
CLOSED = ("pandas",)
