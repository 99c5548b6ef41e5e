"""`argparse`: a script's options at their defaults. Positional arguments and required options are unknown."""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SUPPRESS = "==SUPPRESS=="
REMAINDER = "..."


class Namespace:
    """The parsed options as attributes."""

    def __init__(self, **options: Any) -> None:
        self.__dict__.update(options)

    def __contains__(self, key: str) -> bool:
        return key in self.__dict__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Namespace) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Namespace({', '.join(f'{k}={v!r}' for k, v in self.__dict__.items())})"


class Action:
    """One argument: its names, where it is stored, its default."""

    def __init__(self, option_strings: Any = (), dest: str = "", nargs: Any = None, const: Any = None, default: Any = None, type: Any = None, choices: Any = None, required: bool = False, help: Any = None, metavar: Any = None, **more: Any) -> None:  # fmt: skip
        self.option_strings = list(option_strings)
        self.dest, self.nargs, self.const, self.default, self.type = dest, nargs, const, default, type
        self.choices, self.required, self.help, self.metavar = choices, required, help, metavar
        self.kind: Any = "store"

    def value(self) -> Any:
        """What the argument is when the command line does not mention it."""
        if self.option_strings:
            if self.required and self.default is None:
                return Unknown(f"the argument {self.option_strings[-1]}")
        elif self.nargs == "*":
            return [] if self.default is None else self.default
        elif self.nargs not in ("?", REMAINDER) and self.default is None:
            return Unknown(f"the argument {self.dest}")
        return self.converted(self.default)

    def converted(self, default: Any) -> Any:
        """A default given as text is read as if it stood on the command line."""
        if not isinstance(default, str) or self.type is None:
            return default
        try:
            return self.type(default)
        except UnknownValue as unknown:
            return Unknown(unknown.reason)

    def takes(self) -> bool:
        return self.kind in ("store", "append", "extend") and self.nargs != 0


_FIXED = {"store_true": False, "store_false": True, "count": None, "store_const": None, "append_const": None}


class _Group:
    """Where arguments are added: the parser itself or a group of it."""

    def __init__(self, parser: ArgumentParser) -> None:
        self.parser = parser

    def add_argument(self, *names: Any, **settings: Any) -> Action:
        kind = settings.pop("action", "store")
        options = [name for name in names if isinstance(name, str) and name.startswith("-")]
        dest = settings.pop("dest", None)
        if dest is None:
            dest = (
                next((o for o in options if o.startswith("--")), (options or list(names) or [""])[0])
                .lstrip("-")
                .replace("-", "_")
                if options
                else names[0]
            )
        action = Action(options, dest, **settings)
        if isinstance(kind, str):
            action.kind = kind
            if "default" not in settings and kind in _FIXED:
                action.default = _FIXED[kind]
        elif kind is BooleanOptionalAction:
            action.kind = "boolean"
        if action.kind not in ("help", "version"):
            self.parser.actions.append(action)
        return action

    def add_argument_group(self, *args: Any, **kwargs: Any) -> _Group:
        return _Group(self.parser)

    def add_mutually_exclusive_group(self, *args: Any, **kwargs: Any) -> _Group:
        return _Group(self.parser)


class ArgumentParser(_Group):
    """`argparse.ArgumentParser`, given an empty command line (or the list that the script itself passes)."""

    def __init__(
        self,
        prog: Any = None,
        usage: Any = None,
        description: Any = None,
        epilog: Any = None,
        parents: Any = (),
        **options: Any,
    ) -> None:
        super().__init__(self)
        self.prog = prog or "script"
        self.description = description
        self.actions: list[Action] = [action for parent in parents for action in parent.actions]
        self.defaults: dict[str, Any] = {}
        self.subcommands: _Subparsers | None = None

    def set_defaults(self, **defaults: Any) -> None:
        self.defaults.update(defaults)

    def get_default(self, dest: str) -> Any:
        if dest in self.defaults:
            return self.defaults[dest]
        return next((action.default for action in self.actions if action.dest == dest), None)

    def add_subparsers(self, *, dest: Any = None, **settings: Any) -> _Subparsers:
        self.subcommands = _Subparsers(dest)
        return self.subcommands

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        return self.parse_known_args(args, namespace)[0]

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        found = Namespace() if namespace is None else namespace
        options = found.__dict__
        for action in self.actions:
            if action.default is not SUPPRESS and action.default != SUPPRESS and action.dest not in options:
                options[action.dest] = (
                    action.converted(self.defaults[action.dest]) if action.dest in self.defaults else action.value()
                )
        for dest, default in self.defaults.items():
            options.setdefault(dest, default)
        if self.subcommands is not None and self.subcommands.dest:
            options.setdefault(self.subcommands.dest, Unknown(f"the argument {self.subcommands.dest}"))
        return found, self._read(list(args), options) if isinstance(args, (list, tuple)) else []

    parse_intermixed_args = parse_args
    parse_known_intermixed_args = parse_known_args

    def _read(self, words: list[Any], options: dict[str, Any]) -> list[str]:
        """Reads a command line that the script gives itself; returns what it does not know."""
        flags = {name: action for action in self.actions for name in action.option_strings}
        waiting = [action for action in self.actions if not action.option_strings]
        rest = []
        while words:
            word = words.pop(0)
            name, equals, value = word.partition("=") if isinstance(word, str) else (word, "", "")
            action = flags.get(name)
            if action is None and isinstance(word, str) and not word.startswith("-") and waiting:
                action = waiting.pop(0)
                words.insert(0, word)
            if action is None:
                rest.append(word)
                continue
            if equals:
                words.insert(0, value)
            _store(action, words, options, name)
        return rest

    def error(self, message: str) -> Any:
        raise SystemExit(2)

    def exit(self, status: int = 0, message: Any = None) -> Any:
        raise SystemExit(status)

    def print_help(self, file: Any = None) -> None:
        pass

    print_usage = print_help

    def format_help(self) -> str:
        return ""

    format_usage = format_help

    def register(self, *args: Any) -> None:
        pass


def _store(action: Action, words: list[Any], options: dict[str, Any], name: str) -> None:
    if action.kind == "store_true" or action.kind == "store_false":
        options[action.dest] = action.kind == "store_true"
    elif action.kind == "boolean":
        options[action.dest] = not name.startswith("--no-")
    elif action.kind == "count":
        options[action.dest] = (options.get(action.dest) or 0) + 1
    elif action.kind in ("store_const", "append_const"):
        options[action.dest] = action.const
    elif action.takes():
        many = action.nargs in ("*", "+", REMAINDER) or isinstance(action.nargs, int)
        taken: list[Any] = []
        most = action.nargs if isinstance(action.nargs, int) else len(words) if many else 1
        while words and len(taken) < most and not (isinstance(words[0], str) and words[0].startswith("--")):
            taken.append(action.converted(words.pop(0)))
        value = taken if many else taken[0] if taken else action.const
        if action.kind == "append":
            value = [*(options.get(action.dest) or []), value]
        options[action.dest] = value


class _Subparsers:
    """The subcommands of a parser."""

    def __init__(self, dest: Any) -> None:
        self.dest = dest
        self.parsers: dict[str, ArgumentParser] = {}

    def add_parser(self, name: str, **settings: Any) -> ArgumentParser:
        found = self.parsers[name] = ArgumentParser(prog=name)
        return found


class BooleanOptionalAction(Action):
    """`--flag` and `--no-flag`"""


class HelpFormatter:
    """How help would look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


class ArgumentTypeError(Exception):
    """A value that a `type` function refuses."""


class ArgumentError(Exception):
    """A refused argument."""


def FileType(*args: Any, **kwargs: Any) -> Any:
    return lambda path: Unknown(f"the file {path}")


ARGPARSE: dict[str, Any] = {
    "ArgumentParser": ArgumentParser, "Namespace": Namespace, "Action": Action, "BooleanOptionalAction": BooleanOptionalAction, "SUPPRESS": SUPPRESS,
    "REMAINDER": REMAINDER, "OPTIONAL": "?", "ZERO_OR_MORE": "*", "ONE_OR_MORE": "+", "PARSER": "A...", "ArgumentTypeError": ArgumentTypeError,
    "ArgumentError": ArgumentError, "FileType": FileType, "HelpFormatter": HelpFormatter, "RawTextHelpFormatter": HelpFormatter,
    "ArgumentDefaultsHelpFormatter": HelpFormatter, "RawDescriptionHelpFormatter": HelpFormatter, "MetavarTypeHelpFormatter": HelpFormatter,
}  # fmt: skip

STANDS_FOR = {"argparse": ARGPARSE}
MENTIONED = ("argparse",)
CLOSED = tuple(STANDS_FOR)
