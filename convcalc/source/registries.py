"""Tables that a package's modules fill when they are imported: `@register_model` and its like.

A module of a package is run when a name of it is needed, so a registry would stay empty. Its tables (the dicts that were
empty when its module had run) are therefore replaced by tables that ask, when a key is missed, for the module whose text
defines or mentions that key; who asks for all keys gets all modules run.
"""

from __future__ import annotations

import types
from _collections import OrderedDict, defaultdict

from convcalc.tensor.attributes import is_refused_attribute, own_table, read, write
from convcalc.trace.internal_errors import reveal

from . import scanning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .lazy_modules import State
    from .loading import Loader


WAITING = object()


class Shelf:
    """The modules of one run that wait to be run, and the registries that may need them."""

    def __init__(self) -> None:
        self.waiting: dict[str, State] = {}
        self.roots: set[str] = set()  # the names that decorate something in a waiting module
        self.homes: list[
            tuple[State, list[tuple[Any, str, tuple[str, ...]]]]
        ] = []  # modules that have run, with their empty tables


def postpone(loader: Loader, state: State) -> None:
    """A module will be run when it is needed."""
    shelf = loader.shelf
    if state.status or state.name in shelf.waiting or state.location.path is None:
        return
    shelf.waiting[state.name] = state
    new = set(scanning.decorated(loader.text_of(state)).values()) - shelf.roots
    if new:
        shelf.roots |= new
        for home, tables in shelf.homes:
            if tables and not new.isdisjoint(home.names):
                _replace(loader, tables)


def postpone_below(loader: Loader, state: State, wanted: str) -> None:
    """The same for `from package import module`."""
    if state.location.folders:
        below = loader.state(f"{state.name}.{wanted}")
        if below is not None:
            postpone(loader, below)


def attach(loader: Loader, state: State) -> None:
    """A package's module has run: the tables of a registry that waiting modules would fill are replaced."""
    shelf = loader.shelf
    shelf.waiting.pop(state.name, None)
    if not state.is_foreign:
        return
    tables = list(_empty_tables(state))
    if tables and not shelf.roots.isdisjoint(state.names):
        _replace(loader, tables)
    elif tables:
        shelf.homes.append((state, tables))


def _empty_tables(state: State) -> Iterator[tuple[Any, str, tuple[str, ...]]]:
    """The empty dicts of a module: its own, those of its classes, and those of the objects that it holds; each with the names by which others may fill it."""
    for name, value in state.names.items():
        if name == "__builtins__":
            continue
        if _is_empty_table(value):
            yield state.names, name, scanning.names_with(state.text, name)
        elif _is_own(value, state.name):
            for key, item in list(_table_of(value).items()):
                if _is_empty_table(item) and key[:2] != "__" and scanning.fills(state.text, key):
                    yield value, key, scanning.names_with(state.text, name)


def _is_empty_table(value: Any) -> bool:
    return type(value) in (dict, OrderedDict, defaultdict) and not value


def _is_own(value: Any, module: str) -> bool:
    """Whether a value is a class of the module, or an object of such a class."""
    if isinstance(value, (types.FunctionType, types.ModuleType)):
        return False
    kind = value if issubclass(type(value), type) else type(value)
    return bool(type.__dict__["__dict__"].__get__(kind).get("__module__") == module)


def _table_of(value: Any) -> Any:
    """The attributes of a class or of an object itself, without asking its own `__getattribute__`."""
    return type.__dict__["__dict__"].__get__(value) if issubclass(type(value), type) else own_table(value)


def _replace(loader: Loader, tables: list[tuple[Any, str, tuple[str, ...]]]) -> None:
    for owner, name, fillers in tables:
        held = dict.get(owner, name) if isinstance(owner, dict) else _table_of(owner).get(name)
        if type(held) not in (dict, OrderedDict, defaultdict):
            continue
        table = Table(held or {})
        _loaders[id(table)] = (loader, getattr(held, "default_factory", None), fillers)
        if isinstance(owner, dict):
            dict.__setitem__(owner, name, table)
        elif isinstance(owner, type):
            type.__setattr__(owner, name, table)
        else:
            vars(owner)[name] = table
    tables.clear()


_loaders: dict[
    int, tuple[Loader, Any, tuple[str, ...]]
] = {}  # by the table's id: nothing on a table leads to the loader
_MISSING = object()


class Table(dict):  # type: ignore[type-arg]
    """A registry's table: a key that it lacks is looked for in the modules that wait."""

    def __missing__(self, key: Any) -> Any:
        factory = _loaders[id(self)][1]
        _seek(key, self)
        if not dict.__contains__(self, key) and factory is None:
            _run_all(self)
        if dict.__contains__(self, key):
            return dict.__getitem__(self, key)
        if factory is None:
            raise KeyError(key)
        value = self[key] = factory()
        return value

    def __contains__(self, key: Any) -> bool:
        if not dict.__contains__(self, key):
            _seek(key, self)
        return dict.__contains__(self, key)

    def get(self, key: Any, default: Any = None) -> Any:
        return dict.__getitem__(self, key) if key in self else default

    def pop(self, key: Any, default: Any = _MISSING) -> Any:
        if key in self or default is _MISSING:
            return dict.pop(self, key)
        return default

    def __iter__(self) -> Iterator[Any]:
        _run_all(self)
        return dict.__iter__(self)

    def __len__(self) -> int:
        _run_all(self)
        return dict.__len__(self)

    def __bool__(self) -> bool:
        return len(self) > 0

    def keys(self) -> Any:
        _run_all(self)
        return dict.keys(self)

    def values(self) -> Any:
        _run_all(self)
        return dict.values(self)

    def items(self) -> Any:
        _run_all(self)
        return dict.items(self)

    def copy(self) -> dict[Any, Any]:
        return dict(self.items())


def _seek(key: Any, table: Table) -> None:
    """Runs the modules that define a name, else those that mention it, until the table has it."""
    loader, _, fillers = _loaders[id(table)]
    if type(key) is not str or not key or loader.running:
        return
    word = key.encode("utf8", "replace")
    marks = (b"def " + word + b"(", b"class " + word + b"(", b"class " + word + b":")
    quoted = (b'"' + word + b'"', b"'" + word + b"'")
    for wanted in (marks, quoted):
        while True:
            state = _waiting_with(loader, wanted, fillers)
            if state is None:
                break
            _run(loader, state)
            if dict.__contains__(table, key):
                return


def _waiting_with(loader: Loader, wanted: tuple[bytes, ...], fillers: tuple[str, ...]) -> State | None:
    """A waiting module whose text has one of these marks; else one that leads to such a module: imports it, or has it in its folders."""
    waiting = list(loader.shelf.waiting.values())

    def found(state: State) -> bool:
        return any(mark in state.text for mark in wanted) and _may_fill(state, fillers)

    for state in waiting:
        if found(state):
            return state
    beside: dict[str, list[State]] = {}
    for state in waiting:
        above = state.name.rpartition(".")[0]
        if above and above not in beside:
            package = loader.state(above)
            beside[above] = [] if package is None else [s for s in _within(loader, package, deep=False) if found(s)]
        if any(scanning.mentions(state.text, s.name.rpartition(".")[2]) for s in beside.get(above, ())):
            return state
    for state in waiting:
        if any(map(found, _within(loader, state, deep=True))):
            return state
    return None


def _within(loader: Loader, package: State, deep: bool) -> Iterator[State]:
    """The modules that lie in the folders of a package and have not been asked for, read but not run."""
    for name in loader.finder.names_below(package.location):
        state = loader.state(f"{package.name}.{name}")
        if state is not None and not state.status and state.name not in loader.shelf.waiting:
            loader.text_of(state)
            yield state
            if deep:
                yield from _within(loader, state, deep)


def _run_all(table: Table) -> None:
    """Runs the waiting modules that may fill a table: those that mention one of the names by which that is done."""
    loader, _, fillers = _loaders[id(table)]
    refused: set[str] = set()
    while not loader.running:
        left = [s for name, s in loader.shelf.waiting.items() if name not in refused]
        if not left:
            return
        for state in left:
            if _may_fill(state, fillers):
                _run(loader, state)
            else:
                refused.add(state.name)


def _may_fill(state: State, fillers: tuple[str, ...]) -> bool:
    return any(scanning.mentions(state.text, name) for name in fillers)


def _run(loader: Loader, state: State) -> None:
    loader.shelf.waiting.pop(state.name, None)
    try:
        loader.run_module(state)
    except Exception as error:
        reveal(error)
        loader.unknown(state.name, error)


class Names(dict):  # type: ignore[type-arg]
    """The names of a module as a dict: `globals()`, `module.__dict__`. A promised name is looked up when its value is read; what is
    set is set in the module."""

    __slots__ = ("find", "put")

    def __init__(self, names: Any, find: Any, put: Any) -> None:
        dict.__init__(self, names)
        self.find = find
        self.put = put

    def __getitem__(self, name: Any) -> Any:
        value = dict.__getitem__(self, name)
        if value is WAITING:
            value = self.find(name)
            dict.__setitem__(self, name, value)
        return value

    def __setitem__(self, name: Any, value: Any) -> None:
        self.put(name, value)
        dict.__setitem__(self, name, value)

    def get(self, name: Any, default: Any = None) -> Any:
        if name not in self:
            return default
        return self[name]

    def setdefault(self, name: Any, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *others: Any, **named: Any) -> None:
        for name, value in dict(*others, **named).items():
            self[name] = value

    def items(self) -> Any:
        return [(name, self[name]) for name in self]

    def values(self) -> Any:
        return [self[name] for name in self]

    def copy(self) -> dict[str, Any]:
        return dict(self.items())


def globals_of(names: dict[str, Any]) -> Names:
    """`globals()` of a module of a package or of the project: what it holds, without the guard's own."""
    own = {name: value for name, value in names.items() if name != "__builtins__" and name[0] != "$"}
    promised = dict.fromkeys(getattr(names, "promises", ()), WAITING)

    def put(name: Any, value: Any) -> None:
        if _may_be_set(name):
            names[name] = value

    return Names({**promised, **own}, lambda name: names[name] if _may_be_set(name) else None, put)


def table_of(module: Any) -> Names:
    """`module.__dict__` of a module that stands for another: its public names."""

    def put(name: Any, value: Any) -> None:
        if _may_be_set(name):
            write(module, name, value)

    return Names(
        dict.fromkeys(dir(module), WAITING), lambda name: read(module, name) if _may_be_set(name) else None, put
    )


def _may_be_set(name: Any) -> bool:
    """Whether a loaded file may set a module's name by its text. Nothing of the guard, which lives among these names, is one."""
    return type(name) is str and name.isidentifier() and name[:2] != "__" and not is_refused_attribute(name)
