"""A module that is run from source: how far it has come, how a loaded file sees it, and its table of names.

The table of an installed package's module keeps what the module imports as promises; the interpreter itself asks for a name
that it misses (`__missing__`), and so redeems them.
"""

from __future__ import annotations

from types import ModuleType

from convcalc.tensor.attributes import is_refused_attribute, plain_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .finding import Location
    from .loading import Loader

NEW, RUNNING, DONE, FAILED = range(4)
NOT_READ = object()


def bindable(names: Any) -> list[str]:
    """The names of those that a module exports which `from module import *` may bind: texts, and none of the guard's own."""
    return [
        name for name in list(names) if type(name) is str and name.isidentifier() and not is_refused_attribute(name)
    ]


class Promise:
    """What `from module import name` will bind when it is needed."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name


class State:
    """A module and how far it has come."""

    __slots__ = ("error", "listing", "location", "module", "name", "names", "status", "text")

    def __init__(self, name: str, location: Location) -> None:
        self.name = name
        self.location = location
        self.status = NEW
        self.error: Exception | None = None
        self.text = b""
        self.module = SourceModule(name)
        self.names: dict[str, Any] = {}
        self.listing: Any = NOT_READ  # of a lazy package

    @property
    def is_foreign(self) -> bool:
        return self.location.kind == "foreign"


states: dict[int, tuple[Loader, State]] = {}  # by the module's id: nothing on the module leads to the loader


class SourceModule(ModuleType):
    """A module of the project or of a package, as a loaded file holds it; its names are in a table elsewhere."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        ModuleType.__getattribute__(self, "__dict__").clear()

    def __getattr__(self, name: str) -> Any:
        loader, state = states[id(self)]
        return loader.attribute(state, plain_name(name))

    def __setattr__(self, name: str, value: Any) -> None:
        if is_refused_attribute(plain_name(name)):
            raise AttributeError(name)
        states[id(self)][1].names[name] = value

    def __delattr__(self, name: str) -> None:
        if is_refused_attribute(plain_name(name)):
            raise AttributeError(name)
        del states[id(self)][1].names[name]

    def __dir__(self) -> list[str]:
        loader, state = states[id(self)]
        loader.run_module(state)
        return sorted(public_table(state))

    def __repr__(self) -> str:
        return f"<module '{states[id(self)][1].name}'>"

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle 'module' object")

    def __deepcopy__(self, memo: Any) -> SourceModule:
        return self


class LazyNames(dict):  # type: ignore[type-arg]
    """The global names of a foreign module: a promise is kept apart, and redeemed when its name is missed."""

    __slots__ = ("loader", "promises", "redeeming", "stars", "state")

    def __init__(self, loader: Loader, state: State) -> None:
        self.loader = loader
        self.state = state
        self.promises: dict[str, Promise] = {}
        self.redeeming: set[str] = set()
        self.stars: list[str] = []  # modules of which only running tells what `import *` brings, the last first

    def __setitem__(self, name: str, value: Any) -> None:
        if type(value) is Promise:
            dict.pop(self, name, None)
            self.promises[name] = value
            if name in dict.__getitem__(self, "__builtins__"):
                self.redeem(name)  # a class body would find the builtin first
        else:
            self.promises.pop(name, None)
            dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        if self.promises.pop(name, None) is None:
            dict.__delitem__(self, name)

    def __missing__(self, name: str) -> Any:
        if name in self.promises:
            return self.redeem(name)
        builtins = dict.__getitem__(self, "__builtins__")
        if dict.__contains__(builtins, name):
            return dict.__getitem__(builtins, name)
        return self.of_stars(name)

    def redeem(self, name: str) -> Any:
        promise = self.promises.pop(name)
        self.redeeming.add(name)
        try:
            value = self.loader.follow(promise)
        finally:
            self.redeeming.discard(name)
        if not dict.__contains__(self, name):
            dict.__setitem__(self, name, value)
        return dict.__getitem__(self, name)

    def of_stars(self, name: str) -> Any:
        if name[:2] != "__":
            if self.state.listing is not NOT_READ and self.state.listing is not None:
                return self.of_listed(name)
            for star in self.stars:
                state = self.loader.state(star)
                if state is not None and state.status != RUNNING and name in self.loader.exported(state):
                    value = self.loader.attribute(state, name)
                    dict.__setitem__(self, name, value)
                    return value
        raise KeyError(name)

    def of_listed(self, name: str) -> Any:
        """The same where the package is a lazy one: its modules come before what they have."""
        from .lazy_packages import provider

        if self.loader.finder.locate(f"{self.state.name}.{name}") is None:
            state = provider(self.loader, self.stars, name)
            if state is not None:
                value = self.loader.attribute(state, name)
                dict.__setitem__(self, name, value)
                return value
        raise KeyError(name)


class LazyBuiltins(dict):  # type: ignore[type-arg]
    """The builtins of a foreign module. The body of a class asks them for what it does not find in a plain dict."""

    __slots__ = ("names",)
    names: LazyNames

    def __missing__(self, name: str) -> Any:
        names = self.names
        return names.redeem(name) if name in names.promises else names.of_stars(name)


def public_table(state: State) -> dict[str, Any]:
    """The names of a module without the guard's own; a promised name is there with nothing behind it."""
    names = state.names
    table = {name: value for name, value in names.items() if name != "__builtins__" and name[0] != "$"}
    if type(names) is LazyNames:
        table.update(dict.fromkeys(names.promises))
    return table
