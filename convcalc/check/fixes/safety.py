"""Which edits are safe: the rule, in one place. `--fix` makes safe edits only, and editors offer them as preferred.

An edit is safe only where

- it corrects the refused expression, or the number of the refused layer's own constructor that the refusal is about;
- it keeps every operand, argument, name and layer in use;
- it keeps what the rest of the file says: data and labels, classes, batch, the other layers;
- there is one such edit. A chain of them over the file, each of which moves the error on, is none.

So the forms that an edit may have are listed (`_FORMS`), and each says what has to be true of the run for it to be what was meant. Never safe are, among
what makes a file pass: an operand or argument left out, a literal in place of a name, another layer, other data or labels, a kernel, stride, padding
or groups that are guessed, a number that an unrelated one happens to equal, channels taken from the length of a sequence. What has
no form here is told of and left to the reader.

Who thinks an edit up has no say in it: the two syntax trees are compared, that of the file and that of the edited one.
"""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, names_of, number_of
from convcalc.nn.facts import facts_of

from . import axes
from .bindings import binding, loads
from .layout import joined_otherwise
from .reductions import flattened_from, of_images
from .spelled import in_loop
from .trees import difference, keeps_names, same
from .values import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .case import Candidate, Case

    Form = Callable[[Case, Any, Any], bool]

_OWN_SIZES = frozenset("in_features in_channels num_features num_channels input_size normalized_shape".split())
_FUNCTIONS = frozenset(("torch", "F", "functional", "nn"))


def is_safe(case: Case, candidate: Candidate) -> bool:
    """Return whether an edit that was seen to help is also surely what is meant."""
    from convcalc.source.reading import parse_source

    if candidate.rank:
        return False
    try:
        tree = parse_source(case.text.edited(candidate.edit), case.program.file)
    except (SyntaxError, ValueError, UnicodeError):
        return False
    except Exception:
        return False
    found = difference(case.syntax.tree, tree)
    if found is None:
        return False
    old, new = found
    return any(form(case, old, new) for form in _FORMS)


def _within(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _in_refused_expression(case: Case, node: Any) -> bool:
    expression = case.expression()
    return expression is not None and _within(case, node, expression)


# the number of the refused layer's own constructor


def _own_size(case: Case, old: Any, new: Any) -> bool:
    """`nn.Linear(320, 10)` with the features that it gets, where these are features: not steps of a sequence, not part of an image."""
    name = getattr(case.error, "argument", None)
    module = case.module
    if module is None or name not in _OWN_SIZES or type(case.actual) is not int:
        return False
    call = case.constructor(module)
    node = None if call is None else argument(call, name, names_of(module))
    if node is None or not (_within(case, old, node) or _is_only_for(case, old, node)):
        return False
    if not _within(case, old, node) and case.tensor is not None and axes.is_joined(case.tensor, module):
        return False  # what is joined, the block itself says: a width that is handed to it is that of one part
    if next(joined_otherwise(case), None) is not None or _is_reduced_wrongly(case):
        return False  # what was done before with a wrong dimension
    if not isinstance(old, ast.expr) or _divides(case, old, node) or not _is_number_like(new):
        return False
    if not keeps_names(old, new) and not (type(old) is ast.Name and _is_of_giver(case, new)):
        return False
    if _ones(new) > _ones(old) or len(product(new)) < len(product(old)) or _is_sum(case, old, node):
        return False  # a part that the author counted in is no longer there
    if in_loop(case, call) is not None and not _is_of_giver(case, new):
        return False  # it is built several times, for other sizes each time
    return axes.gets_features(case, module)


def _is_reduced_wrongly(case: Case) -> bool:
    """Return whether a flattening or a mean before, along other dimensions, would give what is wanted."""
    return next(flattened_from(case), None) is not None or next(of_images(case), None) is not None


def _is_number_like(node: Any) -> bool:
    """Return whether an expression is a number, or names and numbers multiplied and added."""
    kind = type(node)
    if kind is ast.BinOp:
        return (
            type(node.op) in (ast.Mult, ast.Add, ast.Pow) and _is_number_like(node.left) and _is_number_like(node.right)
        )
    return kind in (ast.Name, ast.Attribute, ast.Subscript) or number_of(node) is not None


def _ones(node: Any) -> int:
    """Return how many factors of a product are 1, of a single number one."""
    return sum(number_of(part) == 1 for part in product(node)) if type(node) is ast.BinOp else int(number_of(node) == 1)


def _is_sum(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and isinstance(node, ast.expr):
        if type(node) is ast.BinOp and type(node.op) in (ast.Add, ast.Sub):
            return True
        if node is outer:
            return False
        node = case.syntax.parent(node)
    return False


def _divides(case: Case, node: Any, outer: Any) -> bool:
    """Return whether a number stands in a division: another divisor is a guess."""
    while node is not None:
        if type(node) is ast.BinOp and type(node.op) in (ast.FloorDiv, ast.Div, ast.Mod):
            return True
        if node is outer or not isinstance(node, ast.expr):
            return False
        node = case.syntax.parent(node)
    return False


def _is_only_for(case: Case, old: Any, node: Any) -> bool:
    """Return whether a number written elsewhere is for this argument alone: its name is used once, here."""
    if number_of(old) is None:
        return False
    if type(node) is ast.Subscript:
        return type(node.slice) is ast.Constant and _uses_of_entry(case, node.slice.value) == 1
    name = _name_of(node)
    return name is not None and sum(_name_of(n) == name and type(n.ctx) is ast.Load for n in case.syntax.nodes) == 1


def _name_of(node: Any) -> str | None:
    kind = type(node)
    return node.id if kind is ast.Name else node.attr if kind is ast.Attribute else None


def _uses_of_entry(case: Case, key: Any) -> int:
    """Return how often an entry of a table is read, by this key or by one that cannot be told."""
    read = [n for n in case.syntax.nodes if type(n) is ast.Subscript and type(n.ctx) is ast.Load]
    return sum(type(n.slice) is not ast.Constant or n.slice.value == key for n in read)


def _is_of_giver(case: Case, new: Any) -> bool:
    """Return whether a name, and nothing but it, is how the layer before calls what it gives."""
    for layer in case.layers_before(case.tensor)[:3]:
        made = case.constructor(layer)
        key = facts_of(type(layer)).gives
        given = None if made is None or key is None else argument(made, key, names_of(layer))
        if given is not None and same(new, given):
            return bool(getattr(layer, str(key), None) != case.expected)
    return False


def _swapped_sizes(case: Case, old: Any, new: Any) -> bool:
    """`nn.Linear(64, 784)` that gets 784 features: what goes in comes first."""
    module = case.module
    call = None if module is None else case.constructor(module)
    if call is None or old is not call or type(new) is not ast.Call or len(old.args) < 2:
        return False
    a, b, *rest = old.args
    return (
        same(new.func, old.func)
        and same(new.args, [b, a, *rest])
        and same(new.keywords, old.keywords)
        and getattr(module, facts_of(type(module)).gives or "", None) == case.actual
        and axes.gets_features(case, module, strictly=False)
    )


# the refused expression


def _added_method(case: Case, old: Any, new: Any) -> bool:
    """`x` becomes `x.flatten(1)`: no value is lost, and the run says that this one is missing."""
    if (
        type(new) is not ast.Call
        or type(new.func) is not ast.Attribute
        or not same(new.func.value, old)
        or new.keywords
    ):
        return False
    numbers = [number_of(a) for a in new.args]
    condition = _METHODS.get(new.func.attr)
    return condition is not None and None not in numbers and condition(case, old, numbers)


def _flattens(case: Case, old: Any, numbers: list[Any]) -> bool:
    """Return whether images go as they are into a layer of just so many features; of three dimensions the first may be no batch."""
    shape = () if case.tensor is None else tuple(case.tensor.shape)
    total = 1
    for size in shape[1:]:
        total *= size if type(size) is int else 0
    return numbers == [1] and len(shape) > 3 and total == case.expected and _in_refused_expression(case, old)


def _transposes(case: Case, old: Any, numbers: list[Any]) -> bool:
    """Return whether the size that the layer wants stands in one other dimension, which this brings to its place."""
    module, tensor = case.module, case.tensor
    if module is None or tensor is None or type(case.expected) is not int:
        return False
    stated, shape = facts_of(type(module)), tuple(tensor.shape)
    rank = len(shape)
    if stated.axis is None or rank < 3 or _is_reduced_wrongly(case) or (rank > 3 and set(shape[2:]) == {1}):
        return False
    axis = axes.feature_axis(stated, rank)
    if [i for i, size in enumerate(shape) if size == case.expected and i] != [rank - 1 if axis == 1 else 1]:
        return False
    if len(numbers) == 2:
        return rank == 3 and sorted(n % rank for n in numbers) == [1, 2]
    moved = [0, rank - 1, *range(1, rank - 1)] if axis == 1 else [0, *range(2, rank), 1]
    return numbers == moved


def _unsqueezes(case: Case, old: Any, numbers: list[Any]) -> bool:
    return (numbers == [0] and case.found.rule == "missing-batch") or (
        numbers in ([1], [-1]) and _is_column_beside_row(case)
    )


def _squeezes(case: Case, old: Any, numbers: list[Any]) -> bool:
    return (
        numbers in ([1], [-1])
        and _is_where_it_belongs(case, old)
        and (_is_column_beside_row(case) or _is_column_of_classes(case))
    )


def _is_where_it_belongs(case: Case, node: Any) -> bool:
    """Return whether a node is the use of a value that is used once, or what the name of the refused one, used more than once, was set to."""
    if _in_refused_expression(case, node):
        return type(node) is not ast.Name or loads(case, node) == 1 or binding(case, node) is None
    used = getattr(case.expression(), "args", ())
    return any(type(n) is ast.Name and loads(case, n) > 1 and binding(case, n) is node for n in used)


def _two_of_loss(case: Case) -> list[tuple[Any, ...]]:
    return [tuple(t.shape) for t in case.inputs()[:2]] if case.found.rule in ("loss-shapes", "broadcast") else []


def _is_column_beside_row(case: Case) -> bool:
    shapes = _two_of_loss(case)
    return len(shapes) == 2 and sorted(map(len, shapes)) == [1, 2] and {s[1:] for s in shapes} == {(), (1,)} and shapes[0][0] == shapes[1][0]  # fmt: skip


def _is_column_of_classes(case: Case) -> bool:
    shapes = _two_of_loss(case)
    return len(shapes) == 2 and len(shapes[0]) == 2 and shapes[0][1] > 1 and shapes[1] == (shapes[0][0], 1)


def _becomes_float(case: Case, old: Any, numbers: list[Any]) -> bool:
    """Return whether doubles or the targets of a loss become floats, in a refused call of the script: as values they stay what they are."""
    if case.syntax.class_of(old) is not None and case.found.rule != "loss-shapes":
        called = called_name(case.expression()) or ""
        if not (
            called.endswith("_loss") or "cross_entropy" in called
        ):  # a loss of the file's own takes what it is given
            return False
    if numbers or case.found.rule not in ("dtype", "loss-shapes") or case.expected not in (None, "float32"):
        return False
    at, tensor = _argument(case, old)
    if tensor is None or "class probabilities" in case.words:
        return False
    if facts_of(type(case.module)).kind == "loss" or case.found.rule == "loss-shapes" or _is_functional_loss(case):
        return at == 1
    return str(tensor.dtype) == "torch.float64"


def _becomes_long(case: Case, old: Any, numbers: list[Any]) -> bool:
    """Return whether what becomes whole numbers, in the refused call, was made of whole numbers."""
    at, tensor = _argument(case, old)
    if numbers or tensor is None or not _is_of_whole_numbers(case, tensor):
        return False
    return case.found.rule == "embedding-dtype" or at == 1


def _is_functional_loss(case: Case) -> bool:
    name = "" if case.call is None else case.call.type.rpartition(".")[2]
    return name.endswith("_loss") or "cross_entropy" in name


def _argument(case: Case, node: Any) -> tuple[int | None, Any]:
    """Return which positional argument of the refused call a node is, and the tensor that it was."""
    call, given = case.expression(), case.inputs()
    at = next((i for i, a in enumerate(getattr(call, "args", ())) if a is node), None)
    return at, given[at] if at is not None and at < len(given) else None


def _is_of_whole_numbers(case: Case, tensor: Any) -> bool:
    if not tensor.dtype.is_floating_point:
        return True
    return any(not t.dtype.is_floating_point for made in case.producers(tensor) for t in _given(made))


def _given(made: Any) -> list[Any]:
    from convcalc.tensor import Tensor
    from convcalc.trace import tensors

    return [t for t in tensors(made.arguments) if isinstance(t, Tensor)]


_METHODS: dict[str, Callable[[Case, Any, list[Any]], bool]] = {
    "flatten": _flattens, "permute": _transposes, "transpose": _transposes, "unsqueeze": _unsqueezes, "squeeze": _squeezes,
    "float": _becomes_float, "long": _becomes_long,
}  # fmt: skip


def _reshapes(case: Case, old: Any, new: Any) -> bool:
    """`view` of a tensor whose memory is in another order: `reshape` has the same elements."""
    return case.found.rule == "view-stride" and type(old) is ast.Attribute and type(new) is ast.Attribute and (old.attr, new.attr) == ("view", "reshape")  # fmt: skip


def _other_dimension(case: Case, old: Any, new: Any) -> bool:
    """`torch.cat(parts, dim=2)`, where the sizes tell along which one dimension they can be joined."""
    call = case.expression()
    if call is None or called_name(call) not in ("cat", "concat", "concatenate") or not _within(case, old, call):
        return False
    shapes = [tuple(t.shape) for t in case.inputs()]
    if len({len(s) for s in shapes}) != 1 or (
        len(shapes) > 2 and max(shapes.count(s) for s in shapes) == len(shapes) - 1
    ):
        return False  # of many alike the one that is not is the mistake
    fitting = [d for d in range(len(shapes[0])) if len({s[:d] + s[d + 1 :] for s in shapes}) == 1]
    if len(fitting) != 1:
        return False
    rank = len(shapes[0])
    if old is call and type(new) is ast.Call and len(old.args) == 1 and not old.keywords:
        added = [*new.args[1:], *(k.value for k in new.keywords)]
        return same(new.func, old.func) and same(new.args[:1], old.args) and [number_of(a) for a in added] in ([fitting[0]], [fitting[0] - rank])  # fmt: skip
    dim = number_of(new)
    return number_of(old) is not None and dim is not None and dim % rank == fitting[0]


def _keeps_batch(case: Case, old: Any, new: Any) -> bool:
    """A view whose first size is the batch as a number, or a flattening that takes the batch with it."""
    call = old if type(old) is ast.Call else case.syntax.parent(old)
    name = called_name(call)
    if name == "flatten" and old is call and type(new) is ast.Call:
        own = 1 if type(call.func) is ast.Attribute and getattr(call.func.value, "id", None) == "torch" else 0
        return not old.keywords and len(old.args) == own and same(new.func, old.func) and same(new.args[:-1], old.args) and number_of(new.args[-1]) == 1  # fmt: skip
    if name not in ("view", "reshape") or number_of(old) is None:
        return False
    first = (
        call.args[1:]
        if type(call.func) is ast.Attribute and getattr(call.func.value, "id", None) == "torch"
        else call.args
    )
    if not first or first[0] is not old:
        return False
    return _is_batch_of(new) or (number_of(new) == -1 and number_of(old) != -1)


def _is_batch_of(node: Any) -> bool:
    """`x.size(0)`."""
    return (
        called_name(node) == "size"
        and [number_of(a) for a in node.args] == [0]
        and type(node.func.value) in (ast.Name, ast.Attribute)
    )


def _view_of_numbers(case: Case, old: Any, new: Any) -> bool:
    """`x.view(-1, 16 * 5 * 5)`, where a sample has another number of values."""
    if case.found.rule not in ("view-size", "flatten-size") or number_of(old) is None or number_of(new) is None:
        return False
    node = old
    while isinstance(node, ast.BinOp) or node is old:
        around = case.syntax.parent(node)
        if called_name(around) in ("view", "reshape"):
            shape = () if case.tensor is None else tuple(case.tensor.shape)
            total = 1
            for size in shape[1:]:
                total *= size if type(size) is int else 0
            return around.args[-1] is node and len(around.args) == 2 and total > 0 and number_of(node) not in (None, -1)
        node = around
    return False


# names


def _meant_name(case: Case, old: Any, new: Any) -> bool:
    """A misspelt keyword, attribute or method, of which one that is there is nearly the same."""
    if not isinstance(case.error, (AttributeError, TypeError, NameError, NotImplementedError)):
        return False
    pairs = {ast.keyword: "arg", ast.Attribute: "attr", ast.Name: "id", ast.FunctionDef: "name"}
    field = pairs.get(type(old))
    if field is None or type(new) is not type(old):
        return False
    before, after = getattr(old, field), getattr(new, field)
    if type(before) is not str or type(after) is not str or not all(same(getattr(old, f, None), getattr(new, f, None)) for f in old._fields if f != field):  # fmt: skip
        return False
    from .words import FORWARD, meant

    return before in FORWARD if type(old) is ast.FunctionDef else meant(case, old) == [after]


def _constructs_base(case: Case, old: Any, new: Any) -> bool:
    """`super().__init__()` as the first statement of a module's constructor."""
    if type(old) is not ast.FunctionDef or type(new) is not ast.FunctionDef or old.name != "__init__":
        return False
    return len(new.body) == len(old.body) + 1 and sum(not any(same(s, t) for t in old.body) for s in new.body) == 1


def _takes_output(case: Case, old: Any, new: Any) -> bool:
    """`out = self.rnn(x)`, of which the output was meant and not the pair of output and state."""
    return type(old) is ast.Name and type(new) is ast.Tuple and same(old, new.elts[0]) and [getattr(e, "id", None) for e in new.elts[1:]] == ["_"]  # fmt: skip


_FORMS: tuple[Form, ...] = (
    _own_size, _swapped_sizes, _added_method, _reshapes, _other_dimension, _keeps_batch, _view_of_numbers, _meant_name, _constructs_base, _takes_output,
)  # fmt: skip
