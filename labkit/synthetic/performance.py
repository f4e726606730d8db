"""What a person does in a clip: action units, blinks, gaze and head motion over time.

An expression has an onset, an apex and mostly an offset, or it is cut off at the
apex, as some data sets film it. While it lasts it is
never frozen: people who sing or speak lean into each stressed syllable, so the
expression's units swell and fall with the phrase. Without that, the difference of
two nearby frames would show the mouth's articulation and the head's motion but
nothing of the emotion. Nothing but the action units depends on the emotion, not
even the head's pitch, or a classifier would read that instead of the face.
Random draws come in the same order whatever is shown.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from labkit.synthetic.action_units import ACTION_UNITS, INDEX
from labkit.synthetic.drawing import smoothstep
from labkit.synthetic.expression import expression_target
from labkit.synthetic.identity import Person

Voice = Literal["silent", "speech", "song"]
Course = Literal["whole", "onset"]  # an expression that comes and mostly goes, or from neutral to its peak


@dataclass(frozen=True)
class Rhythm:
    """How a voice moves the face."""

    syllable: float  # seconds from one syllable to the next, on average
    jaw: float  # how far a stressed syllable opens the jaw (AU26)
    swell: tuple[float, float]  # share of the expression that comes and goes with the stress, from .. to


RHYTHMS: dict[Voice, Rhythm] = {
    "silent": Rhythm(syllable=0.5, jaw=0.0, swell=(0.10, 0.20)),
    "speech": Rhythm(syllable=0.24, jaw=0.38, swell=(0.20, 0.35)),
    "song": Rhythm(syllable=0.36, jaw=0.50, swell=(0.30, 0.45)),
}


@dataclass(frozen=True)
class Performance:
    """One row a frame, T of them."""

    times: np.ndarray  # (T,) seconds
    units: np.ndarray  # (T, 20) action-unit strengths, in the order of ACTION_UNITS
    blink: np.ndarray  # (T,) 0 open .. 1 closed
    gaze: np.ndarray  # (T, 2) -1..1, right and down
    roll: np.ndarray  # (T,) degrees, clockwise on the screen
    yaw: np.ndarray  # (T,) degrees, towards the viewer's right
    pitch: np.ndarray  # (T,) degrees, chin down
    shift: np.ndarray  # (T, 2) millimetres the head has moved right and down
    nearness: np.ndarray  # (T,) factor on the head's size, about 1


def perform(
    person: Person,
    emotion: str,
    rng: np.random.Generator,
    *,
    seconds: float,
    fps: float,
    voice: Voice = "song",
    intensity: float = 1.0,
    course: Course = "whole",
    units: tuple[tuple[str, float], ...] = (),
) -> Performance:
    """Let ``person`` show ``emotion``, or ``units`` that are none, for ``seconds``.

    ``intensity`` scales everything that the emotion moves; at 0 the performances
    of all emotions from equal random states are identical.

    Raises:
        DataError: if the emotion is not known.
    """
    times = np.arange(max(1, round(seconds * fps))) / fps
    rhythm = RHYTHMS[voice]
    target = expression_target(person, emotion, rng, units) * intensity
    presence = _presence(times, seconds, course, rng)
    syllables = _syllables(seconds, rhythm, rng)
    stress = _stress(times, syllables)
    swell = 1 - rng.uniform(*rhythm.swell) * (1 - stress) * (course == "whole")
    track = _expression_track(person, target, times, presence, swell, rng)
    if voice != "silent":
        _articulate(track, times, syllables, rhythm, rng)
    blink = _blinks(times, rng)
    if course == "onset":  # nobody blinks at the peak: a recording ends where the expression is plain to see
        blink *= 1 - presence
    return Performance(
        times=times,
        units=np.clip(track, 0, 1.3).astype(np.float32),
        blink=blink,
        gaze=_gaze(times, rng),
        roll=np.clip(rng.normal(0, 4.5), -11, 11) + _sway(times, 1.8, rng),
        yaw=np.clip(rng.normal(0, 4), -9, 9) + _sway(times, 2.2, rng),
        pitch=rng.normal(0, 2) + _sway(times, 1.2, rng) + rng.uniform(0.3, 1.5) * stress,
        shift=np.stack([_sway(times, 5.0, rng), _sway(times, 3.0, rng)], axis=1),
        nearness=1 + _sway(times, 0.012, rng),
    )


def _presence(times: np.ndarray, seconds: float, course: Course, rng: np.random.Generator) -> np.ndarray:
    """0 before the onset, 1 while the expression lasts; half of the whole clips end before the offset.

    An onset takes as long as the clip has, but for a moment at its peak.
    """
    onset = rng.uniform(0.06, 0.18) * seconds
    rise = rng.uniform(0.25, 0.55)
    fall = rng.uniform(0.3, 0.6)
    offset = seconds * rng.uniform(0.82, 1.25) - fall
    if course == "onset":
        return smoothstep(times, onset, (0.55 + 0.5 * rise) * seconds)
    return smoothstep(times, onset, onset + rise) * (1 - smoothstep(times, offset, offset + fall))


def _syllables(seconds: float, rhythm: Rhythm, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """(centre, duration, stress 0..1) of each syllable; every second one is stressed, some are held."""
    syllables, start = [], rng.uniform(0.05, 0.25)
    stressed = rng.random() < 0.5
    while start < seconds:
        duration = rhythm.syllable * rng.uniform(0.75, 1.25) * (1.5 if rng.random() < 0.15 else 1.0)
        stress = rng.uniform(0.8, 1.0) if stressed else rng.uniform(0.1, 0.4)
        syllables.append((start + duration / 2, duration, stress))
        start += duration
        stressed = not stressed
    return syllables


def _stress(times: np.ndarray, syllables: list[tuple[float, float, float]]) -> np.ndarray:
    """How stressed the voice is at each time, 0..1."""
    swells = [stress * _bell(times, centre, 0.5 * duration) for centre, duration, stress in syllables]
    return np.max([np.zeros(len(times)), *swells], axis=0)


def _expression_track(
    person: Person,
    target: np.ndarray,
    times: np.ndarray,
    presence: np.ndarray,
    swell: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """(T, 20): the resting face gives way to the expression, each unit with its own delay and tremor."""
    rest = np.asarray(person.manner.rest)
    units = np.empty((len(times), len(ACTION_UNITS)))
    for unit in range(len(ACTION_UNITS)):
        delay = rng.normal(0, 0.035)
        here = np.interp(times - delay, times, presence * swell)
        tremor = 1 + 0.04 * np.sin(2 * np.pi * (rng.uniform(0.5, 1.2) * times + rng.random()))
        tremor += 0.02 * np.sin(2 * np.pi * (rng.uniform(2, 4) * times + rng.random()))
        units[:, unit] = rest[unit] * (1 - 0.5 * presence) + target[unit] * here * tremor
    return units


def _articulate(
    units: np.ndarray,
    times: np.ndarray,
    syllables: list[tuple[float, float, float]],
    rhythm: Rhythm,
    rng: np.random.Generator,
) -> None:
    """Add to ``units``, in place, what singing or speaking does to jaw and lips."""
    jaw = np.zeros(len(times))
    for centre, duration, stress in syllables:
        opening = rhythm.jaw * rng.uniform(0.5, 1.1) * (0.5 + 0.5 * stress)
        jaw = np.maximum(jaw, opening * _bell(times, centre, 0.28 * duration))
    vowels = np.interp(times, np.linspace(0, times[-1] + 1e-6, 8), rng.uniform(-0.25, 0.25, 8))
    units[:, INDEX["AU26"]] = 0.6 * units[:, INDEX["AU26"]] + jaw
    units[:, INDEX["AU25"]] = np.maximum(units[:, INDEX["AU25"]], np.minimum(1, 2 * jaw))
    units[:, INDEX["AU20"]] += np.clip(vowels, 0, 1)
    units[:, INDEX["AU23"]] += np.clip(-vowels, 0, 1)
    units[:, INDEX["AU24"]] *= 1 - np.minimum(1, 3 * jaw)


def _blinks(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lids close in about 0.1 s and open in about 0.2 s, some twenty times a minute."""
    closed, centre = np.zeros(len(times)), rng.exponential(1.8)
    while centre < times[-1]:
        width = np.where(times < centre, 0.035, 0.065)
        closed = np.maximum(closed, _bell(times, centre, width))
        centre += 0.5 + rng.exponential(2.6)
    return closed


def _gaze(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(T, 2): mostly at the camera, with a small jump now and then."""
    jumps = np.cumsum(rng.random(len(times)) < 0.04)
    places = rng.normal(0, 0.22, (len(times) + 1, 2)) * (1.0, 0.6)
    return np.clip(places[jumps], -0.7, 0.7)


def _sway(times: np.ndarray, amplitude: float, rng: np.random.Generator) -> np.ndarray:
    """Slow, smooth wandering: three sines of about 0.2, 0.45 and 0.95 Hz."""
    phases = rng.random(3)
    waves = [
        np.sin(2 * np.pi * (0.45 * k * times + p)) / k for k, p in zip((0.5, 1, 2.1), phases, strict=True)
    ]
    return amplitude * np.sum(waves, axis=0) / 1.6


def _bell(times: np.ndarray, centre: float, width) -> np.ndarray:
    return np.exp(-0.5 * ((times - centre) / width) ** 2)
