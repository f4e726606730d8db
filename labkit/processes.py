"""A pool of processes that works from a script, a notebook, ``python -c`` and pytest alike.

Processes are spawned, not forked: TensorFlow, OpenCV and threads do not survive a
fork. A spawned process would first run the caller's script again, which without
an ``if __name__ == "__main__"`` starts another pool, and so on; since labkit's
workers only call functions of labkit, the script is hidden from them instead.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from labkit.errors import LabkitError

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """The processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_unordered(function: Callable[[T], R], items: Iterable[T], workers: int | None = None) -> Iterator[R]:
    """Results of ``function`` (of a module, not a notebook) for each item, as they come.

    Runs in this process when one worker or one item is enough. The first exception
    raised by ``function`` is raised here, once what had begun has ended; the rest is dropped. An
    interrupt reaches the workers too, where it comes from a terminal or from Jupyter.

    Raises:
        LabkitError: if a worker process was killed.
    """
    items = list(items)
    workers = min(workers or cores(), len(items))
    if workers <= 1:
        yield from map(function, items)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
        try:
            # No more than one item a worker is handed over: the pool could not take the others back.
            coming = iter(items)
            waiting = _submit(pool, function, islice(coming, workers))
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                waiting |= _submit(pool, function, islice(coming, len(done)))
                for future in done:
                    yield future.result()
        except BrokenProcessPool:
            raise LabkitError(
                "A worker process was killed, most likely for want of memory; use fewer."
            ) from None


def _submit(pool: ProcessPoolExecutor, function: Callable[[T], R], items: Iterable[T]) -> set[Future]:
    with _hidden_main():  # processes are started when there is work for them
        return {pool.submit(function, item) for item in items}


def _one_thread() -> None:
    """Every core has its own process, so OpenCV, BLAS and Keras's backend must not start threads as well."""
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[name] = "1"
    import cv2

    cv2.setNumThreads(1)


@contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__spec__", "__file__") if hasattr(main, name)}
    try:
        main.__spec__ = None
        main.__dict__.pop("__file__", None)
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
