"""`lightning_utilities.core.imports`: whether packages are there, as torchmetrics asks. Of PyTorch it is known; others count as not there."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = {"torch": (2, 13, 0)}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split("."))


def is_met(requirement: str) -> bool:
    """Whether a requirement such as `torch>=2.1.0` is met."""
    for sign in (">=", "<=", "==", ">", "<"):
        name, found, version = requirement.partition(sign)
        if found:
            have, asked = HERE.get(name.strip()), _numbers(version)
            if have is None:
                return False
            return {
                ">=": have >= asked,
                "<=": have <= asked,
                "==": have == asked,
                ">": have > asked,
                "<": have < asked,
            }[sign]
    return requirement.strip() in HERE


class RequirementCache:
    """Whether a requirement is met, asked as a condition."""

    def __init__(self, requirement: Any = None, module: Any = None) -> None:
        self.requirement, self.module = requirement, module
        self.available = isinstance(requirement, str) and is_met(requirement)
        self.message = f"Requirement {requirement!r}"

    def __bool__(self) -> bool:
        return self.available

    def __str__(self) -> str:
        return self.message

    __repr__ = __str__


def package_available(package_name: str) -> bool:
    return package_name in HERE


def module_available(module_path: str) -> bool:
    return module_path.partition(".")[0] in HERE


def compare_version(package: str, op: Any, version: str, use_base_version: bool = False) -> bool:
    have = HERE.get(package)
    return have is not None and bool(op(have, _numbers(version)))


IMPORTS: dict[str, Any] = {
    "RequirementCache": RequirementCache, "ModuleAvailableCache": RequirementCache, "package_available": package_available,
    "module_available": module_available, "compare_version": compare_version,
}  # fmt: skip

STANDS_FOR = {"lightning_utilities.core.imports": IMPORTS}
