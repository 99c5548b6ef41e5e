"""Running a user's file against the stand-in.

The file is run as `__main__` by CPython itself; `torch` and what else it imports are stood in for, what would touch the
world is refused and noted, and everything that its models do is in the record.
"""

from __future__ import annotations

import os
import sys
import types
from os.path import isfile

from convcalc import standin
from convcalc.nn.module import Module, is_module
from convcalc.standin import facade
from convcalc.standin.modules import SOURCES
from convcalc.tensor import ShapeError, Unknown, UnknownValue, message_of
from convcalc.tensor.attributes import read
from convcalc.tensor.tensor import letters_are_sizes
from convcalc.tensor.unknown import PASSED_OVER
from convcalc.trace import BudgetExceeded, Recorder
from convcalc.trace.internal_errors import reveal
from convcalc.trace.recorder import unknown_cause

from . import builtin, stdlib
from .compiling import compile_code
from .control import Control
from .guard import CONFIGURATIONS, Refused, lock
from .instrument import guard_expression, instrument
from .lazy_modules import bindable
from .overlay import NOTHING_LAID, Overlay
from .reading import parse_source
from .target import NOTEBOOK, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convcalc.trace.recorder import BranchKey

    from .configs import Configs
    from .hidden import Concealed
    from .loading import Loader
    from .methods import Methods

# Modules that a file in the same folder cannot stand before: Python has them when it starts, or they are what is analysed.
NEVER_NEIGHBOURS = frozenset(
    (
        *sys.builtin_module_names,
        *"torch numpy abc codecs collections functools genericpath io os posixpath re site stat types typing".split(),
    )
)
AWAITING = 0x2000  # compile's flag for `await` outside of functions (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
COROUTINE = 0x80  # of code that awaits (inspect.CO_COROUTINE)
STEPS = 1_000_000  # calls of layers and operations in a run
STARVED = 3  # statements that may fail for want of memory before the run ends


class Stop(BaseException):
    """The script is over: PyTorch would have stopped here with an error, which is in the record."""


class Program:
    """A user's file, and what came of running it.

    `record` holds the calls, `namespace` its global names, `error` the refusal outside a model that ended it, if any.
    """

    def __init__(self, file: str, source: bytes, module: str | None = None, overlay: Overlay = NOTHING_LAID) -> None:
        self.file = file
        self.overlay = overlay  # texts in place of other files
        self.source = source
        self.is_notebook = file.endswith(NOTEBOOK)
        self.module = module  # the name of the module that a target names, found on the import path; None for a file
        self.record = Recorder({file}, STEPS)
        self.namespace: dict[str, Any] = {}
        self.tree: Any = None
        self.error: Exception | None = None
        self.missing: set[str] = set()
        self.broken: UsageError | None = None  # a module of the project that is not Python
        self.left_out = _broken_cells(file) if self.is_notebook else []
        self.class_lines: dict[str, int] = {}
        self.uses: dict[str, set[str]] = {}
        self.guarded = True
        self.others: frozenset[BranchKey] = frozenset()  # branches on unknown values of which to follow the other side
        self.forced: dict[BranchKey, bool] = {}  # conditions on unknown values of which to follow that side alone
        self.methods: Methods | None = None  # the methods of the file's modules, where these are marked
        self.rebuild: Callable[[type, Exception], Any] | None = None  # what stands for a module that cannot be built
        self.modules: dict[str, Any] = {}
        self._loader: Loader | None = None
        self._configs: Configs | None = None
        self._neighbours: frozenset[str] | None = None
        self._syntax: dict[str, tuple[bytes, Any]] = {}
        self.expression_file: str | None = None  # the name that the code of the last evaluated expression has
        self.control = Control(self)
        self.uncaught: list[BaseException] = []  # of calls: what ended the script, or was skipped
        self.passed = 0  # statements that were skipped
        self.starved = 0  # statements that were skipped for want of memory
        self.doubts: dict[
            Any, str
        ] = {}  # exceptions that were skipped and that a real run may raise too, by where they arose
        self.concealed: Concealed | None = None  # the calls of models and losses that stand in statements skipped

    def run(self) -> None:
        """Runs the whole file; what goes wrong in it is in the record, not raised."""
        tree = parse_source(self.source, self.file)
        self.class_lines = {s.name: s.lineno for s in tree.body if type(s).__name__ == "ClassDef"}
        self.uses = _class_uses(tree)
        standin.reset()
        facade.source_finder[0] = self._from_source
        if self.module is None:
            tree = instrument(tree, True, self.rebuild is not None, self.file, self.control.tables)
            code = compile_code(tree, self.source, self.file, AWAITING if self.is_notebook else 0)
            names = types.ModuleType("__main__").__dict__
            names.update(__builtins__=self.builtins(), __name__="__main__")
            if not self.is_notebook:
                names["__file__"] = os.path.abspath(self.file)
            self.namespace = names
        try:
            with self.recording():
                if self.module is None:
                    self._execute(code, names)
                else:
                    self._run_module(self.module)
        except (Stop, SystemExit, KeyboardInterrupt) as ended:
            if self.broken is not None:
                raise self.broken from None
            if isinstance(ended, SystemExit) and ended.code:  # the script makes a failure of its own of it
                self._keep(ended, self._refusal_behind(ended))
        except Exception as error:  # what instrumentation does not wrap, such as a bare `raise`
            reveal(error)
            self._passed_over(error, is_held=False)
        if self.record.recover is None:
            self.record.forgive(self.has_caught)

    @staticmethod
    def _execute(code: types.CodeType, names: dict[str, Any]) -> None:
        """Runs the file; a notebook that awaits at its top is a coroutine."""
        if not code.co_flags & COROUTINE:
            exec(code, names)
            return
        coroutine = eval(code, names)
        try:
            while True:
                coroutine.send(None)
        except StopIteration:
            pass

    def _run_module(self, name: str) -> None:
        """The module of a package, run as an import would run it."""
        loader = self.loader
        loader.own_package = name.partition(".")[0]
        state = loader.state(name)
        if state is None:
            raise UsageError(f"no module {name} is found by its source", self.file)
        self.namespace = state.names
        loader.run_module(state)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression over the file's names, under the same guard."""
        where = self.expression_file = f"{self.file}::{expression}"
        try:
            tree = compile(expression, where, "eval", 0x400, dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise UsageError(
                f"{expression!r} is not an expression: {getattr(error, 'msg', error)}", self.file
            ) from None
        self.record.files.add(where)
        with self.recording():
            return eval(compile(guard_expression(tree), where, "eval"), self.namespace)

    def is_of_expression(self, error: BaseException) -> bool:
        """Whether an exception arose in the expression that was asked for last, and in nothing that it calls."""
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        return traceback is not None and traceback.tb_frame.f_code.co_filename == self.expression_file

    def recording(self, record: Recorder | None = None) -> _Recording:
        """A context in which calls of the file's models are recorded under the lock; in another record, if one is given."""
        recorder = record or self.record
        recorder.others, recorder.asks = self.others, self._ask_of_condition
        recorder.unknown_behind = self._unknown_behind
        recorder.undecided_operand = self.control.undecided
        return _Recording(recorder, self.guarded)

    @property
    def is_undecided(self) -> bool:
        """Whether what came of the run depends on conditions that are not known."""
        record = self.record
        return bool(record.undecided or record.splits or self.control.refused)

    def text_of(self, file: str) -> bytes | None:
        """The source of a file that this run has executed; None where nobody has it."""
        return self.source if file == self.file else self._loader.source_of(file) if self._loader else None

    def syntax_of(self, file: str) -> tuple[bytes, Any] | None:
        """The source and the syntax tree of a file that this run has executed; None where nobody has them."""
        if file not in self._syntax:
            source = self.text_of(file)
            if source is None:
                return None
            self._syntax[file] = source, parse_source(source, file)
        return self._syntax[file]

    def tree_of(self, file: str) -> Any:
        """The syntax tree of a file that this run has executed; None where nobody has it."""
        known = self.syntax_of(file)
        return None if known is None else known[1]

    def _ask_of_condition(self, question: str, file: str, line: int) -> bool:
        """What `branches` answers of the condition on a line of the run's files; their syntax is looked at when one is first asked for."""
        from . import branches

        tree = self.tree_of(file)
        return tree is not None and getattr(branches, question)(tree, line)

    # what the instrumented code calls

    def builtins(self) -> dict[str, Any]:
        """A fresh table of builtins for one module of the run."""
        names = builtin.builtins_for(self)
        if self.is_notebook:
            names.update(builtin.of_notebook())
        if self.methods is not None:
            names["__build_class__"] = self.methods.build_class
        names.update(
            {
                "$failed": self._failed,
                **self.control.names(),
                "$need": self._need,
                "$build": self._build,
            }
        )
        return names

    def namespaces(self) -> list[dict[str, Any]]:
        """The global names of the file, and of the project's modules that it has run."""
        return [self.namespace, *(self._loader.namespaces() if self._loader is not None else ())]

    def public_names(self) -> dict[str, Any]:
        """`globals()` of the file: a copy without what is not the user's."""
        return {k: v for k, v in self.namespace.items() if k not in ("__builtins__",) and not k.startswith("$")}

    def _failed(self, is_held: bool, number: int = -1) -> Unknown:
        """A statement raised: pass over it, or let the error go on where it is a model's, or the script's end.

        `is_held` says that the statement stands in a `with` or a `try ... finally`, which are left by the error itself.
        """
        error = sys.exc_info()[1]
        assert error is not None
        if self._inside_model() or (isinstance(error, UnknownValue) and error.ends_attempt):
            raise error
        reason = self._what_is_unknown(self._passed_over(error, is_held), self._line(error))
        if number >= 0:
            self.control.forget_changed(number, sys._getframe(1), reason)
        return Unknown(reason)

    @staticmethod
    def _what_is_unknown(error: Any, line: int | None) -> str:
        """What the names of a statement are that was skipped: that of which it came, where that is short to tell."""
        told = isinstance(error, UnknownValue) and len(error.reason) < 60 and "skipped" not in error.reason
        return f"{error.reason} ({PASSED_OVER} {line})" if told else f"{PASSED_OVER} {line}"

    def _build(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """A call that may build a module, in a run that goes on where it cannot be built."""
        if self.rebuild is None or not issubclass(type(function), type) or not issubclass(function, Module):
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except Exception as error:
            reveal(error)
            return self.rebuild(function, self.put_down(error))

    def _passed_over(self, error: BaseException, is_held: bool) -> BaseException:
        """Goes on after an error, or ends the script where it is one that PyTorch would raise too; the error as it is put down."""
        record = self.record
        self.passed += 1
        place = record.place_of(error)
        raised, error = error, self.put_down(error)
        if isinstance(error, MemoryError):
            self.starved += 1
            if self.starved > STARVED:
                raise BudgetExceeded("needs more memory than a file may use") from error
        in_model = any(call.error is error and call.kind == "module" for call in record.calls)
        is_unknown = isinstance(error, (UnknownValue, Refused))
        refusal = None if is_unknown else self._refusal_behind(error)
        if is_unknown:
            if record.has_failed and any(call.error is raised for call in record.calls):
                self.uncaught.append(raised)
        elif in_model or refusal is not None or self._is_error(error):
            if is_held:
                raise error
            self._keep(error, refusal)
            self.error = error  # type: ignore[assignment]
            raise Stop from error
        told = message_of(error) if is_unknown else f"{type(error).__name__}: {message_of(error)}"
        record.note("passed-over", f"skipped: {told}", place)
        if self.concealed is None:
            from .hidden import Concealed

            self.concealed = Concealed(self)
        self.concealed.note(error, told)
        if not is_unknown and self._may_be_raised(error):
            self.doubts.setdefault(place, told)
        return error

    def _may_be_raised(self, error: BaseException) -> bool:
        """Whether Python may raise it in a real run too: it comes of values, and nobody raises it himself."""
        from . import failures

        return failures.is_of_values(self, error)

    def _keep(self, error: BaseException, refusal: BaseException | None) -> None:
        """Keeps in mind what ends the script, with the refusal of which the script made it."""
        self.uncaught += [error] if refusal is None else [error, refusal]

    def _refusal_behind(self, error: BaseException) -> BaseException | None:
        from .uncaught import refusal_behind

        return refusal_behind(self, error)

    def has_caught(self, error: BaseException) -> bool:
        """Whether an error of a call is one that the script itself has caught, and gone on."""
        from .uncaught import has_caught

        return has_caught(error, self.uncaught)

    def put_down(self, error: Any) -> Any:
        """An error, or that something is unknown where that is why it was raised."""
        unknown = unknown_cause(error, self.record.files)
        if unknown is None and not isinstance(error, UnknownValue):
            unknown = self.control.undecided(error)
        return error if unknown is None else UnknownValue(unknown.reason).with_traceback(error.__traceback__)

    def of_model(self, error: Any) -> Any:
        """An error of a model that is built, or that something is unknown where the error may come of it."""
        error = self.put_down(error)
        unknown = self._unknown_behind(error)
        return error if unknown is None else UnknownValue(unknown.reason).with_traceback(error.__traceback__)

    def is_refusal(self, error: BaseException) -> bool:
        """Whether a side of a condition that ends with an exception is refused by PyTorch, or by Python for certain."""
        return isinstance(error, ShapeError) or self._is_error(error)

    def _is_error(self, error: BaseException) -> bool:
        """Whether an exception outside of a model's call is one that PyTorch would raise too."""
        if isinstance(error, ShapeError) and not error.of_values:
            return True
        from . import failures

        if not isinstance(error, ShapeError) and self._is_of_constructor(error):
            return failures.unknown_behind(self, error) is None
        return failures.is_error(self, error)

    def _unknown_behind(self, error: BaseException) -> Unknown | None:
        undecided = self.control.undecided(error)
        if undecided is not None or isinstance(error, ShapeError):
            return undecided
        from . import failures

        return failures.unknown_behind(self, error)

    def _is_of_constructor(self, error: BaseException) -> bool:
        """Whether building a model raised: the script has no model to go on with."""
        traceback = error.__traceback__
        while traceback is not None:
            frame = traceback.tb_frame
            if frame.f_code.co_name == "__init__" and self._is_module(frame.f_locals.get("self")):
                return True
            traceback = traceback.tb_next
        return False

    def _line(self, error: BaseException) -> int | None:
        return self.record.place_of(error)[1]

    def _inside_model(self) -> bool:
        """Whether a model is being called or built: then an error belongs to it."""
        if self.record.stack:
            return True
        frame = sys._getframe(2)
        while frame is not None:
            code = frame.f_code
            if code.co_name == "__init__" and self._is_module(frame.f_locals.get("self")):
                return True
            frame = frame.f_back  # type: ignore[assignment]
        return False

    def _is_module(self, value: Any) -> bool:
        return is_module(value)

    def refusing(self, name: str) -> Callable[..., Unknown]:
        """A function that does nothing but note that it was asked for."""

        def refused(*args: Any, **kwargs: Any) -> Unknown:
            self.record.note(
                "refused", f"{name}(...) was not run: a loaded file only computes", self.record.place(sys._getframe(1))
            )
            return Unknown(f"{name}(...)")

        refused.__name__ = name.rpartition(".")[2]
        return refused

    def note_decorator(self, name: str, frame: types.FrameType) -> None:
        """Tells, once for each, of a decorator that nobody here knows."""
        text = f"what @{name} makes of a function is not known: the function is taken as it stands"
        if not any(note.text == text for note in self.record.notes):
            self.record.note("missing-module", text, self.record.place(frame))

    # configuration files

    @property
    def configs(self) -> Configs:
        """The configuration files that the run may read."""
        if self._configs is None:
            from .configs import Configs

            self._configs = Configs(self.file, self.module, self.folder, self.overlay)
        return self._configs

    @property
    def folder(self) -> str:
        """The current folder of the run: Jupyter starts a notebook in its own."""
        return os.path.dirname(os.path.abspath(self.file)) if self.is_notebook else os.getcwd()

    def open(
        self,
        file: Any,
        mode: Any = "r",
        buffering: Any = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: Any = True,
        opener: Any = None,
    ) -> Any:
        """`open`: a configuration of the project is read, anything else is noted and unknown."""
        from .configs import MODES, path_text
        from .streams import stream
        from .unknown_texts import unknown_file

        place = self.record.place(sys._getframe(1))
        name = path_text(file)
        shown = "open(...)" if name is None else f"open({name!r})"
        try:
            plain = all(type(value) in (str, type(None)) for value in (mode, encoding, errors, newline))
            if not plain or mode not in MODES or opener is not None or closefd is not True:
                raise Refused("a loaded file only computes")
            content, elsewhere = self.configs.read(file)
        except Refused as error:
            self.record.note("refused", f"{shown} was not run: {error}", place)
            return unknown_file(shown, mode)
        if elsewhere is not None:
            folder = os.path.relpath(elsewhere)
            self.record.note("configuration", f"{name} was read in {folder}: the current folder has none", place)
        return stream(content, str(name), mode, encoding, errors, newline)

    def has_file(self, path: Any, told: bool = True) -> bool:
        """`os.path.exists`: the truth about a configuration of the project; what else a script needs is taken to be there."""
        if type(path) is str and not path.endswith(CONFIGURATIONS):
            return told
        found = self.configs.has(path)
        return told if found is None else found

    def absolute(self, path: Any) -> Any:
        """`os.path.abspath`, without following a link."""
        from .configs import path_text

        name = path_text(path)
        return path if name is None else os.path.normpath(os.path.join(self.folder, name))

    # imports

    @property
    def loader(self) -> Loader:
        """The loader of modules from source, made when something is imported that is not stood in for."""
        if self._loader is None:
            from .finding import Finder, Location
            from .loading import Loader
            from .project import current_folders, package_around, package_of, project_folders

            folders = project_folders(self.file) if self.module is None else current_folders()
            around = package_around(self.file) if self.module is None else None
            self._loader = Loader(self, Finder(folders, around, self.overlay))
            if self.module is None:
                package, _ = package_of(self.file)
                name = f"{package}.{self.file.rpartition('/')[2].removesuffix('.py')}" if package else "__main__"
                module = self._loader.adopt(name, self.namespace, Location(name, self.file, (), "project"))
                self.modules.setdefault("__main__", module)
        return self._loader

    def main_module(self) -> Any:
        """`sys.modules["__main__"]`"""
        return self.loader.run.modules.get("__main__")

    def import_module(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """`__import__` of the loaded file: stand-ins, the standard library's computing part, modules run from source, or unknown."""
        found = self._imported(name, globals, locals, fromlist, level)
        return _Exported(found) if fromlist and "*" in fromlist and isinstance(found, types.ModuleType) else found

    def _imported(self, name: str, globals: Any, locals: Any, fromlist: Any, level: int) -> Any:
        if level or self._loader is not None:
            return self.loader.import_(name, globals, locals, fromlist, level)
        module = self._find(name)
        if self._loader is not None:  # what was found is run from source
            return self._loader.import_(name, globals, locals, fromlist, level)
        if fromlist:
            return self.any_names(module)
        head = name.partition(".")[0]
        return module if head == name else self._find(head)

    def import_by_name(self, name: Any, package: Any = None) -> Any:
        """`importlib.import_module`"""
        name = str.__str__(name)
        level = len(name) - len(name.lstrip("."))
        if level:
            parts = str.__str__(package).split(".")
            name = ".".join([*parts[: len(parts) - level + 1], name[level:]])
        found = self.import_module(name, None, None, ("__name__",))
        return self.find_module(name) if type(found) is not _AnyNames else Unknown(name)

    def import_specification(self, name: Any) -> Any:
        """`importlib.util.find_spec`: None, or something that is not, where the module can be imported here."""
        found = self.find_module(str.__str__(name), absent=False)
        return None if isinstance(found, Unknown) else types.SimpleNamespace(name=name, origin=None)

    def package_data(self, package: Any, resource: Any) -> Any:
        """`pkgutil.get_data`: the bytes of a file of text that an installed package carries; else unknown, with a note."""
        state = self.loader.state(str.__str__(package))
        name = str.__str__(resource)
        try:
            if state is None:
                raise Refused(f"{package} is not analysed")
            return self.loader.finder.read_data(state.location, name)
        except Refused as error:
            place = self.record.place(sys._getframe(1))
            self.record.note("refused", f"pkgutil.get_data({name!r}) was not run: {error}", place)
            return Unknown("pkgutil.get_data(...)")

    @staticmethod
    def any_names(module: Any) -> Any:
        """A module as the source of `from module import name`: an unknown one has every name."""
        return _AnyNames(module) if isinstance(module, Unknown) else module

    def find_module(self, name: str, absent: bool = True) -> Any:
        """The module of a name; an unknown where there is none, of which a note tells if it is `absent` to the user's own code."""
        return self._find(name, absent)

    def _find(self, name: str, absent: bool = True) -> Any:
        found = self.modules.get(name)
        if found is None:
            if not self._is_neighbour(name.partition(".")[0]):
                found = stdlib.find_module(name, self) or standin.find_module(name)
            if found is None:
                found = self._from_source(name)
            if found is None:
                found = self._absent(name, absent)
            self.modules[name] = found
        return found

    def _from_source(self, name: str) -> Any:
        return self.loader.find(name)

    def _is_neighbour(self, top: str) -> bool:
        """Whether the file's own folder has a module of that name, which is found before any other, as Python does it."""
        if top in NEVER_NEIGHBOURS:
            return False
        folder = self.file.rpartition("/")[0]
        stem = f"{folder}/{top}" if folder else top
        return (self._is_file(stem + ".py") and stem + ".py" != self.file) or self._is_file(stem + "/__init__.py")

    def _is_file(self, path: str) -> bool:
        return isfile(path) or self.overlay.has_file(path)

    @staticmethod
    def stop() -> BaseException:
        """What ends the run of the file."""
        return Stop()

    def is_own_module(self, name: Any) -> bool:
        """Whether a class with that `__module__` is one that the run itself has made."""
        return name == "__main__" or (self._loader is not None and type(name) is str and self._loader.has_run(name))

    def names_of(self, module: Any) -> dict[str, Any]:
        """The names of a module that the run itself has made; none of any other."""
        if module == "__main__":
            return self.namespace
        return self._loader.names_of(module) if self._loader is not None and type(module) is str else {}

    def is_stood_in(self, name: str) -> bool:
        """Whether a stand-in takes the place of a module."""
        return name in SOURCES

    def foreign_module(self, name: str, module: Any) -> Any:
        """What a module of an installed package is to this run: its source under the guard."""
        return module

    def _need(self, name: str) -> None:
        """An import under a user's `try ... except ImportError`: as on a machine where the module is missing."""
        found = self._find(name)
        if isinstance(found, Unknown):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if self._loader is not None:
            self._loader.need(found)

    def _absent(self, name: str, told: bool) -> Unknown:
        """A module that is not here: unknown."""
        if name not in self.missing and told:
            place = self.record.place(sys._getframe(2))
            self.missing.add(name)
            self.record.note("missing-module", f"module {name} is not analysed: what comes from it is unknown", place)
        return Unknown(name)


def _broken_cells(file: str) -> list[UsageError]:
    """What is wrong with the cells of a notebook that are no Python, and so not in its script."""
    from .notebook import notebook_of

    notebook = notebook_of(file)
    return [] if notebook is None else notebook.broken


class _Recording:
    """Recording, under the lock unless the file runs for real."""

    def __init__(self, record: Recorder, guarded: bool) -> None:
        self.record = record
        self.guarded = guarded
        self.letters = True

    def __enter__(self) -> Recorder:
        self.record.__enter__()
        self.letters, letters_are_sizes[0] = letters_are_sizes[0], False
        if self.guarded:
            lock.__enter__()
        return self.record

    def __exit__(self, *exc: Any) -> None:
        if self.guarded:
            lock.__exit__()
        letters_are_sizes[0] = self.letters
        self.record.__exit__()


class _Exported:
    """A module as the source of `from x import *`: what it exports by names that a file may bind."""

    def __init__(self, module: Any) -> None:
        names = read(module, "__all__", None)
        if names is None:
            names = [name for name in list(types.ModuleType.__getattribute__(module, "__dict__")) if name[:1] != "_"]
        self._module = module
        self.__all__ = bindable(names)

    def __getattr__(self, name: str) -> Any:
        return read(self._module, name)


class _AnyNames:
    """An unknown module as the source of `from x import y`."""

    def __init__(self, unknown: Unknown) -> None:
        self._unknown = unknown
        self.__all__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return read(self._unknown, name)


def _class_uses(tree: Any) -> dict[str, set[str]]:
    """For each class at the top of the file, the names that its body and bases mention."""
    uses: dict[str, set[str]] = {}
    for s in tree.body:
        if type(s).__name__ == "ClassDef":
            names: set[str] = set()
            _names(s, names)
            uses[s.name] = names
    return uses


def _names(node: Any, found: set[str]) -> None:
    nodes = [node]
    for node in nodes:
        if hasattr(node, "id"):
            found.add(node.id)
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                nodes += [item for item in value if hasattr(item, "_fields")]
            elif hasattr(value, "_fields"):
                nodes.append(value)
