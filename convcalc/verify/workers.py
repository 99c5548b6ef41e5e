"""The same work for many layers at once: a process for each core, in each of them one thread of PyTorch.

The processes are started afresh, not forked: PyTorch may have started threads, which a fork does not copy.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import torch

from .fuzz import Outcome

Run = Callable[[str], Outcome]


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def outcomes(run: Run, layers: list[str], jobs: int) -> Iterator[Outcome]:
    """The outcome of each layer as it comes; with more than one job `run` travels to other processes."""
    if jobs == 1 or len(layers) < 2:
        one_thread()
        yield from map(run, layers)
        return
    left = list(layers)
    for outcome in _side_by_side(run, layers, min(jobs, len(layers))):
        left.remove(outcome.layer)
        yield outcome
    for layer in left:  # a process died, and took the others' work with it: each alone tells whose fault it was
        found = list(_side_by_side(run, [layer], 1))
        yield found[0] if found else Outcome(layer, difference="# the process died: a crash of PyTorch's")


def one_thread() -> None:
    """How many threads PyTorch has decides on kernels, and with them on layouts."""
    torch.set_num_threads(1)


def _side_by_side(run: Run, layers: list[str], jobs: int) -> Iterator[Outcome]:
    """The outcomes as they come; those of processes that died are missing."""
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), one_thread)
    try:
        for future in as_completed([pool.submit(run, layer) for layer in layers]):
            try:
                yield future.result()
            except BrokenProcessPool:
                continue
    finally:
        pool.shutdown(cancel_futures=True)
