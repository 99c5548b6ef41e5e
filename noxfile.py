"""The tests without PyTorch on every Python that is here: `nox`, `nox -s tests-3.12 -- -k size`; Python 3.14 under Pyodide with `nox -s pyodide`.

nox is in the extra `nox` of the project (`pip install -e ".[nox]"`). Interpreters are looked for on the path and among pyenv's; which of them
were not found is said at the end. tests/torch needs PyTorch and is run by `python tests/run.py`; all other tests pass without it.
"""

from __future__ import annotations

import pathlib
import shutil

import nox

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
NEEDED = (
    "pytest>=8",
    "pytest-xdist>=3.6",
    "hypothesis>=6.100",
    "numpy>=1.26",
    "hatchling>=1.25",
    "pyyaml>=6",
    "pydantic-sarif>=0.1.1",
    "jsonschema>=4.23",
    "check-jsonschema>=0.33",
)
ROOT = pathlib.Path(__file__).parent
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "missing"]


def interpreter(version: str) -> str | None:
    """The path of a Python of that version, if there is one."""
    found = shutil.which(f"python{version}")
    if found is not None and ".pyenv/shims" not in found:
        return found
    known = sorted((pathlib.Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python"))
    return str(known[-1]) if known else None


HERE = {version: path for version in VERSIONS if (path := interpreter(version)) is not None}


@nox.session
@nox.parametrize("python", [nox.param(path, id=version) for version, path in HERE.items()])
def tests(session: nox.Session) -> None:
    """All tests but those of tests/torch."""
    session.install("-e", ".", *NEEDED)
    session.run("python", "-m", "pytest", "-q", "-n", "2", "--ignore", "tests/torch", *session.posargs)


@nox.session(venv_backend="none")
def missing(session: nox.Session) -> None:
    """Says which versions of Python were not found."""
    absent = [version for version in VERSIONS if version not in HERE]
    session.log(
        f"not tested, since they are not here: Python {', '.join(absent)}" if absent else "all versions were here"
    )


@nox.session(venv_backend="none")
def pyodide(session: nox.Session) -> None:
    """Programs of the tests under Pyodide's Python (3.14), whose reports must be those of this Python; needs node and npm."""
    folder = pathlib.Path(session.create_tmp()).resolve()
    session.run("npm", "install", "--prefix", str(folder), "pyodide", external=True, silent=True)
    session.run("python", "tests/pyodide/compare.py", str(folder / "node_modules"), external=True)
