"""What lies in a RAVDESS folder: clips, odd files, and harmless others."""

from dataclasses import dataclass, field
from pathlib import Path

from labkit.datasets.folders import several, walk
from labkit.datasets.ravdess_names import RavdessName, parse_name
from labkit.datasets.world_files import TRUTH_SUFFIX, WHOLE, refuse_unfinished
from labkit.errors import DataError

HOW_TO_GET = (
    "The loader looks for files such as Actor_01/02-02-03-01-01-01-01.mp4; "
    "'labkit data get ravdess' downloads them, 'labkit data get synthetic' makes a stand-in."
)


@dataclass
class Found:
    """A folder's contents, sorted into clips, odd files and notes."""

    root: Path

    clips: list[tuple[Path, RavdessName]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def nothing(self, what: str) -> DataError:
        """The fault to raise when ``what`` is wanted and not here."""
        instead = f" ({'; '.join(self.notes)})" if self.notes else ""
        return DataError(f"No {what} in {self.root}{instead}. {HOW_TO_GET}")

    def damaged(self) -> list[str]:
        """The clips whose files are no whole videos, and why."""
        from labkit.video.mp4 import mp4_problem  # brings OpenCV, which naming clips can do without

        problems = ((path.relative_to(self.root), mp4_problem(path)) for path, _ in self.clips)
        return [f"{path}: {problem}" for path, problem in problems if problem]


def scan(root: Path) -> Found:
    """Sort a folder's files; the clips are in the order of their paths.

    Raises:
        DataError: if there is no such folder, or a synthetic world in it is unfinished.
    """
    found, seen, audio, stray = Found(root), {}, 0, []
    refuse_unfinished(root)
    for path in walk(root, HOW_TO_GET):
        if path.suffix.lower() == ".wav":
            audio += 1
        elif path.suffix.lower() == ".mp4":
            problem = _add_clip(found, seen, path)
            if problem:
                found.odd.append(f"{path.relative_to(root)}: {problem}")
        elif not (path.name == WHOLE or path.name.endswith((TRUTH_SUFFIX, ".zip"))):
            stray.append(str(path.relative_to(root)))
    if audio:
        found.notes.append(f"{audio} audio files are ignored: the course reads faces")
    if stray:
        found.notes.append(f"{len(stray)} files are no part of RAVDESS: {several(stray)}")
    return found


def _add_clip(found: Found, seen: dict[str, Path], path: Path) -> str | None:
    """File a clip under ``found``, or say why it cannot be."""
    try:
        name = parse_name(path)
    except DataError as error:
        return str(error)
    if path.stat().st_size == 0:
        return "the file is empty; fetch it again"
    if name.stem in seen:
        return f"the same clip as {seen[name.stem]}"
    seen[name.stem] = path
    found.clips.append((path, name))
    return None
