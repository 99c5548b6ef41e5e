"""`einx`: tensor operations told by the names of their axes.

    einx.subtract("j, i -> i j", k, q)      einx.sum("a [b]", x)      einx.where("b n, b n d, -> b n d", mask, x, 0.)

einx itself writes a program for each call and runs its text, which a loaded file is refused. Here each call leads to the same
operations of PyTorch: each input is reshaped to its single axes, permuted to the order of the result, and broadcast.
A description with `+`, or with an ellipsis that belongs to a name, and the operations that are not in the table are unknown.

Source: einx 0.4, docs (einx notation) and the programs that `graph=True` shows
"""

from __future__ import annotations

from convcalc import ops
from convcalc.tensor import ShapeError, ShapeValueError, Tensor, Unknown, make

from .facade import unknown_operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Item = str | int | list["Item"]


class _Unread(Exception):
    """A description of a form that is not known here."""


class Expression:
    """One tensor of a description: its dimensions, each an axis (a name or a number) or a list of axes."""

    def __init__(self, dims: list[Any], marked: set[str]) -> None:
        self.dims = dims
        self.marked = marked  # the axes in brackets

    @property
    def axes(self) -> list[str]:
        """The axes in reading order, of which the dimensions are made."""
        return [axis for dim in self.dims for axis in (dim if type(dim) is list else [dim])]


def _expression(text: str, names: _Numbers) -> Expression:
    """Reads `a (b [c]) ...`. A number is an axis with a name of its own."""
    for sign in "()[]":
        text = text.replace(sign, f" {sign} ")
    dims: list[Any] = []
    marked: set[str] = set()
    group: list[str] | None = None
    inside = 0
    for word in text.replace("...", " ... ").split():
        if word == "(":
            if group is not None:
                raise _Unread
            group = []
        elif word == ")":
            if group is None:
                raise _Unread
            dims.append(group)
            group = None
        elif word in "[]":
            inside += 1 if word == "[" else -1
        else:
            if word != "..." and not word.isidentifier() and not word.isdecimal():
                raise _Unread
            axis = names.of(word) if word.isdecimal() else word
            (dims if group is None else group).append(axis)
            if inside:
                marked.add(axis)
    if group is not None or inside:
        raise _Unread
    return Expression(dims, marked)


class _Numbers:
    """The sizes that a description states as numbers, under names that no axis has."""

    def __init__(self) -> None:
        self.sizes: dict[str, Any] = {}

    def of(self, word: str) -> str:
        name = f"{len(self.sizes)} {word}"
        self.sizes[name] = int(word)
        return name


class Call:
    """A description read, and solved for the sizes of its axes."""

    def __init__(self, description: Any, tensors: tuple[Any, ...], sizes: dict[str, Any]) -> None:
        if not isinstance(description, str) or "+" in description:
            raise _Unread
        for i, letter in enumerate(description.replace(" ...", "  ...")):
            if letter == "." and i and description.replace(" ...", "  ...")[i - 1] not in " .[(":
                raise _Unread  # `a...`
        left, arrow, right = description.partition("->")
        numbers = _Numbers()
        self.description = description
        self.inputs = [_expression(part, numbers) for part in left.split(",")]
        self.outputs = [_expression(part, numbers) for part in right.split(",")] if arrow else None
        if len(self.inputs) != len(tensors):
            raise ShapeValueError(
                f"The operation is defined with {len(self.inputs)} input expression{'s' * (len(self.inputs) != 1)}, but {len(tensors)} input "
                f"tensors are given as arguments.", "einsum", expected=len(self.inputs), actual=len(tensors),
            )  # fmt: skip
        everything = [*self.inputs, *(self.outputs or [])]
        marked = {axis for expression in everything for axis in expression.marked if axis != "..."}
        for expression in everything:
            for axis in expression.axes:
                if axis in marked and axis not in expression.marked:
                    raise self._refusal(
                        f"There are multiple occurrences of axis {axis} with inconsistent bracket usage:"
                    )
        self.sizes: dict[str, Any] = {**numbers.sizes, **sizes}
        shapes = [tuple(t.shape) if isinstance(t, Tensor) else () for t in tensors]
        self._spread_ellipses(shapes)
        self._solve(shapes)

    def _spread_ellipses(self, shapes: list[tuple[Any, ...]]) -> None:
        rank: int | None = None
        for expression, shape in zip(self.inputs, shapes):
            named = len(expression.dims) - ("..." in expression.dims)
            if "..." in expression.dims:
                found = len(shape) - named
                if found < 0 or (rank is not None and rank != found):
                    raise self._refusal(
                        "The number of tensor dimensions and axes in the expression does not match.", shape
                    )
                rank = found
            elif any(type(dim) is list and "..." in dim for dim in expression.dims):
                raise _Unread
            elif named != len(shape):
                raise self._refusal("The number of tensor dimensions and axes in the expression does not match.", shape)
        names = [f"... {i}" for i in range(rank or 0)]
        for expression in (*self.inputs, *(self.outputs or [])):
            if any("..." in (dim if type(dim) is list else [dim]) for dim in expression.dims):
                if rank is None:
                    raise _Unread
                expression.dims = _replaced(expression.dims, names)
                if "..." in expression.marked:
                    expression.marked.update(names)

    def _solve(self, shapes: list[tuple[Any, ...]]) -> None:
        groups = []
        for expression, shape in zip(self.inputs, shapes):
            for dim, size in zip(expression.dims, shape):
                if type(dim) is list:
                    groups.append((dim, size))
                elif self.sizes.setdefault(dim, size) != size:
                    raise self._conflict(dim, size, shape)
        for dim, size in groups:
            known: Any = 1
            missing = [axis for axis in dim if axis not in self.sizes]
            for axis in dim:
                known = known * self.sizes.get(axis, 1)
            if len(missing) > 1:
                raise self._refusal(
                    f"Failed to uniquely determine the size of the axes {', '.join(missing)}. Please provide more constraints."
                )
            if missing:
                if size % known != 0:
                    raise self._conflict(" ".join(dim), size, None)
                self.sizes[missing[0]] = size // known
            elif known != size:
                raise self._conflict(" ".join(dim), size, None)

    def _conflict(self, axis: str, size: Any, shape: Any) -> ShapeError:
        text = "Failed to determine the size of all axes in the expression under the given constraints."
        return self._refusal(text, shape, self.sizes.get(axis), size)

    def _refusal(self, text: str, shape: Any = None, expected: Any = None, actual: Any = None) -> ShapeError:
        return ShapeError(
            f'{text}\nExpression: "{self.description}"', "einsum", expected=expected, actual=actual, shape=shape
        )

    def size(self, axis: str) -> Any:
        if axis not in self.sizes:
            raise self._refusal(
                f"Failed to uniquely determine the size of the axes {axis}. Please provide more constraints."
            )
        return self.sizes[axis]

    def shape_of(self, expression: Expression) -> list[Any]:
        """The sizes of an expression's dimensions; of axes in brackets their product."""
        sizes = []
        for dim in expression.dims:
            size: Any = 1
            for axis in dim if type(dim) is list else [dim]:
                size = size * self.size(axis)
            sizes.append(size)
        return sizes

    def single(self, tensor: Tensor, expression: Expression) -> Tensor:
        """The tensor with a dimension for each axis."""
        if any(type(dim) is list for dim in expression.dims):
            return _op("reshape")(tensor, [self.size(axis) for axis in expression.axes])  # type: ignore[no-any-return]
        return tensor

    def arranged(self, tensor: Tensor, axes: list[str], output: Expression) -> Tensor:
        """A tensor that has `axes`, as the output states it: permuted, broadcast to new axes, put together."""
        wanted = output.axes
        kept = [axis for axis in wanted if axis in axes]
        if kept != axes:
            tensor = _op("permute")(tensor, [axes.index(axis) for axis in kept])
        if kept != wanted:
            tensor = _op("reshape")(tensor, [self.size(axis) if axis in kept else 1 for axis in wanted])
            tensor = _op("broadcast_to")(tensor, [self.size(axis) for axis in wanted])
        if any(type(dim) is list for dim in output.dims):
            tensor = _op("reshape")(tensor, self.shape_of(output))
        return tensor

    def output(self) -> Expression:
        """The one output of an operation that needs it said."""
        if self.outputs is None:
            raise self._refusal("The operation expects an output expression, but no '->' was found.")
        if len(self.outputs) != 1:
            raise _Unread
        return self.outputs[0]


def _replaced(dims: list[Any], names: list[str]) -> list[Any]:
    result: list[Any] = []
    for dim in dims:
        if dim == "...":
            result += names
        else:
            result.append(_replaced(dim, names) if type(dim) is list else dim)
    return result


def _op(name: str) -> Any:
    return ops.find("torch." + name)


def _operation(name: str, body: Callable[..., Any]) -> Any:
    """The public function: what cannot be read, or is given something unknown, is unknown."""

    def function(description: Any, *tensors: Any, backend: Any = None, graph: bool = False, **options: Any) -> Any:
        if graph or any(isinstance(t, Unknown) or callable(t) for t in tensors):
            return unknown_operation(f"einx.{name}")
        settings = {key: options.pop(key) for key in ("keepdims", "correction", "unbiased") if key in options}
        if settings.get("keepdims") or any(value for key, value in settings.items() if key != "keepdims"):
            return unknown_operation(f"einx.{name}")
        try:
            return body(Call(description, tensors, options), tensors)
        except _Unread:
            return unknown_operation(f"einx.{name}")

    function.__name__ = function.__qualname__ = name
    return function


def _elementwise(torch_name: str, many: bool = False) -> Callable[..., Any]:
    def body(call: Call, tensors: tuple[Any, ...]) -> Any:
        if any(expression.marked for expression in call.inputs):
            raise _Unread
        output = call.output() if call.outputs is not None else _largest(call)
        axes = [a for a in output.axes if any(a in expression.axes for expression in call.inputs)]
        if any(a not in axes for expression in call.inputs for a in expression.axes):
            raise _Unread
        aligned = [_aligned(call, tensor, e, axes) for tensor, e in zip(tensors, call.inputs)]
        operation = _op(torch_name)
        if many:
            result = aligned[0]
            for other in aligned[1:]:
                result = operation(result, other)
        else:
            result = operation(*aligned)
        return call.arranged(result, axes, output)

    return body


def _largest(call: Call) -> Expression:
    """The input that has the axes of all the others, where there is only one of that form."""
    names = [{axis for axis in e.axes if axis[0].isalpha() or axis[0] in "._"} for e in call.inputs]
    found = [e for e, own in zip(call.inputs, names) if all(other <= own for other in names)]
    if not found or any(e.dims != found[0].dims for e in found):
        raise call._refusal("The output expression is missing in this operation.")
    return found[0]


def _aligned(call: Call, tensor: Any, expression: Expression, axes: list[str]) -> Any:
    if not isinstance(tensor, Tensor):
        tensor = _op("asarray")(tensor)
    tensor = call.single(tensor, expression)
    order = [axis for axis in axes if axis in expression.axes]
    if len(expression.axes) != len(order):
        raise _Unread  # an axis twice: the diagonal
    if order != expression.axes:
        tensor = _op("permute")(tensor, [expression.axes.index(axis) for axis in order])
    if order != axes:
        tensor = _op("reshape")(tensor, [call.size(axis) if axis in order else 1 for axis in axes])
    return tensor


def _reduction(torch_name: str) -> Callable[..., Any]:
    def body(call: Call, tensors: tuple[Any, ...]) -> Any:
        (expression,) = call.inputs
        marked = expression.marked
        if call.outputs is None:
            kept = [
                [axis for axis in dim if axis not in marked] if type(dim) is list else dim
                for dim in expression.dims
                if type(dim) is list or dim not in marked
            ]
            output = Expression(kept, set())
        else:
            output = call.output()
            marked = marked or {axis for axis in expression.axes if axis not in output.axes}
        axes = expression.axes
        if len(set(axes)) != len(axes) or any(axis in marked for axis in output.axes):
            raise _Unread
        tensor = call.single(tensors[0], expression)
        gone = [i for i, axis in enumerate(axes) if axis in marked]
        if gone and torch_name == "prod":
            if len(gone) > 1:
                raise _Unread
            tensor = _op("prod")(tensor, gone[0])
        elif gone:
            tensor = _op(torch_name)(tensor, dim=gone)
        return call.arranged(tensor, [axis for axis in axes if axis not in marked], output)

    return body


def _same_shape(torch_name: str) -> Callable[..., Any]:
    """An operation along the axes in brackets, which keeps them."""

    def body(call: Call, tensors: tuple[Any, ...]) -> Any:
        (expression,) = call.inputs
        output = call.output() if call.outputs is not None else expression
        axes = expression.axes
        along = [i for i, axis in enumerate(axes) if axis in expression.marked]
        if not along or len(set(axes)) != len(axes):
            raise _Unread
        tensor = call.single(tensors[0], expression)
        for dim in along:
            tensor = _op(torch_name)(tensor, [dim] if torch_name == "flip" else dim)
        return call.arranged(tensor, axes, output)

    return body


def _identity(call: Call, tensors: tuple[Any, ...]) -> Any:
    output = call.output()
    if len(call.inputs) != 1:
        raise _Unread
    (expression,) = call.inputs
    axes = expression.axes
    if len(set(axes)) != len(axes) or any(axis not in output.axes and call.size(axis) != 1 for axis in axes):
        raise _Unread
    kept = [axis for axis in axes if axis in output.axes]
    tensor = call.single(tensors[0], expression)
    if kept != axes:
        tensor = _op("reshape")(tensor, [call.size(axis) for axis in kept])
    return call.arranged(tensor, kept, output)


def _product(call: Call, tensors: tuple[Any, ...]) -> Any:
    output = call.output()
    letters: dict[str, str] = {}
    for expression in call.inputs:
        for axis in expression.axes:
            letters.setdefault(axis, chr(ord("a") + len(letters)))
    shared = [axis for axis in output.axes if axis in letters]
    if len(letters) > 26 or any(call.size(axis) != 1 for axis in output.axes if axis not in letters):
        raise _Unread
    terms = ",".join("".join(letters[axis] for axis in expression.axes) for expression in call.inputs)
    singles = [call.single(tensor, expression) for tensor, expression in zip(tensors, call.inputs)]
    result = _op("einsum")(f"{terms}->{''.join(letters[axis] for axis in shared)}", *singles)
    return call.arranged(result, shared, output)


def _elements(call: Call, tensors: tuple[Any, ...]) -> Any:
    """`get_at("b n [l], b n -> b n", x, index)`: the elements of x at the indices."""
    output = call.output()
    source, *coordinates = call.inputs
    named = {axis for expression in coordinates for axis in expression.axes} | set(source.axes)
    count = sum(1 if not e.marked else call.size(next(iter(e.marked))) for e in coordinates)
    if (
        not coordinates or any(len(e.marked) > 1 for e in coordinates) or count != len(source.marked) or output.marked
        or any(axis not in named or axis in source.marked for axis in output.axes) or not isinstance(tensors[0], Tensor)
    ):  # fmt: skip
        raise _Unread
    return make(tuple(call.shape_of(output)), tensors[0].dtype)


# fmt: off
_MANY = "add multiply logaddexp logical_and logical_or maximum minimum"
_TWO = {"subtract": "subtract", "true_divide": "true_divide", "floor_divide": "floor_divide", "divide": "divide", "where": "where",
        "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal", "equal": "eq", "not_equal": "ne"}
_REDUCTIONS = {"sum": "sum", "mean": "mean", "var": "var", "std": "std", "prod": "prod", "count_nonzero": "count_nonzero", "any": "any",
               "all": "all", "max": "amax", "min": "amin", "logsumexp": "logsumexp"}
EINX: dict[str, Any] = {
    **{name: _operation(name, _elementwise(name, many=True)) for name in _MANY.split()},
    **{name: _operation(name, _elementwise(torch_name)) for name, torch_name in _TWO.items()},
    **{name: _operation(name, _reduction(torch_name)) for name, torch_name in _REDUCTIONS.items()},
    **{name: _operation(name, _same_shape(name)) for name in ("softmax", "log_softmax", "flip")},
    "id": _operation("id", _identity), "dot": _operation("dot", _product), "get_at": _operation("get_at", _elements),
}
# fmt: on

STANDS_FOR = {"einx": EINX}
