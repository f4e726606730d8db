"""Why a file could not be opened as a video, in one sentence a person can act on."""

from pathlib import Path

from labkit.video.mp4 import is_cut_short

# An mp4's index (moov) lies before or after the pictures, never in their midst.
_SEARCHED_BYTES = 4 << 20


def why_unreadable(path: Path) -> str:
    """The most likely reason, judged from the file's first and last bytes."""
    size = path.stat().st_size
    if size == 0:
        return f"{path} is empty (0 bytes); fetch or record it again."
    with path.open("rb") as file:
        head = file.read(_SEARCHED_BYTES)
        file.seek(max(0, size - _SEARCHED_BYTES))
        ends = head + file.read()
    if head[4:8] == b"ftyp":
        if is_cut_short(path) or b"moov" not in ends:
            return f"{path} is truncated: its index is missing, so no frame can be read; fetch it again."
        if b"vide" not in ends:
            return f"{path} has sound but no video stream; choose a file with pictures."
        return f"{path} is damaged, or of a coding this OpenCV cannot decode; fetch it again or convert it."
    if _is_sound(head):
        return f"{path} has sound but no video stream; choose a file with pictures."
    if _is_text(head[:4096]):
        return f"{path} is a text file, not a video, whatever its name says; replace it."
    return f"{path} is not a video that can be decoded; replace it."


def _is_sound(head: bytes) -> bool:
    wave = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    return wave or head.startswith((b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf1"))


def _is_text(head: bytes) -> bool:
    try:
        return head.decode("utf-8", "ignore").isprintable() or not any(b < 9 or 13 < b < 32 for b in head)
    except UnicodeDecodeError:
        return False
