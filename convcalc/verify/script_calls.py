"""What two runs of a script are compared by: its calls of modules in order, and where it ends."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Meta = tuple[tuple[int | None, ...] | None, str | None]  # a tensor's shape and type, None where they are not known


BASES = frozenset(("Exception", "BaseException", "object"))  # of every error


class ScriptCall:
    """One call of a module: its class, the tensors that it was given, and those that it returned (None: it raised)."""

    __slots__ = ("inputs", "line", "outputs", "type")

    def __init__(self, type_: str, inputs: Iterable[Meta], outputs: Iterable[Meta] | None, line: int | None) -> None:
        self.type = type_
        self.inputs = tuple(inputs)
        self.outputs = None if outputs is None else tuple(outputs)
        self.line = line  # of the script

    @property
    def key(self) -> Any:
        """By which two calls are told apart."""
        return self.type, self.inputs, self.outputs

    @property
    def is_known(self) -> bool:
        """Whether every size and type of it is known."""
        return self.takes_what_is_known and _are_known(self.outputs or ())

    @property
    def takes_what_is_known(self) -> bool:
        """Whether every size and type that it is given is known; PyTorch may refuse what is not."""
        return _are_known(self.inputs)

    def may_be(self, real: ScriptCall, raised: bool = False) -> bool:
        """Whether nothing that is known of this call contradicts PyTorch's; where it may have `raised`, what it returns is not asked for."""
        if self.type != real.type or not _fit(self.inputs, real.inputs):
            return False
        if real.outputs is None or self.outputs is None:
            return raised or real.outputs is self.outputs or not self.takes_what_is_known
        return _fit(self.outputs, real.outputs)

    def __repr__(self) -> str:
        outputs = "raised" if self.outputs is None else _text(self.outputs)
        return f"{self.type} {_text(self.inputs)} -> {outputs} in line {self.line}"


class End:
    """Where a script ends with an error: the innermost line of its own, and the names of the error's class and of its bases."""

    __slots__ = ("line", "text", "types")

    def __init__(self, line: int | None, types: tuple[str, ...], text: str = "") -> None:
        self.line = line
        self.types = types
        self.text = text

    @classmethod
    def of(cls, error: BaseException, line: int | None) -> End:
        return cls(line, tuple(base.__name__ for base in type(error).__mro__), str(error).partition("\n")[0][:120])

    def is_that_of(self, real: End) -> bool:
        """Whether PyTorch's error is of this line, and whether one handler could catch both by more than `Exception`."""
        return self.line == real.line and bool({*self.types} & {*real.types} - BASES)

    def __repr__(self) -> str:
        return f"{self.types[0]} in line {self.line}: {self.text}"


def _are_known(metas: tuple[Meta, ...]) -> bool:
    return all(shape is not None and None not in shape and dtype is not None for shape, dtype in metas)


def _fit(mine: tuple[Meta, ...], real: tuple[Meta, ...]) -> bool:
    """Whether tensors may be PyTorch's; something unknown may be any number of them."""
    if not mine:
        return not real
    shape, dtype = mine[0]
    if shape is None and dtype is None:
        return any(_fit(mine[1:], real[i:]) for i in range(len(real) + 1))
    return bool(real) and _is_like(shape, dtype, *real[0]) and _fit(mine[1:], real[1:])


def _is_like(shape: Any, dtype: Any, real_shape: Any, real_dtype: Any) -> bool:
    if dtype is not None and dtype != real_dtype:
        return False
    if shape is None:
        return True
    return len(shape) == len(real_shape) and all(a is None or a == b for a, b in zip(shape, real_shape))


def _text(metas: tuple[Meta, ...]) -> str:
    def one(shape: Any, dtype: Any) -> str:
        sizes = "?" if shape is None else "x".join("?" if size is None else str(size) for size in shape) or "scalar"
        return f"{sizes} {dtype or '?'}"

    return "[" + ", ".join(one(*meta) for meta in metas) + "]"
