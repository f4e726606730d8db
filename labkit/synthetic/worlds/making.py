"""Making a world on disk: once, whole or not at all, by one process at a time.

``world.json`` is written last and marks a whole world. Until then
``unfinished.json`` says which world is being made, so that a run that was
interrupted can go on and no other world is mixed in. Each clip appears under its
name only when it is whole, and after its truth, so a clip that is there is done.
"""

import json
import os
from functools import partial
from itertools import groupby
from pathlib import Path

from filelock import FileLock

from labkit.datasets.world_files import UNFINISHED, WHOLE, truth_file
from labkit.errors import DataError
from labkit.paths import synthetic_dir
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.ravdess import PlannedClip, actor, planned_clips, synthetic_clip
from labkit.synthetic.worlds.spec import WorldSpec
from labkit.video import write_video

DEFAULT = WorldSpec()


def make_world(spec: WorldSpec = DEFAULT, root: Path | str | None = None, workers: int | None = None) -> Path:
    """Make the world, or finish it, or find that it is there; returns its folder.

    Args:
        root: where; by default a folder of the data folder that is named after the spec.
        workers: processes; by default one a core.

    Raises:
        DataError: if ``root`` holds something else, or the disk is full.
    """
    root = Path(root) if root else synthetic_dir() / f"{spec.name}-{spec.digest}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(root.with_name(f".{root.name}.lock")):
        if _is_whole(root, spec):
            return root
        _begin(root, spec)
        planned = planned_clips(spec)
        by_actor = [list(clips) for _, clips in groupby(planned, key=lambda clip: clip.name.subject)]
        with bar(desc="Filming synthetic people", total=len(planned), unit="clip") as progress:
            for made in map_unordered(partial(_film_actor, spec, root), by_actor, workers):
                progress.update(made)
        os.replace(root / UNFINISHED, root / WHOLE)
    return root


def is_world(path: Path | str) -> bool:
    """Whether ``path`` is a whole synthetic world."""
    return (Path(path) / WHOLE).is_file()


def read_world(path: Path | str) -> WorldSpec:
    """The spec of a whole world.

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
    return _read_spec(path / WHOLE)


def _is_whole(root: Path, spec: WorldSpec) -> bool:
    """Whether just this world is there.

    Raises:
        DataError: if another one, or its beginning, or anything else is.
    """
    for marker in (WHOLE, UNFINISHED):
        if (root / marker).is_file():
            if _read_spec(root / marker) != spec:
                raise DataError(f"{root} holds another synthetic world; choose another folder or delete it.")
            return marker == WHOLE
    if root.is_dir() and any(root.iterdir()):
        raise DataError(f"{root} is not empty and holds no synthetic world; choose another folder.")
    return False


def _read_spec(file: Path) -> WorldSpec:
    try:
        values = json.loads(file.read_text())
        spec = WorldSpec.from_dict(values)
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{file} is damaged; delete its folder and make the world again.") from None
    if values.get("renderer") != spec.to_dict()["renderer"]:
        raise DataError(
            f"{file.parent} was made by another version of the renderer; delete it and make it again."
        )
    return spec


def _begin(root: Path, spec: WorldSpec) -> None:
    root.mkdir(exist_ok=True)
    _write_whole(root / UNFINISHED, json.dumps(spec.to_dict(), indent=2))


def _film_actor(spec: WorldSpec, root: Path, clips: list[PlannedClip]) -> int:
    """Film what is missing of one actor's clips; the number of all of them."""
    missing = [clip for clip in clips if not (root / clip.file).is_file()]
    if missing:
        person = actor(spec, missing[0].name.subject)
        rig = Rig(person, spec.size[1])
        for planned in missing:
            _film(spec, root / planned.file, planned, rig)
    return len(clips)


def _film(spec: WorldSpec, file: Path, planned: PlannedClip, rig: Rig) -> None:
    clip = synthetic_clip(spec, planned, rig.person)
    file.parent.mkdir(exist_ok=True)
    table = truth_table(clip, rig).to_csv(index=False, float_format="%.4f")
    _write_whole(truth_file(file), table)
    write_video(file, ClipRenderer(clip, rig).frames(), spec.fps)


def _write_whole(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text(text)
        os.replace(part, file)
    except OSError as fault:
        raise DataError(
            f"{file} cannot be written ({fault.strerror}); free some space and run it again."
        ) from None
