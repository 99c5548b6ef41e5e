"""Going on after a refusal: what a refused call is taken to answer, so that one run finds all independent errors.

A layer that got the wrong size answers as if it had got the right one. Where two sizes contradict each other and it is not known
which is meant, that size is unknown, so that what follows from it is not reported as an error of its own. An error that
somebody catches with `try` is left to them.
"""

from __future__ import annotations

import _ast as ast
import sys

from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue
from convcalc.trace import metas, recorder, tensors
from convcalc.trace.internal_errors import reveal

from .assumed_output import assumed
from .cascade import follows
from .handlers import Handlers
from .span import Span, span_of_error, span_of_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from convcalc.source.program import Program
    from convcalc.trace import Call

    from .batches import Batches


class Refusal:
    """One independent error of a run: the exception, the innermost call, where it arose, the class being built if any.

    `loader` is the data loader on whose last batch the script was working, if it was.
    """

    __slots__ = ("call", "error", "loader", "owner", "root", "span")

    def __init__(
        self, error: Exception, call: Call | None, span: Span, root: Any, owner: str | None, loader: Any = None
    ) -> None:
        self.error = error
        self.call = call
        self.span = span
        self.root = root
        self.owner = owner
        self.loader = loader


class RefusedLayer(Module):
    """Stands for a layer that PyTorch refuses to build: takes anything, and what it answers is unknown."""

    params_unknown = True

    def forward(self, *args: Any, **kwargs: Any) -> Unknown:
        return Unknown("the output of a layer that is refused")


class Recovery:
    """Makes a program's run go on after each refusal, and keeps the refusals in their order."""

    def __init__(self, program: Program, batches: Batches | None = None) -> None:
        self.program = program
        self.batches = batches
        self.refusals: list[Refusal] = []
        self.handlers: dict[str, Handlers] = {}  # of the run's files, by name

    def start(self) -> None:
        self.program.record.recover = self
        self.program.rebuild = self.built

    def __call__(self, call: Call, error: BaseException) -> Any:
        """Return what a refused call answers; raises its error where the run shall not go on."""
        if not isinstance(error, Exception) or self._is_handled(sys._getframe(2)):
            raise error
        if isinstance(error, UnknownValue):
            if not self.refusals or call.kind == "op":
                raise error
            return self._answer(call, Unknown(error.reason))
        is_own = call.kind == "op" or type(call.owner).__module__.startswith("convcalc.")
        if not self._is_follow_on(call, error, is_own):
            span = span_of_error(error, self.program.record.files)
            if span.file is None:
                span = span_of_frame(sys._getframe(2), self.program.record.files)
            loader = None if self.batches is None else self.batches.current
            if loader is not None and any(refusal.loader is loader for refusal in self.refusals):
                return self._answer(call, Unknown("what follows from the last batch"))
            self.refusals.append(Refusal(error, self._innermost(call, error), span, _root(call), None, loader))
        return self._answer(call, self._assumed(call, error) if is_own else Unknown("a call that is refused"))

    def built(self, cls: type, error: Exception) -> Any:
        """Return what stands for a module that could not be built."""
        if isinstance(error, UnknownValue) or self._is_handled(sys._getframe(2)):
            raise error
        if isinstance(error, ShapeError) or not self.refusals:
            span = span_of_error(error, self.program.record.files)  # in the constructor, where that is the user's own
            if span.file is None:
                span = span_of_frame(sys._getframe(2), self.program.record.files)
            owner = _class_under_construction(sys._getframe(2)) or cls.__name__
            self.refusals.append(Refusal(error, None, span, None, owner))
        return RefusedLayer()

    def _innermost(self, call: Call, error: BaseException) -> Call:
        failure = self.program.record.failure
        return failure[1] if failure is not None and failure[0] is error and failure[1] is not None else call

    def _is_handled(self, frame: FrameType | None) -> bool:
        """Return whether a frame, or one that called it, stands in a statement that catches errors."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file in self.program.record.files:
                if file not in self.handlers:
                    tree = self.program.tree_of(file)
                    self.handlers[file] = Handlers(ast.Module([], []) if tree is None else tree)
                if self.handlers[file].holds(frame):
                    return True
            frame = frame.f_back
        return False

    def _is_follow_on(self, call: Call, error: Exception, is_own: bool) -> bool:
        """Return whether a call only failed because of what an earlier refusal left unknown."""
        if not self.refusals:
            return False
        if is_own:
            return isinstance(error, ShapeError) and follows(self.refusals, call, error)
        # Python's own errors in a model: after a refusal in the same run of it, what they follow from is not known
        root = _root(call)
        return any(refusal.root is root for refusal in self.refusals)

    def _assumed(self, call: Call, error: Exception) -> Any:
        """Return the assumed output; the rules that are tried out for it leave no trace in the record."""
        before, recorder.active = recorder.active, None
        try:
            return assumed(call, error)
        except Exception as fault:
            reveal(fault)
            return Unknown(f"the output of {call.type}, which is refused")
        finally:
            recorder.active = before

    @staticmethod
    def _answer(call: Call, result: Any) -> Any:
        call.outputs = metas(result)
        call.result = result
        if call.kind == "op":
            for tensor in tensors(result):
                if type(tensor) is Tensor:
                    tensor.origin = call
        return result


def _root(call: Call) -> Call:
    while call.parent is not None:
        call = call.parent
    return call


def _class_under_construction(frame: FrameType | None) -> str | None:
    """Return the class of the outermost module whose constructor is running."""
    found = None
    while frame is not None:
        if frame.f_code.co_name == "__init__":
            module = frame.f_locals.get("self")
            if isinstance(module, Module) and not type(module).__module__.startswith("convcalc."):
                found = type(module).__name__
        frame = frame.f_back
    return found
