"""`python -m convcalc` is the command `convcalc`."""

# Not even `__future__` is imported before the current folder is off the path: see `cli`.
import os
import sys

if __name__ == "__main__":
    own = os.path.dirname(sys.executable)  # where the command `convcalc` lies, and looks first
    if sys.flags.isolated or getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, own)
    else:
        sys.path[0] = own  # in place of the current folder

del os, sys  # this module is `__main__`: nothing of value is among its names
from convcalc.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
