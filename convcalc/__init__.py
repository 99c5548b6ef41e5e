"""convcalc: the shapes and sizes of a PyTorch model before it runs, without PyTorch."""

from __future__ import annotations

__version__ = "0.1.0"
