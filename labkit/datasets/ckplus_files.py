"""What lies in a CK+ folder: sequences, and the text files that say what they show.

The four archives unpack under several names (``Emotion``, ``Emotion_labels/Emotion``,
``extended-cohn-kanade-images/cohn-kanade-images``), so a folder is known by the folders of persons in it
(``S005``) and by a word in its own name or in that of the folder it lies in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labkit.datasets.folders import several, walk
from labkit.datasets.grey_images import kinds
from labkit.datasets.world_files import TRUTH_SUFFIX, refuse_unfinished
from labkit.errors import DataError

HOW_TO_GET = (
    "The loader looks for 'cohn-kanade-images/S005/001/S005_001_00000011.png' with 'Emotion', 'Landmarks' "
    "and 'FACS' beside, or for 'CK+48/happy/S010_006_00000015.png'; CK+ is sent by its authors on request, "
    "see data/cards/ckplus.md; 'labkit data get synthetic-ckplus' makes a stand-in."
)

Key = tuple[str, str]  # subject and number of a sequence: "S005", "001"

_WORDS = {"images": "image", "Emotion": "emotion", "Landmarks": "landmark", "FACS": "facs"}
_ENDINGS = {"images": "", "Emotion": "_emotion", "Landmarks": "_landmarks", "FACS": "_facs"}
_SUFFIXES = {"images": {".png", ".jpg", ".jpeg", ".bmp"}}  # the others are .txt
_NAME = re.compile(r"(S\d{3})_(\d{3})_(\d+)(_emotion|_landmarks|_facs)?")
_PNG_END = b"IEND\xaeB`\x82"


@dataclass
class Found:
    """A folder's contents by sequence: frames (from 1) and their files."""

    root: Path
    places: dict[str, Path]  # the folders: "images", and those there are of "Emotion", "Landmarks", "FACS"
    images: dict[Key, dict[int, Path]] = field(default_factory=dict)
    emotions: dict[Key, dict[int, Path]] = field(default_factory=dict)
    landmarks: dict[Key, dict[int, Path]] = field(default_factory=dict)
    facs: dict[Key, dict[int, Path]] = field(default_factory=dict)
    empty: list[Path] = field(default_factory=list)  # folders of sequences without an image
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def damaged(self) -> list[str]:
        """The images that are empty or cut short."""
        paths = [path for frames in self.images.values() for path in frames.values()]
        broken = [path for path in paths if _is_broken(path)]
        return [f"{path.relative_to(self.root)} is empty or truncated; get it again" for path in broken]

    def kinds(self) -> str:
        """What kinds of images the sequences begin with, counted, in one sentence."""
        first = [next(iter(frames.values())) for frames in self.images.values()]
        return f"sequences by their first frame: {kinds(first)}"

    def lost(self) -> list[str]:
        """What belongs together and is not all there, a sentence a kind."""
        sentences = [f"there is no folder '{kind}'" for kind in _WORDS if kind not in self.places]
        gaps = [_name(key) for key, frames in self.images.items() if sorted(frames) != _whole(frames)]
        alone = [_name(key) for key in self.emotions if key not in self.images]
        peakless = [
            _name(key)
            for key, files in self.emotions.items()
            if key in self.images and max(files) != max(self.images[key])
        ]
        unmarked = [
            path.name
            for key, files in self.landmarks.items()
            for frame, path in files.items()
            if frame not in self.images.get(key, {})
        ]
        for names, what in (
            (gaps, "sequences lack frames in their midst"),
            (alone, "emotion files have no sequence"),
            (peakless, "sequences do not end in the frame that their emotion file is of"),
            (unmarked, "landmark files have no frame"),
        ):
            if names:
                sentences.append(f"{len(names)} {what}: {several(sorted(names))}")
        return sentences


def places(root: Path) -> dict[str, Path]:
    """The folders of images, emotions, landmarks and FACS codes under ``root``, up to two deep."""
    found = {}
    for folder in _folders(root, 2):
        if not any(re.fullmatch(r"S\d{3}", child.name) for child in folder.glob("S*/")):
            continue
        outer = folder.parent.name if root in folder.parent.parents else ""
        named = [
            kind for name in (folder.name, outer) for kind, word in _WORDS.items() if word in name.lower()
        ]
        if named:
            found.setdefault(named[0], folder)
    return found


def scan(root: Path) -> Found:
    """Sort the files of the official layout by their names.

    Raises:
        DataError: if there is no such folder, no sequence in it, or a synthetic world in it is unfinished.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {HOW_TO_GET}")
    refuse_unfinished(root)
    found = Found(root, places(root))
    if "images" not in found.places:
        raise DataError(f"No sequences of CK+ in {root}. {HOW_TO_GET}")
    stray = []
    files = {
        "images": found.images,
        "Emotion": found.emotions,
        "Landmarks": found.landmarks,
        "FACS": found.facs,
    }
    for kind, folder in found.places.items():
        for path in walk(folder, HOW_TO_GET):
            _sort(kind, path, files[kind], found, stray)
    found.images = {key: dict(sorted(found.images[key].items())) for key in sorted(found.images)}
    found.empty = [folder for folder in _sequence_folders(found) if _key(folder) not in found.images]
    found.odd += [f"{folder.relative_to(root)}: a sequence without an image" for folder in found.empty]
    if stray:
        found.notes.append(f"{len(stray)} files are no part of CK+: {several(stray)}")
    if hidden := sum(1 for folder in found.places.values() for _ in folder.rglob(".*")):
        found.notes.append(f"{hidden} hidden files, such as .DS_Store, are passed over")
    if not found.images:
        raise DataError(f"No sequences of CK+ in {root}; {several(found.odd)}. {HOW_TO_GET}")
    return found


def frames_in(folder: Path) -> dict[int, Path]:
    """The images of one sequence's folder by their frames, in order."""
    named = [(_NAME.fullmatch(path.stem), path) for path in folder.glob("S*")]
    frames = {
        int(name[3]): path for name, path in named if name and path.suffix.lower() in _SUFFIXES["images"]
    }
    return dict(sorted(frames.items()))


def _sort(kind: str, path: Path, files: dict[Key, dict[int, Path]], found: Found, stray: list[str]) -> None:
    """File a path under its sequence and frame, or as odd, or as stray."""
    within = str(path.relative_to(found.root))
    if path.suffix.lower() not in _SUFFIXES.get(kind, {".txt"}):
        if not path.name.endswith(TRUTH_SUFFIX):
            stray.append(within)
        return
    name = _NAME.fullmatch(path.stem)
    if not name or (name[4] or "") != _ENDINGS[kind]:
        like = f"S005_001_00000011{_ENDINGS[kind]}"
        found.odd.append(f"{within}: not a name of CK+; one looks like {like} (person, sequence, frame)")
        return
    key, frame = (name[1], name[2]), int(name[3])
    if _key(path.parent) != key:
        found.odd.append(f"{within}: it is of sequence {_name(key)}, and lies in another's folder")
    elif frame in files.setdefault(key, {}):
        found.odd.append(f"{within}: the same frame as {files[key][frame].name}")
    else:
        files[key][frame] = path


def _folders(root: Path, deep: int) -> Iterator[Path]:
    """``root`` and the folders in it, down to a depth, the upper ones first; but for the persons' folders."""
    level = [root]
    for _ in range(deep + 1):
        yield from level
        below = [child for folder in level for child in sorted(folder.glob("*/"))]
        level = [child for child in below if not re.match(r"\.|__|S\d{3}$", child.name)]


def _sequence_folders(found: Found) -> list[Path]:
    return sorted(found.places["images"].glob("S[0-9][0-9][0-9]/[0-9][0-9][0-9]/"))


def _key(folder: Path) -> Key:
    return folder.parent.name, folder.name


def _name(key: Key) -> str:
    return "_".join(key)


def _whole(frames: dict[int, Path]) -> list[int]:
    return list(range(min(frames), max(frames) + 1))


def _is_broken(path: Path) -> bool:
    """Whether an image has no bytes, or a PNG lacks its end."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - len(_PNG_END)))
        return size == 0 or (path.suffix.lower() == ".png" and file.read() != _PNG_END)
