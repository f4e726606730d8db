"""Is a file a whole mp4? Told from its top-level boxes, in a few short reads, without decoding.

An mp4 is a chain of boxes, each led by its length and its kind; a download that broke
off ends in the middle of one, or lacks the index (``moov``).
"""

from collections.abc import Iterator
from pathlib import Path


def mp4_problem(path: Path) -> str | None:
    """What is wrong with the file, as the rest of a sentence; None if it is whole."""
    if path.stat().st_size == 0:
        return "the file is empty; fetch it again"
    kinds = [kind for kind, _ in top_level_boxes(path)]
    if not kinds:
        return "the file is no mp4 video, whatever its name says; replace it"
    if is_cut_short(path) or b"moov" not in kinds:
        return "the file is truncated; fetch it again"
    return None


def is_cut_short(path: Path) -> bool:
    """Whether an mp4 ends before the last of its boxes does (False for other formats)."""
    size = path.stat().st_size
    return any(end > size for _, end in top_level_boxes(path))


def top_level_boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """The kind of each box and the byte where it says it ends; nothing for other formats than mp4."""
    size, start = path.stat().st_size, 0
    with path.open("rb") as file:
        while start < size:
            file.seek(start)
            header = file.read(16)
            length, kind = int.from_bytes(header[:4]), header[4:8]
            if start == 0 and kind != b"ftyp":
                return
            if length == 1:  # the true length follows in 64 bits
                length = int.from_bytes(header[8:16])
            end = start + length if length else size  # 0: up to the end of the file
            yield kind, end
            if end < start + 8:  # no box is shorter than its header
                return
            start = end
