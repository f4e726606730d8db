"""Is a file a whole mp4? Told from its top-level boxes, in a few short reads, without decoding.

An mp4 is a chain of boxes, each led by its length and its kind; a download that broke
off ends in the middle of one, or lacks the index (``moov``).
"""

from pathlib import Path


def mp4_problem(path: Path) -> str | None:
    """What is wrong with the file, as the rest of a sentence; None if it is whole."""
    size = path.stat().st_size
    if size == 0:
        return "the file is empty; fetch it again"
    kinds, end = [], 0
    with path.open("rb") as file:
        while end < size:
            file.seek(end)
            header = file.read(16)
            length = int.from_bytes(header[:4])
            if length == 1:  # a 64-bit length follows the kind
                length = int.from_bytes(header[8:16])
            kinds.append(header[4:8])
            if kinds[0] != b"ftyp":
                return "the file is no mp4 video, whatever its name says; replace it"
            end = end + length if length else size  # 0: the box reaches to the end
            if 0 < length < 8:
                break
    if end > size or b"moov" not in kinds:
        return "the file is truncated; fetch it again"
    return None
