"""Whole synthetic data sets, in the official layout of the real ones."""

from labkit.synthetic.worlds.making import is_world, make_world, read_world
from labkit.synthetic.worlds.spec import WorldSpec

__all__ = ["WorldSpec", "is_world", "make_world", "read_world"]
