"""Whole synthetic data sets, in the official layout of the real ones."""

from labkit.synthetic.worlds.affwild2 import AffWild2World
from labkit.synthetic.worlds.ckplus import CkPlusWorld
from labkit.synthetic.worlds.dfew import DfewWorld
from labkit.synthetic.worlds.fer2013 import Fer2013World
from labkit.synthetic.worlds.ised import IsedWorld
from labkit.synthetic.worlds.jaffe import JaffeWorld
from labkit.synthetic.worlds.making import WORLDS, is_world, make_world, read_world
from labkit.synthetic.worlds.ravdess import RavdessWorld
from labkit.synthetic.worlds.spec import World

__all__ = [
    "WORLDS",
    "AffWild2World",
    "CkPlusWorld",
    "DfewWorld",
    "Fer2013World",
    "IsedWorld",
    "JaffeWorld",
    "RavdessWorld",
    "World",
    "is_world",
    "make_world",
    "read_world",
]
