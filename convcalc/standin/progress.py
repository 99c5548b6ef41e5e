"""`tqdm`: passes an iterable through and shows nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class tqdm:
    """A progress bar that is not drawn."""

    passes_through = True  # what it gives is what `iterable` gives

    def __init__(self, iterable: Any = None, desc: Any = None, total: Any = None, *args: Any, **kwargs: Any) -> None:
        self.iterable = iterable
        self.desc = desc
        self.total = total
        self.n = kwargs.get("initial", 0)
        self.disable = kwargs.get("disable", False)
        self.postfix: Any = None
        self.format_dict: dict[str, Any] = {}

    @classmethod
    def set_lock(cls, lock: Any) -> None:
        pass

    @classmethod
    def get_lock(cls) -> Any:
        from contextlib import nullcontext

        return nullcontext()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if self.iterable is not None else self.total

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def update(self, n: Any = 1) -> None:
        self.n = self.n + n

    def _silent(self, *args: Any, **kwargs: Any) -> None:
        pass

    set_description = set_description_str = set_postfix = set_postfix_str = close = clear = refresh = reset = (
        unpause
    ) = display = moveto = _silent

    @classmethod
    def write(cls, *args: Any, **kwargs: Any) -> None:
        pass

    @classmethod
    def pandas(cls, *args: Any, **kwargs: Any) -> None:
        pass


def trange(*args: Any, **kwargs: Any) -> tqdm:
    return tqdm(range(*args), **kwargs)


TQDM: dict[str, Any] = {"tqdm": tqdm, "trange": trange, "tqdm_notebook": tqdm, "tnrange": trange}

STANDS_FOR = dict.fromkeys("tqdm tqdm.auto tqdm.notebook tqdm.std tqdm.rich".split(), TQDM)
MENTIONED = ("tqdm",)
CLOSED = ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std")
