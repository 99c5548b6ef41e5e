"""Modules of the user's project and of installed packages, run from their source under the same guard as the file itself.

A module of the project is the user's own: it is run when it is imported, instrumented as the file is, and its lines are
places of the record. A module of an installed package is foreign: it is run when a name of it is first used, because a
package often re-exports everything that it has. What it imports at its top is therefore kept as a promise in its table of
names, and looked up by the interpreter itself when the name is missed (`LazyNames`, `LazyBuiltins`).

    find       the module of a name, as `import` needs it
    import_    what an import statement means
    attribute  a name of a module, which is run first where that is needed
"""

from __future__ import annotations

import sys
import warnings
from os.path import abspath
from types import CodeType, ModuleType

from convcalc.tensor import Unknown, message_of
from convcalc.tensor.attributes import has, is_refused_attribute, read
from convcalc.trace.internal_errors import reveal

from . import bytecode, registries, scanning
from .builtin import conversion
from .compiling import Deep, compile_code
from .finding import Finder, Location
from .instrument import instrument
from .lazy_modules import (
    DONE,
    FAILED,
    NEW,
    NOT_READ,
    RUNNING,
    LazyBuiltins,
    LazyNames,
    Promise,
    SourceModule,
    State,
    bindable,
    public_table,
    states,
)
from .reading import parse_source
from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .lazy_packages import Listing
    from .program import Program

_MISSING = object()


class _Source:
    """A module as the source of a star import, or of names that are promised."""

    def __init__(self, loader: Loader, module: str, exported: list[str] | None, promised: bool) -> None:
        def find(name: str) -> Any:
            if promised:
                return Promise(module, name)
            state = loader.state(module)
            return loader.attribute(state, name) if state is not None else None

        if exported is not None:  # for `import *`; else `__all__` is a name like any other
            self.__all__ = [name for name in bindable(exported) if not has(_Source, name)]
        _finders[id(self)] = find

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":
            raise AttributeError(name)
        return _finders[id(self)](name)

    def __del__(self) -> None:
        _finders.pop(id(self), None)


_finders: dict[int, Any] = {}


class Loader:
    """Finds and runs modules for one loaded file."""

    def __init__(self, run: Program, finder: Finder) -> None:
        self.run = run
        self.finder = finder
        self.own_package: str | None = None  # the package that a target names: its lines are the user's
        self._states: dict[str, State] = {}
        self._importers: dict[int, State] = {}
        self._base: dict[str, Any] | None = None
        self.shelf = registries.Shelf()
        self.running = 0  # modules of packages that run right now, one inside the other
        states.clear()

    # modules

    def state(self, name: str) -> State | None:
        """The state of a module that has a source here; made where it is new."""
        state = self._states.get(name)
        if state is None:
            location = self.finder.locate(name)
            if location is None or location.kind == "opaque":
                return None
            state = self._states[name] = State(name, location)
            states[id(state.module)] = (self, state)
            self._prepare(state)
        return state

    def find(self, name: str) -> Any:
        """The module of a name, or None where no source of it is found; a project's module is run."""
        state = self.state(name)
        if state is None:
            return None
        if state.is_foreign:
            return self.run.foreign_module(name, state.module)
        self.run_module(state)
        return state.module

    def file_of(self, name: Any) -> str | None:
        """The file of a module that has been asked for."""
        state = self._states.get(name) if type(name) is str else None
        return None if state is None else state.location.path

    def names_of(self, name: str) -> dict[str, Any]:
        """The names of a module that has been run from source, or runs."""
        return self._states[name].names if self.has_run(name) else {}

    def has_run(self, name: str) -> bool:
        """Whether a module of that name has been run from source, or runs."""
        state = self._states.get(name)
        return state is not None and state.status in (RUNNING, DONE)

    def _prepare(self, state: State) -> None:
        location = state.location
        foreign = state.is_foreign
        names: Any = LazyNames(self, state) if foreign else {}
        base = self._builtins()
        builtins: Any = LazyBuiltins(base) if foreign else dict(base)
        if foreign:
            builtins.names = names
        builtins["globals"] = lambda: registries.globals_of(names)
        package = state.name if location.is_package else state.name.rpartition(".")[0]
        values = {"__builtins__": builtins, "__name__": state.name, "__package__": package, "__doc__": None}
        if location.path is not None:
            values["__file__"] = abspath(location.path)
        if location.is_package:
            values["__path__"] = list(location.folders)
        dict.update(names, values)
        state.names = names
        self._importers[id(names)] = state

    def _builtins(self) -> dict[str, Any]:
        if self._base is None:
            self._base = self.run.builtins()
            self._base.update({f"${kind}()": conversion(self._base[kind]) for kind in bytecode.CONVERSIONS})
        return self._base

    def adopt(self, name: str, names: dict[str, Any], location: Location) -> SourceModule:
        """Makes the file that is being run a module, of its package if it lies in one: its relative imports are found."""
        state = State(name, location)
        state.status = RUNNING
        state.names = names
        states[id(state.module)] = (self, state)
        if "." in name:
            self._importers[id(names)] = state
        return state.module

    def namespaces(self) -> list[dict[str, Any]]:
        """The global names of the project's modules that have been run."""
        return [state.names for state in self._states.values() if not state.is_foreign and state.names]

    def run_module(self, state: State) -> None:
        """Runs a module that has not run yet, its packages first; raises what it raises."""
        if state.status == FAILED and state.error is not None:
            raise state.error
        if state.status != NEW:
            return
        state.status = RUNNING
        self.run.modules[state.name] = state.module
        try:
            above = self._above(state)
            if above is not None:
                self.run_module(above)
            if state.location.path is not None:
                code = self._code(state)
                record = self.run.record
                if state.is_foreign:
                    self.running += 1
                    try:
                        with _Aside(record):
                            self._execute(code, state)
                    finally:
                        self.running -= 1
                else:
                    exec(code, state.names)
        except Exception as error:
            reveal(error)
            state.status = FAILED
            state.error = error
            if not state.is_foreign:  # as Python does: the next import tries again
                self._states.pop(state.name, None)
                self.run.modules.pop(state.name, None)
            raise
        state.status = DONE
        if state.name == "yaml":
            _take_unknown(state.names)
        if above is not None:
            self._bind(above, state)
        registries.attach(self, state)

    def _execute(self, code: CodeType, state: State) -> None:
        """Runs the code of a package's module: a statement that fails does not take the others with it."""
        try:
            exec(code, state.names)
        except ImportError:
            raise
        except Exception as error:
            reveal(error)
            from .partial_modules import run_rest

            run_rest(self, state, error)

    def _above(self, state: State) -> State | None:
        parent = state.name.rpartition(".")[0]
        return self.state(parent) if parent and not self.run.is_stood_in(parent) else None

    @staticmethod
    def _bind(above: State, state: State) -> None:
        """A package has the module that was imported below it as an attribute."""
        last = state.name.rpartition(".")[2]
        if not above.is_foreign:
            above.names[last] = state.module
            return
        names: Any = above.names
        if last not in names.promises and last not in names.redeeming and not dict.__contains__(names, last):
            names[last] = state.module

    def _code(self, state: State) -> CodeType:
        path = state.location.path
        assert path is not None
        text = state.text or self.finder.read_module(path)
        state.text = text
        own = not state.is_foreign or state.name.partition(".")[0] == self.own_package
        if own:
            self.run.record.files.add(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if state.is_foreign:
                listing = self.listing(state)
                if listing is not None:
                    return self._listed(state, listing, path)
                code = bytecode.cached(self.finder, path, text) or compile(text, path, "exec", dont_inherit=True)
                ready = bytecode.redirect(code, text)
                if ready is not None:
                    return ready
                with Deep():
                    tree = instrument(compile(text, path, "exec", 0x400, dont_inherit=True), script=False)
                    return compile(tree, path, "exec", dont_inherit=True)
            return self._compiled(text, path)

    def listing(self, state: State) -> Listing | None:
        """What a lazy package lists; None for any other module."""
        if state.listing is NOT_READ:
            text = self.text_of(state)
            state.listing = None
            if state.is_foreign and state.location.is_package and b"TYPE_CHECKING" in text:
                from .lazy_packages import listing_of

                state.listing = listing_of(text)
        found: Listing | None = state.listing
        return found

    def resolve_in(self, state: State, module: str) -> str:
        """The absolute name of a module that one names, with its leading dots."""
        name = module.lstrip(".")
        return self.resolve(name, len(module) - len(name), state)

    def _listed(self, state: State, listing: Listing, path: str) -> CodeType:
        """The code of a lazy package, whose list has become promises."""
        names: Any = state.names
        for name, (module, wanted) in listing.promised.items():
            if not is_refused_attribute(name) and not is_refused_attribute(wanted):
                names[name] = Promise(self.resolve_in(state, module), wanted)
        names.stars[:0] = [self.resolve_in(state, star) for star in listing.stars]
        with Deep():
            return compile(instrument(listing.tree, script=False), path, "exec", dont_inherit=True)

    def source_of(self, path: str) -> bytes | None:
        """The source of a module that was run, by its file."""
        return next((s.text for s in self._states.values() if s.location.path == path and s.text), None)

    def _compiled(self, text: bytes, path: str) -> CodeType:
        """The code of a module of the project; one that is not Python ends the run, as it would end Python's."""
        try:
            tree = instrument(parse_source(text, path), True, False, path, self.run.control.tables, is_imported=True)
            return compile_code(tree, text, path)
        except UsageError as error:
            self.run.broken = error
            raise self.run.stop() from None

    def text_of(self, state: State) -> bytes:
        """The source of a module, read without running it."""
        if not state.text and state.location.path is not None:
            state.text = self.finder.read_module(state.location.path)
        return state.text

    def need(self, module: Any) -> None:
        """Runs a module that a user's `try ... except ImportError` imports; ImportError where a package's cannot be run."""
        if type(module) is SourceModule:
            state = states[id(module)][1]
            try:
                self.run_module(state)
            except Exception as error:
                reveal(error)
                if not state.is_foreign or isinstance(error, ImportError):
                    raise
                raise ImportError(f"{state.name} cannot be run here: {message_of(error)}", name=state.name) from None

    # names

    def attribute(self, state: State, name: str) -> Any:
        """A name of a module; AttributeError in Python's words where it has none."""
        if name == "__builtins__" or name[:1] == "$":
            raise AttributeError(name)
        found = self._lookup(state, name)
        if found is not _MISSING:
            return found
        if state.status == NEW:
            self.run_module(state)
            found = self._lookup(state, name)
            if found is not _MISSING:
                return found
        elif state.status == FAILED:
            self.run_module(state)
        below_name = f"{state.name}.{name}"
        below = None if name[:2] == "__" else self._states.get(below_name)
        if below is None and state.is_foreign and state.location.folders and name[:2] != "__":
            below = self.state(below_name)
        if below is not None and (state.is_foreign or below.status != NEW):
            return self.run.find_module(below.name)
        own = state.names.get("__getattr__")
        if own is not None and name[:2] != "__":
            return own(name)
        error = AttributeError(f"module '{state.name}' has no attribute '{name}'")
        if state.location.path is None and name[:2] != "__":
            return self.unknown(below_name, error)  # a package of that name may be installed where the file is run
        raise error

    @staticmethod
    def _lookup(state: State, name: str) -> Any:
        names = state.names
        if name in names:
            return names[name]
        if type(names) is LazyNames:
            if name in names.promises:
                return names.redeem(name)
            try:
                return names.of_stars(name)
            except KeyError:
                pass
        return _MISSING

    def follow(self, promise: Promise) -> Any:
        """What a promise stands for; unknown where the package cannot give it here."""
        try:
            module = self.run.find_module(promise.module)
            try:
                return read(module, promise.name)
            except AttributeError:
                below = f"{promise.module}.{promise.name}"
                if self.state(below) is None:
                    raise
                return self.run.find_module(below)
        except Exception as error:
            reveal(error)
            return self.unknown(f"{promise.module}.{promise.name}", error)

    def unknown(self, name: str, error: Exception) -> Unknown:
        """A part of a package that cannot be run here: unknown, with a note that says why."""
        record = self.run.record
        record.note(
            "missing-module",
            f"{name} is not analysed ({type(error).__name__}: {message_of(error)}): what comes from it is unknown",
            record.place(sys._getframe(1)),
        )
        return Unknown(name)

    def exported(self, state: State) -> list[str]:
        """What `from module import *` brings."""
        self.run_module(state)
        names = state.names.get("__all__")
        return list(names) if names is not None else [n for n in public_table(state) if n[0] != "_"]

    # import statements

    def importer(self, names: Any) -> State | None:
        return self._importers.get(id(names))

    def resolve(self, name: str, level: int, importer: State | None) -> str:
        """The absolute name that a relative one means."""
        if importer is None:
            if level > 1:
                raise ImportError("attempted relative import beyond top-level package")
            return name
        package = importer.name if importer.location.is_package else importer.name.rpartition(".")[0]
        parts = package.split(".") if package else []
        if level - 1 > len(parts) or (not parts and level > 1):
            raise ImportError("attempted relative import beyond top-level package")
        parts = parts[: len(parts) - level + 1]
        return ".".join([*parts, name] if name else parts)

    def import_(self, name: str, names: Any, locals: Any, fromlist: Any, level: int) -> Any:
        """`__import__` for the modules that are run from source, and for the file itself."""
        importer = self.importer(names)
        if level:
            name = self.resolve(name, level, importer)
            if not name:  # `from . import x` in a file that lies in no package: its siblings
                return _siblings(self.run, fromlist)
        if importer is not None and importer.is_foreign:
            return self._import_in_foreign(importer, name, locals is names, fromlist)
        module = self.run.find_module(name)
        if not fromlist:
            head = name.partition(".")[0]
            return module if head == name else self.run.find_module(head)
        if type(module) is SourceModule:
            state = states[id(module)][1]
            try:
                self.run_module(state)
            except Exception as error:
                reveal(error)
                if not state.is_foreign:
                    raise
                return self.run.any_names(self.unknown(name, error))
            if "*" in fromlist:
                return _Source(self, name, self.exported(state), promised=False)
            for wanted in fromlist:
                below = f"{name}.{wanted}"
                found = self._lookup(state, wanted)
                if found is _MISSING and self.finder.locate(below) is not None:
                    self.run.find_module(below)
                elif type(found) is Unknown and state.is_foreign:
                    text = f"{found.reason} is not analysed: what comes from it is unknown"
                    self.run.record.note("missing-module", text, self.run.record.place(sys._getframe(1)))
        return self.run.any_names(module)

    def _import_in_foreign(self, importer: State, name: str, at_top: bool, fromlist: Any) -> Any:
        """An import in a foreign module: promised at its top, done at once inside functions."""
        module = self._module_or_error(importer, name)
        if not fromlist:
            head = name.partition(".")[0]
            return module if head == name else self.run.find_module(head)
        if type(module) is not SourceModule:
            return self.run.any_names(module)
        state = states[id(module)][1]
        if "*" in fromlist:
            return self._star(importer, state, at_top)
        if not at_top or not state.is_foreign:
            self.run_module(state)
            return module
        if self._is_tried(importer):
            text = self.text_of(state)
            if not all(scanning.mentions(text, wanted) or f"{name}.{wanted}" in self._states for wanted in fromlist):
                self.run_module(state)
                return module
        if state.status == NEW:
            registries.postpone(self, state)
        for wanted in fromlist:
            registries.postpone_below(self, state, wanted)
        return _Source(self, name, None, promised=True)

    def _module_or_error(self, importer: State, name: str) -> Any:
        """The module; one that is not here is unknown, and missing where the package is prepared for that."""
        module = self.run.find_module(name, absent=False)
        if type(module) is Unknown and self._is_tried(importer):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return module

    def _is_tried(self, importer: State) -> bool:
        frame = sys._getframe(1)
        while frame is not None and frame.f_globals is not importer.names:
            frame = frame.f_back  # type: ignore[assignment]
        return frame is not None and scanning.waits_for_import_error(importer.text.split(b"\n"), frame.f_lineno)

    def _star(self, importer: State, state: State, at_top: bool) -> Any:
        lazily = at_top and state.is_foreign and state.status == NEW
        known = scanning.exported_names(self.text_of(state)) if lazily else None
        known = None if known is None else bindable(known)
        if not lazily:
            return _Source(self, state.name, self.exported(state), promised=False)
        registries.postpone(self, state)
        names: Any = importer.names
        if known is None:
            names.stars.insert(0, state.name)
            return _Source(self, state.name, [], promised=True)
        builtins = dict.__getitem__(names, "__builtins__")
        if any(name in builtins for name in known):
            return _Source(self, state.name, known, promised=True)
        for name in known:
            dict.pop(names, name, None)
        names.promises.update({name: Promise(state.name, name) for name in known})
        return _Source(self, state.name, [], promised=True)


class _Aside:
    """While a package's module runs, the record of the model that needs it waits: what the module computes is not the model's."""

    def __init__(self, record: Any) -> None:
        self.record = record

    def __enter__(self) -> None:
        record = self.record
        self.kept = record.stack, record.operation, record.mark(), record.branches
        record.stack, record.operation = [], None
        record.importing += 1

    def __exit__(self, *exc: Any) -> None:
        record = self.record
        record.importing -= 1
        record.stack, record.operation, mark, record.branches = self.kept
        record.take_back(mark)


def _take_unknown(names: dict[str, Any]) -> None:
    """PyYAML's functions that load: of a text that is not known they give what is not known, instead of failing inside."""

    def taking(name: str, load: Any) -> Any:
        def loading(stream: Any, *args: Any, **options: Any) -> Any:
            return Unknown(f"yaml.{name}(...)") if isinstance(stream, Unknown) else load(stream, *args, **options)

        return loading

    for name in (
        "load",
        "load_all",
        *(f"{kind}_load{all_}" for kind in ("safe", "full", "unsafe") for all_ in ("", "_all")),
    ):
        if name in names:
            names[name] = taking(name, names[name])


def _siblings(run: Program, fromlist: Any) -> Any:
    module = ModuleType("__main__")
    for name in fromlist:
        module.__dict__[name] = run.find_module(name)
    return module
