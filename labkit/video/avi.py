"""Is a file a whole AVI? Told from the lengths its outermost chunks state, without decoding.

An AVI is one RIFF chunk, or, beyond a gigabyte, a row of them; a download that broke
off ends in the middle of one.
"""

from pathlib import Path


def is_avi_cut_short(path: Path) -> bool:
    """Whether an AVI ends before the last of its chunks does (False for other formats)."""
    size, start = path.stat().st_size, 0
    with path.open("rb") as file:
        while start < size:
            file.seek(start)
            header = file.read(12)
            if header[:4] != b"RIFF" or header[8:] not in (b"AVI ", b"AVIX"):
                return False
            start += 8 + int.from_bytes(header[4:8], "little")
    return start > size
