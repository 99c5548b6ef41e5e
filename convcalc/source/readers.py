"""Modules by which a file reads its project's configurations: each opens by way of the run, which decides (`configs`)."""

from __future__ import annotations

from convcalc.tensor import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def pathlib_names(run: Any) -> dict[str, Any]:
    from .paths import path_names

    return path_names(run)


def io_names(run: Any) -> dict[str, Any]:
    import io

    return {"StringIO": io.StringIO, "BytesIO": io.BytesIO, "open": run.open}


def configparser_names(run: Any) -> dict[str, Any]:
    """The real parsers, which open files by way of the run."""
    import configparser

    from .library import guard_module

    guard_module("configparser")
    names = {name: getattr(configparser, name) for name in configparser.__all__}
    for name in ("RawConfigParser", "ConfigParser"):
        names[name] = type(name, (names[name],), {"read": _read_sections(run)})
    names["SafeConfigParser"] = names["ConfigParser"]
    return names


def _read_sections(run: Any) -> Callable[..., list[Any]]:
    def read(self: Any, filenames: Any, encoding: Any = None) -> list[Any]:
        from .paths import PurePosixPath

        done = []
        for file in [filenames] if isinstance(filenames, (str, PurePosixPath)) else filenames:
            stream = run.open(file, "r", -1, encoding)
            if not isinstance(stream, Unknown):
                self.read_file(stream, source=str(file))
                done.append(file)
        return done

    return read


def tomllib_names(run: Any) -> dict[str, Any]:
    from importlib import import_module

    tomllib: Any = import_module("tomllib")

    def load(stream: Any, /, **options: Any) -> Any:
        data = stream if isinstance(stream, Unknown) else stream.read()
        return Unknown("tomllib.load(...)") if isinstance(data, Unknown) else tomllib.loads(data.decode(), **options)

    return {"load": load, "loads": tomllib.loads, "TOMLDecodeError": tomllib.TOMLDecodeError}


def codecs_names(run: Any) -> dict[str, Any]:
    import codecs

    def open_(name: Any, mode: Any = "r", encoding: Any = None, errors: Any = "strict", buffering: Any = -1) -> Any:
        return run.open(name, mode.replace("b", "") if encoding else mode, -1, encoding, errors if encoding else None)

    names = {name: value for name, value in vars(codecs).items() if name.startswith("BOM")}
    decoders = ("utf_8_decode", "utf_16_le_decode", "utf_16_be_decode")
    return names | {name: getattr(codecs, name) for name in decoders} | {"open": open_}


def yaml_parser_names(run: Any) -> dict[str, Any]:
    """PyYAML's compiled parser: its own Python does the same."""

    def part(name: str) -> Any:
        return getattr(run.find_module(f"yaml.{name.lower()}"), name)

    parts = [part(name) for name in ("Reader", "Scanner", "Parser", "Composer")]

    def begin(self: Any, stream: Any) -> None:
        parts[0].__init__(self, stream)
        for one in parts[1:]:
            one.__init__(self)

    return {
        "CParser": type("CParser", tuple(parts), {"__init__": begin}),
        "CEmitter": type("CEmitter", (part("Emitter"), part("Serializer")), {}),
    }
