"""Making a world on disk: once, whole or not at all, by one process at a time.

``world.json`` is written last and marks a whole world. Until then
``unfinished.json`` says which world is being made, so that a run that was
interrupted can go on and no other world is mixed in. Each clip appears under its
name only when it is whole, and after its truth and whatever else accompanies it,
so a clip that is there is done.
"""

import json
import os
from functools import partial
from itertools import groupby
from pathlib import Path

from filelock import FileLock

from labkit.datasets.world_files import UNFINISHED, WHOLE
from labkit.errors import DataError
from labkit.paths import synthetic_dir
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.rig import Rig
from labkit.synthetic.worlds.affwild2 import AffWild2World
from labkit.synthetic.worlds.ckplus import CkPlusWorld
from labkit.synthetic.worlds.dfew import DfewWorld
from labkit.synthetic.worlds.fer2013 import Fer2013World
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.ised import IsedWorld
from labkit.synthetic.worlds.jaffe import JaffeWorld
from labkit.synthetic.worlds.ravdess import RavdessWorld
from labkit.synthetic.worlds.spec import PlannedClip, World

WORLDS: dict[str, type[World]] = {
    world.name: world
    for world in (RavdessWorld, IsedWorld, Fer2013World, JaffeWorld, CkPlusWorld, AffWild2World, DfewWorld)
}
DEFAULT = RavdessWorld()


def make_world(world: World = DEFAULT, root: Path | str | None = None, workers: int | None = None) -> Path:
    """Make the world, or finish it, or find that it is there; returns its folder.

    Args:
        world: the order; by default RAVDESS's.
        root: where; by default a folder of the data folder that is named after the order.
        workers: processes; by default one a core.

    Raises:
        DataError: if ``root`` holds something else, or the disk is full.
    """
    root = Path(root) if root else synthetic_dir() / f"{world.name}-{world.digest}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(root.with_name(f".{root.name}.lock")):
        if _is_whole(root, world):
            return root
        _begin(root, world)
        plan = world.plan()
        by_person = [list(clips) for _, clips in groupby(plan, key=lambda planned: planned.subject)]
        unit = world.unit.removesuffix("s")
        with bar(desc="Filming synthetic people", total=len(plan), unit=unit) as progress:
            for made in map_unordered(partial(_film_person, world, root), by_person, workers):
                progress.update(made)
        world.finish(root)
        os.replace(root / UNFINISHED, root / WHOLE)
    return root


def is_world(path: Path | str) -> bool:
    """Whether ``path`` is a whole synthetic world."""
    return (Path(path) / WHOLE).is_file()


def read_world(path: Path | str) -> World:
    """The order of a whole world.

    Raises:
        DataError: if there is none, or an older or newer renderer made it.
    """
    path = Path(path)
    if not is_world(path):
        begun = (path / UNFINISHED).is_file()
        state = (
            "was begun but not finished: make it again" if begun else "is no synthetic world: check the path"
        )
        raise DataError(f"{path} {state}.")
    return _read_order(path / WHOLE)


def _is_whole(root: Path, world: World) -> bool:
    """Whether just this world is there.

    Raises:
        DataError: if another one, or its beginning, or anything else is.
    """
    for marker in (WHOLE, UNFINISHED):
        if (root / marker).is_file():
            if _read_order(root / marker) != world:
                raise DataError(f"{root} holds another synthetic world; choose another folder or delete it.")
            return marker == WHOLE
    if root.is_dir() and any(root.iterdir()):
        raise DataError(f"{root} is not empty and holds no synthetic world; choose another folder.")
    return False


def _read_order(file: Path) -> World:
    try:
        values = json.loads(file.read_text())
        world = WORLDS[values["name"]].from_dict(values)
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{file} is damaged; delete its folder and make the world again.") from None
    if values.get("renderer") != world.to_dict()["renderer"]:
        raise DataError(
            f"{file.parent} was made by another version of the renderer; delete it and make it again."
        )
    return world


def _begin(root: Path, world: World) -> None:
    write_whole(root / UNFINISHED, json.dumps(world.to_dict(), indent=2).encode())


def _film_person(world: World, root: Path, plan: list[PlannedClip]) -> int:
    """Film what is missing of one person's clips; the number of all of them."""
    missing = [planned for planned in plan if not (root / planned.file).is_file()]
    if missing:
        rig = Rig(missing[0].clip.person, world.size[1])
        for planned in missing:
            world.film(root, planned, rig)
    return len(plan)
