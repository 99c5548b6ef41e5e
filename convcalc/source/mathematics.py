"""`math`, `cmath` and `statistics`: Python's own functions, which answer an unknown number where they are given one."""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTS = frozenset("ceil floor trunc comb perm factorial gcd lcm isqrt".split())
BOOLS = frozenset("isclose isfinite isinf isnan".split())
KINDS = {
    "math": float,
    "cmath": complex,
    "statistics": None,
}  # of the others; None where it hangs on what they are given


def passing_unknowns(module: str, names: dict[str, Any]) -> dict[str, Any]:
    """The functions among a module's names, each passing on what is not known."""
    return {
        name: _passing(module, name, value) if callable(value) and not isinstance(value, type) else value
        for name, value in names.items()
    }


def _passing(module: str, name: str, function: Any) -> Any:
    kind = int if name in INTS else bool if name in BOOLS else KINDS[module]

    def passing(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except UnknownValue as unknown:
            return Unknown(f"{module}.{name}({unknown.reason})", kind)

    passing.__name__ = passing.__qualname__ = name
    return passing
