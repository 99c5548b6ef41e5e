"""Compares what smoke.py says under Pyodide with what it says under this Python: `python tests/pyodide/compare.py FOLDER_OF_NODE_MODULES`."""

from __future__ import annotations

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def said(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def main() -> int:
    ours, theirs = (
        said(sys.executable, str(HERE / "smoke.py"), str(ROOT)),
        said("node", str(HERE / "run.mjs"), str(pathlib.Path(sys.argv[1]).resolve()), str(ROOT)),
    )
    different = [(one, other) for one, other in zip(ours[1:], theirs[1:]) if one != other or '"fault"' in one]
    for one, other in different:
        print(f"here:  {one[:1000]}\nthere: {other[:1000]}")
    print(f"{ours[0]} beside {theirs[0]}: {len(ours) - 1} programs, {len(different)} different")
    return 1 if different or len(ours) != len(theirs) or len(ours) < 30 else 0


if __name__ == "__main__":
    sys.exit(main())
