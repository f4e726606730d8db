"""Clips in which what somebody feels moves through the valence-arousal plane, and the face follows.

A track of valence and arousal is a row of spells of some seconds each, with smooth turns between them.
Most are mildly pleasant, few unpleasant, some are exactly (0, 0), as in Aff-Wild2, whose histogram the
fourth paper shows. The shares and spreads in SPELLS are ours, chosen to look like that histogram. A point
is shown by a blend of this person's own expressions of the emotions whose direction is near
(labkit.affect.PLACES), as strong as it is far from the middle. Arousal shows in lids and jaw as well, which
is our choice, too.

An expression held for seconds is never still: it flickers, the face makes small moves that mean nothing, and
a talking mouth covers half of it. So a single frame tells the feeling badly and a few seconds tell it
better, which is what a network over time is for. The random draws of all this are the same with the
expression off (``intensity`` 0).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.signal import lfilter

from labkit.affect import PLACES
from labkit.synthetic.action_units import ACTION_UNITS, INDEX
from labkit.synthetic.clip import Clip
from labkit.synthetic.drawing import smoothstep
from labkit.synthetic.expression import expression_target
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Performance

# How often a spell is of a kind, and where it lies: means and standard deviations of valence and arousal.
SPELLS: tuple[tuple[float, tuple[float, float], tuple[float, float]], ...] = (
    (0.18, (0.0, 0.0), (0.0, 0.0)),  # unmoved
    (0.36, (0.28, 0.20), (0.14, 0.12)),  # mildly pleased
    (0.15, (0.62, 0.42), (0.12, 0.14)),  # delighted
    (0.05, (0.40, -0.25), (0.10, 0.10)),  # at ease
    (0.09, (-0.25, 0.60), (0.12, 0.12)),  # alarmed
    (0.10, (-0.50, 0.35), (0.14, 0.12)),  # angry or disgusted
    (0.07, (-0.50, -0.22), (0.12, 0.08)),  # sad
)
SPELL, TURN = (4.0, 9.0), (0.8, 1.6)  # seconds: from one spell to the next, and of the turn that begins it
WANDER, WANDER_TIME = 0.06, 1.2  # within a spell: standard deviation, seconds it lasts

NARROW = 10.0  # of a blend: 1 / radians² about an emotion's direction
LIDS_WIDE, LIDS_LOW, JAW = 0.6, 0.7, 0.2  # AU5, AU43 and AU26 at full arousal, up, down and up
LOUD = 0.8  # share by which full arousal moves the lips and the jaw further in talking
FLICKER, FLICKER_TIME = 0.7, 0.25  # of an expression's strength: standard deviation, seconds
STRAY, STRAY_TIME = 0.2, 0.2  # small moves that mean nothing, of every unit

SPOKEN = [INDEX["AU25"], INDEX["AU26"]]
AT_REST = (("AU43", 0.0),)  # a clip's own units: the feeling's are added to a face that shows none


def affect_track(rng: np.random.Generator, seconds: float, fps: float) -> np.ndarray:
    """(T, 2) float64 valence and arousal in -1..1, smooth, with stretches of exactly (0, 0)."""
    times = np.arange(max(1, round(seconds * fps))) / fps
    level, presence, start = np.zeros((len(times), 2)), np.zeros(len(times)), -TURN[1]  # in its midst at 0
    while start < times[-1]:
        _, mean, spread = SPELLS[rng.choice(len(SPELLS), p=[share for share, _, _ in SPELLS])]
        target = np.clip(rng.normal(mean, spread), -1, 1)
        come = smoothstep(times, start, start + rng.uniform(*TURN))
        level += come[:, None] * (target - level)
        presence += come * (any(mean) - presence)
        # Rounding must not leave the middle a hair off.
        level[come == 1], presence[come == 1] = target, any(mean)
        start += rng.uniform(*SPELL)
    wander = WANDER * drift(rng, (len(times), 2), WANDER_TIME * fps)
    return np.clip(level + presence[:, None] * wander, -1, 1)


def affect_units(
    person: Person, valence: np.ndarray, arousal: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """(T, 20) action-unit strengths with which ``person`` shows (T,) valence and (T,) arousal, steadily.

    All zero at (0, 0). ``rng`` draws how the person shows each emotion this time.
    """
    places = {name: np.array(place) for name, place in PLACES.items() if any(place)}
    targets = np.stack([expression_target(person, name, rng) for name in places])
    x, y = np.stack(list(places.values())).T
    nearness = np.cos(np.arctan2(arousal, valence)[:, None] - np.arctan2(y, x))
    weights = np.exp(NARROW * (nearness - 1))
    weights /= weights.sum(axis=1, keepdims=True)
    strength = np.hypot(valence, arousal) / (weights @ np.hypot(x, y))
    units = strength[:, None] * (weights @ targets)
    units[:, INDEX["AU5"]] += LIDS_WIDE * np.maximum(arousal, 0)
    units[:, INDEX["AU43"]] += LIDS_LOW * np.maximum(-arousal, 0)
    units[:, INDEX["AU26"]] += JAW * np.maximum(arousal, 0)
    return units


@dataclass(frozen=True)
class AffectClip(Clip):
    """Somebody who talks, looks about, and shows what they feel; no emotion is named."""

    emotion: str = ""
    units: tuple[tuple[str, float], ...] = AT_REST

    @cached_property
    def track(self) -> np.ndarray:
        """(T, 2) valence and arousal, whatever the ``intensity`` it is shown with."""
        return affect_track(self.random(7), self.seconds, self.fps)

    @cached_property
    def performance(self) -> Performance:
        acted, rng = super().performance, self.random(8)
        felt = affect_units(self.person, *self.track.T, rng)
        flicker = np.clip(1 + FLICKER * drift(rng, (len(felt), 1), FLICKER_TIME * self.fps), 0, 1.8)
        stray = STRAY * drift(rng, (len(felt), len(ACTION_UNITS)), STRAY_TIME * self.fps)
        spoken = acted.units.copy()
        spoken[:, SPOKEN] *= 1 + self.intensity * LOUD * self.track[:, 1:]
        units = np.clip(spoken + stray + self.intensity * flicker * felt, 0, 1.3)
        return replace(acted, units=units.astype(np.float32))


def drift(rng: np.random.Generator, shape: tuple[int, int], lasting: float) -> np.ndarray:
    """Noise of standard deviation 1 along the first axis (Ornstein-Uhlenbeck), ``lasting`` frames."""
    keep, before = np.exp(-1 / lasting), int(5 * lasting) + 1
    noise = rng.normal(size=(before + shape[0], *shape[1:]))
    return lfilter([np.sqrt(1 - keep**2)], [1, -keep], noise, axis=0)[before:]
