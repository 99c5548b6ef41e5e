"""Where an exception arose: the user's frames that it went through, and the part of the syntax tree that failed in each."""

from __future__ import annotations

import _ast as ast

from convcalc.standin.facade import Facade
from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.attributes import own_table
from convcalc.tensor.handover import may_have_filled
from convcalc.tensor.instructions import position

from .syntax import first_line, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

MISSING = object()
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef, ast.Module)
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_ASKED = frozenset(
    f"source/{name}.py" for name in ("builtin", "control", "formatted", "iteration", "turns", "subscripts")
)
_OWN_FOLDER = __file__[: -len("source/scene.py")]


class Scene:
    """One frame of the user's code that an exception went through.

    `path` leads from the module to the smallest part that holds what failed: a statement, on Pythons that keep no columns.
    `caller` is the frame of the user's that called it, if one did so directly.
    """

    __slots__ = ("caller", "frame", "line", "path", "tree")

    def __init__(self, frame: FrameType, at: int, line: int, tree: Any, caller: Scene | None) -> None:
        self.frame = frame
        self.line = line
        self.tree = tree
        self.caller = caller
        self.path = _path(tree, *_span(frame, at, line))

    @property
    def node(self) -> Any:
        """What failed: of an assignment to several names, and of a loop, what was to be unpacked."""
        last = self.path[-1]
        if type(last) in (ast.For, ast.AsyncFor):
            return last.iter
        if type(last) in (ast.If, ast.While):
            return last.test
        for above, node in zip(reversed(self.path[:-1]), reversed(self.path)):
            kind = type(above)
            if kind in (ast.Tuple, ast.List, ast.Starred) and type(getattr(above, "ctx", None)) is ast.Store:
                continue
            if (
                kind is ast.Assign
                and any(node is target for target in above.targets)
                and type(node) is not ast.Subscript
            ):
                return above.value
            if kind in (ast.For, ast.AsyncFor, ast.comprehension) and node is above.target:
                return above.iter
            break
        return self.path[-1]

    @property
    def statement(self) -> Any:
        return next((node for node in reversed(self.path) if isinstance(node, ast.stmt)), self.tree)

    @property
    def is_raise(self) -> bool:
        """Whether the instruction is a `raise` of the user's own (an `assert` is none)."""
        return type(self.statement) is ast.Raise

    @property
    def scope(self) -> Any:
        """The function, class, comprehension or module that the failing part belongs to."""
        return next(node for node in reversed(self.path) if isinstance(node, SCOPES))

    @property
    def owner(self) -> Any:
        """The first argument of the function that the failing part belongs to; a side of a condition may run it elsewhere."""
        function = next((node for node in reversed(self.path) if isinstance(node, FUNCTIONS)), None)
        given = [] if function is None else [*function.args.posonlyargs, *function.args.args]
        return self.frame.f_locals.get(given[0].arg) if given else None

    def value(self, name: str) -> Any:
        """What a name means here; MISSING where nobody can say."""
        frame = self.frame
        if name in frame.f_locals:
            return frame.f_locals[name]
        if name in frame.f_globals:
            return frame.f_globals[name]
        return frame.f_builtins.get(name, MISSING)

    def looked_up(self, node: Any) -> Any:
        """What an expression of names and attributes means, found without running anything of the user's; else MISSING."""
        if type(node) is ast.Name:
            return self.value(node.id)
        if type(node) is ast.Attribute:
            holder = self.looked_up(node.value)
            return MISSING if holder is MISSING else attribute(holder, node.attr)
        if type(node) is ast.Call and _is_super(node):
            return _Super(self)
        return MISSING


class _Super:
    """`super()` in a method: attributes are those of the classes after the first one."""

    def __init__(self, scene: Scene) -> None:
        self.object = scene.owner

    def candidates(self, name: str) -> list[Any]:
        kind = self.object if issubclass(type(self.object), type) else type(self.object)
        return [vars(base)[name] for base in kind.__mro__ if name in vars(base)]


def _is_super(node: Any) -> bool:
    return type(node.func) is ast.Name and node.func.id == "super"


def attribute(holder: Any, name: str) -> Any:
    """An attribute of an object as its tables have it: no property, no `__getattr__` of the user's is run."""
    if isinstance(holder, _Super):
        return holder.candidates(name)
    if isinstance(holder, Facade):
        try:
            return getattr(holder, name)
        except AttributeError:
            return MISSING
    kinds = holder.__mro__ if issubclass(type(holder), type) else ()
    for kind in (*kinds, *type(holder).__mro__):
        if name in kind.__dict__:
            found = kind.__dict__[name]
            return found.__func__ if isinstance(found, (staticmethod, classmethod)) else found
    own = own_table(holder)
    if name in own:
        return own[name]
    for table in ("_parameters", "_buffers", "_modules"):
        entries = own.get(table)
        if type(entries) is dict and name in entries:
            return entries[name]
    if isinstance(holder, Tensor):
        return getattr(type(holder), name, MISSING)
    return MISSING


def scene_of(error: BaseException, run: Any, within: bool = True) -> Scene | None:
    """The innermost of the user's frames that an exception of a run went through; None where the innermost of all is another's (`within`).

    What the guard puts between a call and the builtin that it calls (`int(x)` goes through `convert`), and what hands a call on
    as it came (a function under `no_grad`), does not count.
    """
    found: Scene | None = None
    traceback = error.__traceback__
    innermost: Scene | None = None
    while traceback is not None:
        frame = traceback.tb_frame
        name = frame.f_code.co_filename
        if name in run.record.files:
            tree = run.tree_of(name)
            if tree is None:
                return None
            found = innermost = Scene(frame, traceback.tb_lasti, traceback.tb_lineno, tree, innermost)
        elif not _hands_on(frame):
            innermost = None
        traceback = traceback.tb_next
    return innermost if within else found


def _hands_on(frame: FrameType) -> bool:
    code = frame.f_code
    if not code.co_filename.startswith(_OWN_FOLDER):
        return False
    within = code.co_filename[len(_OWN_FOLDER) :]
    if within == "tensor/kinds.py":
        return code.co_name == "attribute"  # of a number that is not known
    return within in _ASKED or code.co_name in ("within_mode", "__getattr__") or within in (
        "standin/facade.py", "source/program.py",
    )  # fmt: skip


def _span(frame: FrameType, at: int, line: int) -> tuple[int, int, int | None, int | None]:
    place = position(frame.f_code, at)
    if place is None or place[0] is None or place[1] is None:
        return line, line, None, None
    return place[0], place[1], place[2], place[3]


def _path(tree: Any, line: int, end_line: int, column: int | None, end_column: int | None) -> list[Any]:
    """From the root to the smallest part that holds a stretch; without columns, to the statement, if a line has only one."""
    path = [tree]
    while True:
        inside = [part for part in parts(path[-1]) if _holds(part, line, end_line, column, end_column)]
        if column is None:
            inside = [part for part in inside if not isinstance(part, ast.expr)]
        if len(inside) != 1:
            return path
        path.append(inside[0])


def _holds(node: Any, line: int, end_line: int, column: int | None, end_column: int | None) -> bool:
    if not hasattr(node, "lineno"):
        return any(_holds(part, line, end_line, column, end_column) for part in parts(node))
    first = first_line(node)
    if column is None or end_column is None:
        return bool(first <= line and node.end_lineno >= end_line)
    if first != node.lineno:
        return bool(first <= line and node.end_lineno >= end_line)
    return bool(
        (node.lineno, node.col_offset) <= (line, column)
        and (node.end_lineno, node.end_col_offset) >= (end_line, end_column)
    )


def head(statement: Any) -> list[Any]:
    """What a statement works out itself: of a compound one, what stands before its body."""
    return parts(statement, _BODIES)


def nodes(tree: Any) -> Iterator[Any]:
    """All nodes of a tree, itself first."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += parts(node)


def reads_unknown(scene: Scene) -> Unknown | None:
    """Something unknown that the failing part reads: a name, or an attribute of one; or something empty that something unknown may have filled."""
    is_empty = False
    for node, found in read_by(scene):
        unknown = part_unknown(found) or _may_be_filled(scene, node, found)
        if unknown is not None:
            return unknown
        is_empty = is_empty or (
            type(node) is ast.Name and (found is None or (type(found) in (list, dict) and not found))
        )
    caller = scene.caller if is_empty else None
    while caller is not None:  # what a name has may have been given by one of the callers
        for node, found in read_by(caller):
            unknown = _may_be_filled(caller, node, found)
            if unknown is not None:
                return unknown
        caller = caller.caller
    return None


def read_by(scene: Scene) -> Iterator[tuple[Any, Any]]:
    """The names and attributes that the failing part reads, with what they are."""
    for part in [scene.node] if not isinstance(scene.node, ast.stmt) else head(scene.node):
        for node in nodes(part):
            if type(node) in (ast.Name, ast.Attribute):
                yield node, scene.looked_up(node)


def _may_be_filled(scene: Scene, node: Any, found: Any) -> Unknown | None:
    holder = scene.looked_up(node.value) if type(node) is ast.Attribute else MISSING
    filler = may_have_filled(found, holder)
    return None if filler is None else Unknown(f"what {filler} may have changed")


def part_unknown(value: Any, depth: int = 0) -> Unknown | None:
    """The unknown that a value is, or holds; a text with the question mark that an unknown prints as is taken for one."""
    kind = type(value)
    if kind is Unknown:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return Unknown("a text with something unknown in it") if "?" in value else None
    if depth > 5 or not isinstance(value, (list, tuple, dict, set, frozenset)):
        return None
    items = (*dict.keys(value), *dict.values(value)) if isinstance(value, dict) else tuple(value)
    for item in items[:1000]:
        found = part_unknown(item, depth + 1)
        if found is not None:
            return found
    return None
