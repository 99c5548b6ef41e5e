"""A copy of the working tree with an environment of its own, in which faults are planted and nothing else is touched.

The environment takes its packages from the one that runs the tool, and convcalc from the copy, also where a test starts Python isolated.
Its `sitecustomize` has the copy's modules compiled with a mark in every block (`marks`) while tests are traced.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARTED = """\
import os
if "CONVCALC_MARKS" in os.environ:
    import sys
    sys.path.insert(0, {tree!r})
    from tools.mutation.marks import install
    install({tree!r}, os.environ["CONVCALC_MARKS"])
    sys.path.remove({tree!r})
"""


class Workspace:
    """The copy at a place: `tree`, and `python` to run its tests with."""

    def __init__(self, place: pathlib.Path) -> None:
        self.place = place.resolve()
        self.tree = self.place / "convcalc"
        self.python = self.place / "environment" / "bin" / "python"

    def fill(self) -> None:
        """Copy the files that git knows or would know, as they are now, and make the environment."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        )  # fmt: skip
        wanted = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
        for path in self.tree.rglob("*.py") if self.tree.exists() else ():
            if str(path.relative_to(self.tree)) not in wanted:
                path.unlink()
        for name in wanted:
            to = self.tree / name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)
        shared, link = ROOT.parent / "shared", self.place / "shared"
        if shared.is_dir() and not link.exists():
            link.symlink_to(shared)
        self._make_environment()

    def _make_environment(self) -> None:
        if not self.python.exists():
            base = getattr(sys, "_base_executable", sys.executable)
            subprocess.run([base, "-m", "venv", "--without-pip", str(self.place / "environment")], check=True)
        packages = next((self.place / "environment").glob("lib/python*/site-packages"))
        ours = [entry for entry in sys.path if entry.endswith("site-packages")]
        (packages / "a.pth").write_text(f"{self.tree}\n", "utf8")
        (packages / "b.pth").write_text("\n".join(ours), "utf8")
        (packages / "sitecustomize.py").write_text(STARTED.format(tree=str(self.tree)), "utf8")
        git = self.tree / ".git"  # some tests ask git for what is tracked
        if not git.exists():
            quiet = {"cwd": self.tree, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run(["git", "init", "-q"], **quiet)  # type: ignore[call-overload]
            subprocess.run(["git", "add", "-A"], **quiet)  # type: ignore[call-overload]

    def forget_bytecode(self) -> None:
        """Delete what Python has kept of compiled modules: with marks they are others than without."""
        for folder in (self.tree / "convcalc").rglob("__pycache__"):
            shutil.rmtree(folder)

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a test's process. What is random in tests is the same each time."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "CONVCALC"))
        }
        return {**kept, "PYTHONHASHSEED": "0", **more}
