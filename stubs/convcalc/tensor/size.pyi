"""Shapes. Made by `python -m tools.generate`; do not edit."""

class Size(tuple[int, ...]):
    def numel(self) -> int: ...
