"""RAVDESS file names: ``MM-VV-EE-II-SS-RR-AA.mp4``, seven two-digit codes.

A name is the whole annotation of its clip, so every code is validated, and so are
the combinations that the recording plan rules out (strong neutral; disgust and
surprise in song; songs of actor 18). The same plan, run forwards, gives the exact
list of the published names, against which a folder is checked.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.emotions import EMOTIONS
from labkit.errors import DataError

MODALITIES = {"01": "audio-video", "02": "video-only", "03": "audio-only"}
CHANNELS = {"01": "speech", "02": "song"}
CODED_EMOTIONS = {f"{code:02d}": emotion for code, emotion in enumerate(EMOTIONS[:8], start=1)}
INTENSITIES = {"01": "normal", "02": "strong"}
STATEMENTS = {"01": "Kids are talking by the door", "02": "Dogs are sitting by the door"}
REPETITIONS = {"01": "first", "02": "second"}
ACTORS = {f"{actor:02d}": "male" if actor % 2 else "female" for actor in range(1, 25)}

SONG_EMOTIONS = EMOTIONS[:6]
ACTOR_WITHOUT_SONGS = "18"

_FIELDS = (
    ("modality", MODALITIES),
    ("vocal channel", CHANNELS),
    ("emotion", CODED_EMOTIONS),
    ("intensity", INTENSITIES),
    ("statement", STATEMENTS),
    ("repetition", REPETITIONS),
    ("actor", ACTORS),
)
_SHAPE = re.compile(r"\d\d(-\d\d){6}")
_ACTOR_FOLDER = re.compile(r"Actor_(\d\d)")


@dataclass(frozen=True)
class RavdessName:
    """What a file name says about its clip."""

    stem: str
    modality: str  # "audio-video" | "video-only" | "audio-only"
    channel: str  # "speech" | "song"
    emotion: str  # one of labkit.emotions.EMOTIONS[:8]
    intensity: str  # "normal" | "strong"
    statement: str  # the words spoken or sung
    repetition: int  # 1 or 2
    subject: str  # "01" … "24"
    sex: str  # "male" | "female"


def looks_like_ravdess(path: Path) -> bool:
    """Whether the file is named in RAVDESS's shape, whatever its codes say."""
    return path.suffix.lower() in {".mp4", ".wav"} and _SHAPE.fullmatch(path.stem) is not None


def parse_name(path: str | Path) -> RavdessName:
    """Read the annotation out of a clip's path.

    Raises:
        DataError: naming the field, its code and the allowed codes; or the rule that
            the combination breaks; or the actor's folder that the name contradicts.
    """
    path = Path(path)
    if not looks_like_ravdess(path):
        raise DataError(
            f"'{path.name}' is not a RAVDESS name; one looks like 02-02-03-01-01-02-17.mp4: "
            "modality, vocal channel, emotion, intensity, statement, repetition, actor."
        )
    codes = path.stem.split("-")
    for code, (field, allowed) in zip(codes, _FIELDS, strict=True):
        if code not in allowed:
            choices = ", ".join(f"{key} {value}" for key, value in allowed.items())
            raise DataError(f"'{path.name}': {field} code {code} does not exist; it is one of {choices}.")
    name = _named(path.stem, codes)
    _check_plan(path, name)
    return name


def _named(stem: str, codes: list[str]) -> RavdessName:
    modality, channel, emotion, intensity, statement, repetition, actor = codes
    return RavdessName(
        stem=stem,
        modality=MODALITIES[modality],
        channel=CHANNELS[channel],
        emotion=CODED_EMOTIONS[emotion],
        intensity=INTENSITIES[intensity],
        statement=STATEMENTS[statement],
        repetition=int(repetition),
        subject=actor,
        sex=ACTORS[actor],
    )


def _check_plan(path: Path, name: RavdessName) -> None:
    """Refuse what was never recorded, and a file whose surroundings contradict its name."""
    if name.emotion == "neutral" and name.intensity == "strong":
        raise DataError(
            f"'{path.name}': intensity code 02 (strong) does not exist for neutral, only 01 normal."
        )
    if name.channel == "song" and name.emotion not in SONG_EMOTIONS:
        raise DataError(
            f"'{path.name}': emotion {name.emotion} was never sung; songs have {', '.join(SONG_EMOTIONS)}."
        )
    if name.channel == "song" and name.subject == ACTOR_WITHOUT_SONGS:
        raise DataError(f"'{path.name}': actor {ACTOR_WITHOUT_SONGS} recorded no songs.")
    if (name.modality == "audio-only") != (path.suffix.lower() == ".wav"):
        raise DataError(f"'{path.name}': modality {name.modality} does not go with a {path.suffix} file.")
    folder = _ACTOR_FOLDER.fullmatch(path.parent.name)
    if folder and folder[1] != name.subject:
        raise DataError(
            f"'{path.name}' is of actor {name.subject} but lies in the folder {path.parent.name}."
        )


def published_names(channel: str, modality: str) -> Iterator[RavdessName]:
    """Every published clip of a channel and a modality: 1012 songs, 1440 of speech."""
    code_of = {value: code for code, value in (*CHANNELS.items(), *MODALITIES.items())}
    emotions = CODED_EMOTIONS if channel == "speech" else list(CODED_EMOTIONS)[: len(SONG_EMOTIONS)]
    for actor, emotion, *rest in itertools.product(ACTORS, emotions, INTENSITIES, STATEMENTS, REPETITIONS):
        unsung = channel == "song" and actor == ACTOR_WITHOUT_SONGS
        strong_neutral = CODED_EMOTIONS[emotion] == "neutral" and INTENSITIES[rest[0]] == "strong"
        if not (unsung or strong_neutral):
            codes = [code_of[modality], code_of[channel], emotion, *rest, actor]
            yield _named("-".join(codes), codes)
