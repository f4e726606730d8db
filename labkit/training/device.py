"""What the network runs on, as Keras's backend tells it."""

import os
from functools import cache

from labkit.backend import keras


@cache
def accelerators() -> list[str]:
    """Names of the GPUs or TPUs in use ("gpu:0" …); empty on a CPU."""
    if keras.backend.backend() == "torch":
        import torch

        return [f"gpu:{index}" for index in range(torch.cuda.device_count())]
    # Without a kind Keras lists the best there is; asked for GPUs where there are none, JAX raises.
    return [name for name in keras.distribution.list_devices() if not name.startswith("cpu")]


def compile_mode() -> bool | str:
    """Keras's ``jit_compile``: off for TensorFlow on a CPU, which XLA makes up to five times slower."""
    slow = keras.backend.backend() == "tensorflow" and not accelerators()
    return False if slow else "auto"


def device_name() -> str:
    return ", ".join(accelerators()) or f"cpu ({os.cpu_count()} cores)"
