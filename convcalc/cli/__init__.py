"""The command line: options become calls, results become text and an exit code; nothing is computed here.

Importing click takes longer than the summary of a small model (40 ms of 80 measured). So the plain calls, those with
nothing to explain, complete or complain about, are read by `options.read`, and click is imported for all others. Both read
the same table of options, and a test holds the two to the same result.
"""

# Not even `__future__` is imported before `main` has taken the folders off the path that are not Python's.
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130  # as a shell has it for a process that Ctrl-C ended


def main(arguments: "Sequence[str] | None" = None) -> None:
    """Runs the command that `arguments` (or the process's own) name; ends in SystemExit with the exit code."""
    try:
        _leave_out_folders()
        _take_place()
        _run(arguments)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:  # of a message or a list that click has written too
        from .output import UNWRITABLE, silence
        from .request import complain

        if error.errno not in UNWRITABLE:
            raise
        silence(sys.stdout)
        complain(f"convcalc: the output cannot be written: {error.strerror}\n")
        raise SystemExit(2) from None


def _leave_out_folders() -> None:
    """Takes off Python's path what PYTHONPATH names relative to the current folder (`.`, or nothing at all): its modules are not ours to run.

    They are still found for a loaded file, which is not run from there but read (`source.finding`).
    """
    given = os.environ.get("PYTHONPATH")
    if given:
        try:
            left_out = {os.path.abspath(path) for path in given.split(os.pathsep) if not os.path.isabs(path)}
        except OSError:  # the current folder is gone
            return
        sys.path[1:] = [path for path in sys.path[1:] if path not in left_out and os.path.isabs(path)]


def _take_place() -> None:
    """Gives the process the standard streams that it was started without, and ends it where its folder is gone."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which gets the lowest number that is free: this one
        if number and getattr(sys, name) is None:
            stream = open(number, "w", encoding="utf8", closefd=False)  # noqa: SIM115  # it is the process's
            setattr(sys, name, stream)
    try:
        os.getcwd()
    except OSError:
        sys.stderr.write("convcalc: the current folder does not exist any more\n")
        raise SystemExit(2) from None


def _tell(text: str) -> None:
    from .output import write_text

    write_text(sys.stdout, text)


def _run(arguments: "Sequence[str] | None") -> None:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        gc.disable()  # until the first answer: what is imported stays (`source.sandbox` enables it)
    if given and given[0] == "summary":
        from .options import SUMMARY, read

        options = read(given[1:], SUMMARY)
        if options is not None:
            from .request import SummaryRequest

            raise SystemExit(SummaryRequest(**options).run())
    if given and given[0] == "check":
        from .options import CHECK, read

        options = read(given[1:], CHECK, many=True)
        if options is not None:
            from .check_request import CheckRequest

            raise SystemExit(CheckRequest(**options).run())
    if given and given[0] == "size":
        from .size_request import read_size

        text = read_size(given[1:])
        if text is not None:
            _tell(text)
            raise SystemExit(0)
    if given == ["--version"]:
        from convcalc import __version__

        _tell(f"convcalc {__version__}\n")
        raise SystemExit(0)
    gc.enable()
    from .commands import commands

    commands.main(args=given, prog_name="convcalc")
