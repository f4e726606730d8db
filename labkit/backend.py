"""Keras, imported without its backend's greetings.

TensorFlow's libraries print a page of remarks about the processor when they are
loaded and when a network is first traced. In a notebook they would stand in red
above a student's first result, so they are held back; errors are not. Import this
module before ``keras``.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Send what native code writes to file descriptor 2 nowhere."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with _without_greetings():
    import keras
    from keras import layers, ops

    # Loads what the backend loads late, and draws TensorFlow's one remark on transposing booleans (as every
    # masked sequence does), which it makes as an error on processors without AVX-512.
    ops.transpose(ops.zeros((1, 1), "bool"))
# Remarks on retracing: the course judges several networks in one process, on purpose.
logging.getLogger("tensorflow").setLevel(logging.ERROR)

__all__ = ["keras", "layers", "ops"]
