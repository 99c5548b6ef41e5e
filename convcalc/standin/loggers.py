"""`logging` as a loaded file sees it: its classes and functions, which keep what they are told and write nothing."""

from __future__ import annotations

from convcalc.tensor.resets import on_reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEVELS = {"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Does nothing: what it would have written is not for a loaded file to write."""


class Filter:
    """`logging.Filter`"""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def filter(self, record: Any) -> bool:
        return True


class Filterer:
    """`logging.Filterer`: what has filters."""

    def __init__(self) -> None:
        self.filters: list[Any] = []

    def addFilter(self, filter: Any) -> None:
        self.filters.append(filter)

    def removeFilter(self, filter: Any) -> None:
        if filter in self.filters:
            self.filters.remove(filter)

    def filter(self, record: Any) -> bool:
        return True


class Formatter:
    """`logging.Formatter`"""

    default_time_format = "%Y-%m-%d %H:%M:%S"
    default_msec_format = "%s,%03d"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    format = formatTime = formatException = formatMessage = formatStack = lambda self, *args: ""


class Handler(Filterer):
    """`logging.Handler`: no record ever comes to one."""

    level: Any = 0
    formatter: Any = None
    name: Any = None

    def __init__(self, level: Any = 0) -> None:
        Filterer.__init__(self)
        self.level = level

    def setLevel(self, level: Any) -> None:
        self.level = level

    def setFormatter(self, fmt: Any) -> None:
        self.formatter = fmt

    def set_name(self, name: Any) -> None:
        self.name = name

    def get_name(self) -> Any:
        return self.name

    def format(self, record: Any) -> str:
        return ""

    acquire = release = createLock = emit = handle = handleError = flush = close = _nothing


class StreamHandler(Handler):
    """`logging.StreamHandler`"""

    terminator = "\n"

    def __init__(self, stream: Any = None) -> None:
        Handler.__init__(self)
        self.stream = stream

    def setStream(self, stream: Any) -> Any:
        before, self.stream = self.stream, stream
        return before


class FileHandler(StreamHandler):
    """`logging.FileHandler`, which opens nothing."""

    def __init__(self, filename: Any, *args: Any, **kwargs: Any) -> None:
        StreamHandler.__init__(self)
        self.baseFilename = filename


class NullHandler(Handler):
    """`logging.NullHandler`"""


class LogRecord:
    """`logging.LogRecord`"""

    def __init__(self, name: Any, level: Any, pathname: Any, lineno: Any, msg: Any, args: Any, *rest: Any, **kwargs: Any) -> None:  # fmt: skip
        self.name, self.levelno, self.pathname, self.lineno, self.msg, self.args = name, level, pathname, lineno, msg, args  # fmt: skip

    def getMessage(self) -> str:
        return ""


class Logger(Filterer):
    """`logging.Logger`: it keeps its handlers and its level, and is enabled for nothing."""

    name = "root"
    parent: Any = None
    propagate = True
    disabled = False

    def __init__(self, name: Any = "root", level: Any = 0) -> None:
        Filterer.__init__(self)
        self.name = name
        self.level = level
        self.handlers: list[Any] = []

    def addHandler(self, hdlr: Any) -> None:
        if hdlr not in self.handlers:
            self.handlers.append(hdlr)

    def removeHandler(self, hdlr: Any) -> None:
        if hdlr in self.handlers:
            self.handlers.remove(hdlr)

    def hasHandlers(self) -> bool:
        return bool(self.handlers)

    def setLevel(self, level: Any) -> None:
        self.level = level

    def getEffectiveLevel(self) -> Any:
        return self.level or 30

    def isEnabledFor(self, level: Any) -> bool:
        return False

    def getChild(self, suffix: Any) -> Logger:
        return get_logger(f"{self.name}.{suffix}")

    debug = info = warning = warn = error = critical = fatal = exception = log = handle = makeRecord = callHandlers = _nothing  # fmt: skip


class LoggerAdapter:
    """`logging.LoggerAdapter`"""

    def __init__(self, logger: Any, extra: Any = None, merge_extra: bool = False) -> None:
        self.logger = logger
        self.extra = extra

    def process(self, msg: Any, kwargs: Any) -> Any:
        return msg, kwargs

    def setLevel(self, level: Any) -> None:
        self.logger.setLevel(level)

    def getEffectiveLevel(self) -> Any:
        return self.logger.getEffectiveLevel()

    def isEnabledFor(self, level: Any) -> bool:
        return False

    def hasHandlers(self) -> bool:
        return bool(self.logger.hasHandlers())

    debug = info = warning = warn = error = critical = exception = log = _nothing


loggers: dict[Any, Logger] = {}


def get_logger(name: Any = None) -> Logger:
    """`logging.getLogger`: the same logger for the same name."""
    key = str.__str__(name) if isinstance(name, str) and name else "root"
    if key not in loggers:
        loggers[key] = Logger(key)
        loggers[key].parent = None if key == "root" else get_logger()
    return loggers[key]


def get_level_name(level: Any) -> Any:
    if isinstance(level, str):
        return LEVELS.get(level, f"Level {level}")
    return next((name for name, number in LEVELS.items() if number == level), f"Level {level}")


_SAID = "debug info warning warn error critical fatal exception log basicConfig disable captureWarnings shutdown addLevelName setLoggerClass setLogRecordFactory"
_CLASSES = (Filter, Filterer, Formatter, Handler, StreamHandler, FileHandler, NullHandler, LogRecord, Logger, LoggerAdapter)  # fmt: skip

LOGGING: dict[str, Any] = {
    **LEVELS, **dict.fromkeys(_SAID.split(), _nothing), **{kind.__name__: kind for kind in _CLASSES},
    "getLogger": get_logger, "getLoggerClass": lambda: Logger, "getLevelName": get_level_name, "getLevelNamesMapping": LEVELS.copy,
    "root": get_logger(), "lastResort": StreamHandler(), "raiseExceptions": True, "BASIC_FORMAT": "%(levelname)s:%(name)s:%(message)s",
}  # fmt: skip


@on_reset
def reset() -> None:
    for name in [name for name in loggers if name != "root"]:
        del loggers[name]
    Logger.__init__(loggers["root"])


HANDLERS: dict[str, Any] = {
    name: type(name, (FileHandler,), {"__module__": __name__})
    for name in ("RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler")
}
HANDLERS.update({
    name: type(name, (Handler,), {"__module__": __name__, "__init__": lambda self, *args, **kwargs: Handler.__init__(self)})
    for name in ("QueueHandler", "MemoryHandler", "SocketHandler", "SysLogHandler", "SMTPHandler", "HTTPHandler")
})  # fmt: skip
CONFIG: dict[str, Any] = dict.fromkeys(("dictConfig", "fileConfig"), _nothing)

STANDS_FOR = {"logging": LOGGING, "logging.handlers": HANDLERS, "logging.config": CONFIG}
