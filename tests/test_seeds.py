"""The scripts of the seeds, where they are at hand: the checker that came with them is the judge."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_every_script_of_the_seeds_agrees(shared: Path) -> None:
    done = subprocess.run([sys.executable, str(shared / "check_seeds.py")], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "24 of 24 agree", done.stdout
