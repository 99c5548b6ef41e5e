"""OmegaConf, as far as configurations of models use it: nodes that are read as attributes and as keys, references, merging.

omegaconf itself brings a generated parser of 10,000 lines for its references; what is needed of them here is a path, a value of the
environment, and a function that the file has registered. What goes beyond that is unknown. Checked against omegaconf 2.4
(tests/test_configs.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, MutableSequence

from convcalc.tensor import Unknown
from convcalc.tensor.attributes import read
from convcalc.tensor.resets import on_reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MISSING = "???"
DEEPEST = 50  # references of references
FLOAT = r"""^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"""
_REFERENCE = re.compile(r"\$\{([^${}]*)\}")


class OmegaConfBaseException(Exception):
    """Of all that goes wrong here."""


class MissingMandatoryValue(OmegaConfBaseException):
    """`???` was read."""


class ConfigAttributeError(OmegaConfBaseException, AttributeError):
    """There is no such attribute."""


class ConfigKeyError(OmegaConfBaseException, KeyError):
    """There is no such key."""


class InterpolationKeyError(OmegaConfBaseException):
    """A reference to what is not there."""


class Container:
    """A node with others in it; `_content` holds them, `_parent` is the node that it lies in."""

    _content: Any
    _parent: Container | None

    def __copy__(self) -> Any:
        return _node(to_plain(self, resolve=False), self._parent)

    def __deepcopy__(self, memo: Any) -> Any:
        return _node(to_plain(self, resolve=False), self._parent)

    copy = __copy__

    def __repr__(self) -> str:
        return repr(to_plain(self, resolve=False))

    def __len__(self) -> int:
        return len(self._content)

    def _get_root(self) -> Container:
        node: Container = self
        while node._parent is not None:
            node = node._parent
        return node


class DictConfig(Container, MutableMapping):  # type: ignore[type-arg]
    """A mapping whose keys are attributes too."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, content: Any = None, parent: Container | None = None, **flags: Any) -> None:
        object.__setattr__(self, "_parent", parent)
        object.__setattr__(self, "_content", {})
        for key, value in _fields(content).items():
            self._content[key] = _node(value, self)

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        if name not in self._content:
            raise ConfigAttributeError(f"Missing key {name}")
        return _value(self, self._content[name])

    def __setattr__(self, name: str, value: Any) -> None:
        self._content[name] = _node(value, self)

    def __delattr__(self, name: str) -> None:
        del self._content[name]

    def __getitem__(self, key: Any) -> Any:
        if key not in self._content:
            raise ConfigKeyError(f"Missing key {key}")
        return _value(self, self._content[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._content[key] = _node(value, self)

    def __delitem__(self, key: Any) -> None:
        del self._content[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._content)

    def __contains__(self, key: Any) -> bool:
        if key not in self._content or self._content[key] == MISSING:
            return False
        try:
            _value(self, self._content[key])
        except OmegaConfBaseException:
            return False
        return True

    def __eq__(self, other: Any) -> Any:
        return isinstance(other, (Mapping, DictConfig)) and to_plain(self) == to_plain(other)

    def get(self, key: Any, default: Any = None) -> Any:
        value = self._content.get(key, MISSING)
        return default if isinstance(value, str) and value == MISSING else _value(self, value)

    def pop(self, key: Any, *default: Any) -> Any:
        value = self[key] if key in self._content or not default else default[0]
        self._content.pop(key, None)
        return value


class ListConfig(Container, MutableSequence):  # type: ignore[type-arg]
    """A sequence, which is no list."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, content: Any = (), parent: Container | None = None, **flags: Any) -> None:
        self._parent = parent
        self._content = [_node(value, self) for value in content]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return ListConfig([to_plain(value, False) for value in self._content[index]], self._parent)
        return _value(self, self._content[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._content[index] = _node(value, self)

    def __delitem__(self, index: Any) -> None:
        del self._content[index]

    def insert(self, index: int, value: Any) -> None:
        self._content.insert(index, _node(value, self))

    def __eq__(self, other: Any) -> Any:
        return isinstance(other, (list, tuple, ListConfig)) and to_plain(self) == list(to_plain(other))

    def __add__(self, other: Any) -> ListConfig:
        return ListConfig([*to_plain(self, False), *to_plain(other, False)], self._parent)

    def __radd__(self, other: Any) -> ListConfig:
        return ListConfig([*to_plain(other, False), *to_plain(self, False)], self._parent)


def _fields(content: Any) -> dict[Any, Any]:
    """A mapping, or the fields of a dataclass or of an instance of one."""
    if content is None:
        return {}
    if isinstance(content, Mapping):
        return dict(to_plain(content, False)) if isinstance(content, DictConfig) else dict(content)
    found = {}
    for name, field in content.__dataclass_fields__.items():
        value = read(content, name, MISSING)
        if isinstance(content, type):
            factory = field.default_factory
            value = factory() if callable(factory) else value
            annotation = field.type
            if value is MISSING and hasattr(annotation, "__dataclass_fields__"):
                value = annotation
        found[name] = value
    return found


def _node(value: Any, parent: Container | None) -> Any:
    if isinstance(value, Container):
        value = to_plain(value, resolve=False)
    if isinstance(value, Mapping) or hasattr(value, "__dataclass_fields__"):
        return DictConfig(value, parent)
    if isinstance(value, (list, tuple)):
        return ListConfig(value, parent)
    return value


def to_plain(value: Any, resolve: bool = True, throw_on_missing: bool = False, **options: Any) -> Any:
    """`OmegaConf.to_container`"""
    if isinstance(value, DictConfig):
        return {
            key: to_plain(_read(value, item, resolve, throw_on_missing), resolve)
            for key, item in value._content.items()
        }
    if isinstance(value, ListConfig):
        return [to_plain(_read(value, item, resolve, throw_on_missing), resolve) for item in value._content]
    return value


def _read(node: Container, item: Any, resolve: bool, throw: bool) -> Any:
    if isinstance(item, str) and item == MISSING and not throw:
        return item
    return _value(node, item) if resolve else item


def _value(node: Container, value: Any, depth: int = 0) -> Any:
    """What reading a value of a node gives."""
    if not isinstance(value, str):
        return value
    if value == MISSING:
        raise MissingMandatoryValue("Missing mandatory value")
    while "${" in value:
        if depth > DEEPEST:
            raise InterpolationKeyError(f"{value} refers to itself")
        depth += 1
        found = _REFERENCE.search(value)
        if found is None or value[found.start() - 1 : found.start()] == "\\":
            return Unknown(f"the reference {value}")
        target = _referred(node, found[1].strip(), depth)
        if isinstance(target, Unknown) or found[0] == value:
            return target
        value = value[: found.start()] + _as_text(target) + value[found.end() :]
    return value


def _as_text(value: Any) -> str:
    return "null" if value is None else str(value)


def _referred(node: Container, text: str, depth: int) -> Any:
    """What a reference stands for."""
    name, colon, arguments = text.partition(":")
    if colon:
        return _resolved(name.strip(), arguments)
    path = text
    base: Container | None = node
    if not path.startswith("."):
        base = node._get_root()
    else:
        path = path[1:]
        while path.startswith("."):
            base = None if base is None else base._parent
            path = path[1:]
    value: Any = base
    for key in _keys(path):
        if not isinstance(value, Container):
            raise InterpolationKeyError(f"Interpolation key '{text}' not found")
        content = value._content
        try:
            item = content[key] if key in content or not isinstance(content, dict) else content[_literal(str(key))]
        except (KeyError, IndexError, TypeError):
            try:
                item = content[int(key)]
            except (KeyError, IndexError, ValueError):
                raise InterpolationKeyError(f"Interpolation key '{text}' not found") from None
        value = _value(value, item, depth)
    return value


def _keys(path: str) -> list[str]:
    """`a.b[0]` as its keys."""
    return [key for key in path.replace("[", ".").replace("]", "").split(".") if key]


_resolvers: dict[str, Any] = {}


@on_reset
def reset() -> None:
    """Drops the resolvers that the last program has registered."""
    _resolvers.clear()


def _resolved(name: str, arguments: str) -> Any:
    if any(sign in arguments for sign in "[]{}'\"\\"):
        return Unknown(f"the reference ${{{name}:{arguments}}}")
    values = [_literal(part.strip()) for part in arguments.split(",")] if arguments.strip() else []
    if name == "oc.env":
        return str(values[1]) if len(values) > 1 and values[1] is not None else Unknown(f"the variable {arguments}")
    resolver = _resolvers.get(name)
    return Unknown(f"the reference ${{{name}:{arguments}}}") if resolver is None else resolver(*values)


def _literal(text: str) -> Any:
    """An argument of a reference, or the value of `key=value`, as omegaconf reads it."""
    lowered = text.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    if lowered in ("null", "none") and text in ("null", "Null", "NULL"):
        return None
    if re.fullmatch(r"[-+]?(0|[1-9](_?[0-9])*)", text):
        return int(text)
    if re.match(FLOAT, text):
        return float(text)
    return text


class OmegaConf:
    """The functions on configurations; `reading` gives it what opens files and parses YAML."""

    _open: Callable[..., Any]
    _yaml: Callable[[], Any]

    @classmethod
    def load(cls, file: Any, **options: Any) -> Any:
        stream = file if hasattr(file, "read") else cls._open(file)
        text = stream if isinstance(stream, Unknown) else stream.read()
        return Unknown("OmegaConf.load(...)") if isinstance(text, Unknown) else cls._parsed(text)

    @classmethod
    def _parsed(cls, text: Any) -> Any:
        yaml = cls._yaml()
        if isinstance(yaml, Unknown):
            return Unknown("OmegaConf.load(...)")
        resolvers = {
            first: [
                (tag, pattern)
                for tag, pattern in pairs
                if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float")
            ]
            for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        for first in "-+0123456789.":
            resolvers[first] = [("tag:yaml.org,2002:float", re.compile(FLOAT)), *resolvers.get(first, ())]
        loader = type("OmegaConfLoader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers})
        content = yaml.load(text, Loader=loader)
        if isinstance(content, str):
            content = {content: None}
        return _node({} if content is None else content, None)

    @classmethod
    def create(cls, content: Any = None, parent: Any = None, flags: Any = None) -> Any:
        if isinstance(content, Unknown):
            return content
        return cls._parsed(content) if isinstance(content, str) else _node({} if content is None else content, None)

    @staticmethod
    def structured(content: Any, parent: Any = None, flags: Any = None) -> Any:
        return _node(content, None)

    @classmethod
    def merge(cls, *configs: Any, **options: Any) -> Any:
        if any(isinstance(config, Unknown) for config in configs):
            return Unknown("OmegaConf.merge(...)")
        merged = to_plain(cls.create(configs[0]), False)
        for config in configs[1:]:
            merged = _merged(merged, to_plain(cls.create(config), False))
        return _node(merged, None)

    unsafe_merge = merge

    @classmethod
    def from_dotlist(cls, pairs: Any) -> Any:
        made = DictConfig()
        for pair in pairs:
            key, equals, text = str(pair).partition("=")
            value = cls._parsed(f"value: {text}")
            cls.update(
                made, key, value.value if equals and not isinstance(value, Unknown) else value if equals else None
            )
        return made

    @classmethod
    def from_cli(cls, args_list: Any = None) -> Any:
        return cls.from_dotlist(args_list or ())

    @staticmethod
    def to_container(config: Any, *, resolve: bool = False, throw_on_missing: bool = False, **options: Any) -> Any:
        return to_plain(config, resolve, throw_on_missing)

    @staticmethod
    def to_object(config: Any) -> Any:
        return to_plain(config, True, True)

    @staticmethod
    def to_yaml(config: Any, **options: Any) -> str:
        return str(config)

    @staticmethod
    def save(*args: Any, **options: Any) -> None:
        """Writes nothing."""

    set_struct = set_readonly = clear_resolver = clear_resolvers = staticmethod(lambda *args, **options: None)
    is_struct = is_readonly = staticmethod(lambda config: False)

    @staticmethod
    def select(config: Any, key: str, default: Any = None, throw_on_missing: bool = False, **options: Any) -> Any:
        value = config
        for part in _keys(key):
            try:
                value = value[int(part)] if isinstance(value, ListConfig) else value[part]
            except (KeyError, IndexError, TypeError, ValueError, MissingMandatoryValue):
                return default
        return value

    @staticmethod
    def update(config: Any, key: str, value: Any = None, *, merge: bool = True, force_add: bool = False) -> None:
        *above, last = _keys(key)
        node = config
        for part in above:
            if isinstance(node, DictConfig) and not isinstance(node._content.get(part), Container):
                node[part] = {}
            node = node[int(part)] if isinstance(node, ListConfig) else node[part]
        if isinstance(node, ListConfig):
            node[int(last)] = value
        else:
            old = to_plain(node._content.get(last), False)
            new = to_plain(value, False)
            node[last] = _merged(old, new) if merge and isinstance(old, dict) and isinstance(new, dict) else new

    @staticmethod
    def resolve(config: Any) -> None:
        for key in list(config._content) if isinstance(config, DictConfig) else range(len(config)):
            item = config._content[key]
            if isinstance(item, Container):
                OmegaConf.resolve(item)
            else:
                config[key] = _read(config, item, True, False)

    @staticmethod
    def masked_copy(config: Any, keys: Any) -> Any:
        wanted = [keys] if isinstance(keys, str) else list(keys)
        return _node({key: value for key, value in to_plain(config, False).items() if key in wanted}, None)

    @staticmethod
    def register_new_resolver(name: str, resolver: Any, **options: Any) -> None:
        _resolvers[name] = resolver

    register_resolver = legacy_register_resolver = register_new_resolver
    has_resolver = staticmethod(lambda name: name in _resolvers)
    is_config = staticmethod(lambda value: isinstance(value, Container))
    is_dict = staticmethod(lambda value: isinstance(value, DictConfig))
    is_list = staticmethod(lambda value: isinstance(value, ListConfig))

    @staticmethod
    def is_missing(config: Any, key: Any) -> bool:
        try:
            return bool(config._content[key] == MISSING)
        except (KeyError, IndexError):
            return False

    @staticmethod
    def is_interpolation(config: Any, key: Any = None) -> bool:
        value = None if key is None else config._content.get(key)
        return isinstance(value, str) and "${" in value


def _merged(old: Any, new: Any) -> Any:
    """A mapping with the values of another; anything else is replaced."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return old if isinstance(new, str) and new == MISSING and old is not None else new
    merged = dict(old)
    for key, value in new.items():
        merged[key] = _merged(old[key], value) if key in old else value
    return merged


class _Within:
    """`open_dict` and `read_write`: contexts that change nothing here."""

    def __init__(self, config: Any) -> None:
        self.config = config

    def __enter__(self) -> Any:
        return self.config

    def __exit__(self, *exc: Any) -> None:
        pass


def omegaconf_names(open_file: Callable[..., Any], find_yaml: Callable[[], Any]) -> dict[str, Any]:
    """The module's names for a run that opens files and finds PyYAML so."""
    _resolvers.clear()
    OmegaConf._open = staticmethod(open_file)
    OmegaConf._yaml = staticmethod(find_yaml)
    errors = (MissingMandatoryValue, OmegaConfBaseException)
    return {
        "OmegaConf": OmegaConf, "DictConfig": DictConfig, "ListConfig": ListConfig, "Container": Container, "MISSING": MISSING,
        "II": lambda key: f"${{{key}}}", "SI": lambda text: text, "open_dict": _Within, "read_write": _Within,
        **{error.__name__: error for error in errors},
    }  # fmt: skip
