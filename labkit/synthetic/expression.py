"""What each emotion looks like, in action units.

The combinations follow the emotion table of the FACS Investigator's Guide
(EMFACS). An emotion has several variants, because people do not all show it the
same way, and one that a network has only seen in a single form it cannot
recognise in a real face. What sets neighbours apart is kept apart on purpose:
sadness has no lip stretcher, fear hardly lowers the brow, anger never raises it.
"""

import numpy as np

from labkit.emotions import canonical
from labkit.synthetic.action_units import INDEX, unit_vector
from labkit.synthetic.identity import Person

# emotion -> (how often, action units) of each variant
VARIANTS: dict[str, tuple[tuple[float, np.ndarray], ...]] = {
    "neutral": ((1.0, unit_vector()),),
    "calm": (
        (0.6, unit_vector(AU12=0.42, AU6=0.25, AU43=0.22)),
        (0.4, unit_vector(AU12=0.30, AU43=0.42, AU24=0.12)),
    ),
    "happy": (
        (0.60, unit_vector(AU6=0.80, AU12=1.00, AU25=0.80, AU26=0.12, AU7=0.15)),
        (0.20, unit_vector(AU6=0.75, AU12=0.90, AU7=0.20)),
        (0.20, unit_vector(AU6=0.90, AU12=1.00, AU25=0.95, AU26=0.45, AU2=0.15)),
    ),
    "sad": (
        (0.50, unit_vector(AU1=1.00, AU4=0.50, AU15=0.95, AU17=0.65, AU43=0.35)),
        (0.25, unit_vector(AU1=0.85, AU4=0.35, AU15=0.75, AU43=0.50, AU25=0.15)),
        (0.25, unit_vector(AU1=0.90, AU4=0.65, AU6=0.40, AU15=0.90, AU17=0.90, AU43=0.25)),
    ),
    "angry": (
        (0.50, unit_vector(AU4=1.10, AU5=0.40, AU7=0.80, AU23=0.85, AU24=0.70, AU17=0.25)),
        (0.30, unit_vector(AU4=1.10, AU5=0.50, AU7=0.70, AU9=0.30, AU10=0.60, AU25=0.85, AU26=0.30)),
        (0.20, unit_vector(AU4=1.00, AU7=0.90, AU10=0.35, AU23=0.90, AU25=0.45)),
    ),
    "fearful": (
        (0.45, unit_vector(AU1=1.00, AU2=0.70, AU4=0.45, AU5=1.00, AU20=1.00, AU25=0.65, AU26=0.20)),
        (0.30, unit_vector(AU1=1.00, AU2=0.60, AU4=0.35, AU5=1.00, AU20=0.75, AU25=0.75, AU26=0.45)),
        (0.25, unit_vector(AU1=0.90, AU2=0.75, AU4=0.40, AU5=0.95, AU20=0.90)),
    ),
    "disgust": (
        (0.60, unit_vector(AU9=1.00, AU10=0.60, AU4=0.35, AU7=0.50, AU6=0.30, AU17=0.40, AU15=0.40)),
        (0.40, unit_vector(AU9=0.75, AU10=1.00, AU4=0.30, AU7=0.40, AU25=0.60, AU26=0.20, AU15=0.30)),
    ),
    "surprised": (
        (0.70, unit_vector(AU1=0.95, AU2=1.00, AU5=0.75, AU25=0.80, AU26=0.85)),
        (0.30, unit_vector(AU1=0.90, AU2=0.95, AU5=0.90, AU25=0.70, AU26=0.45)),
    ),
    "contempt": (
        (0.40, unit_vector(AU12R=0.65, AU14R=0.95, AU7=0.20, AU43=0.12)),
        (0.40, unit_vector(AU12L=0.65, AU14L=0.95, AU7=0.20, AU43=0.12)),
        (0.20, unit_vector(AU12R=0.40, AU14R=0.80, AU2=0.30, AU17=0.25, AU24=0.30, AU43=0.15)),
    ),
}


def expression_target(
    person: Person, emotion: str, rng: np.random.Generator, units: tuple[tuple[str, float], ...] = ()
) -> np.ndarray:
    """The (20,) action-unit strengths with which this person shows ``emotion``, or else ``units``, this time.

    Draws the variant, its overall strength and each unit's deviation. The number
    of random draws is the same for every emotion, so that nothing that comes
    after them in the stream depends on which emotion is shown.

    Raises:
        DataError: if ``emotion`` is not one of labkit.emotions.EMOTIONS, and no ``units`` are given.
    """
    variants = ((1.0, unit_vector(**dict(units))),) if units else VARIANTS[canonical(emotion)]
    target = _pick(variants, rng.random()).copy()
    deviations = np.clip(rng.normal(1.0, 0.12, target.size), 0.6, 1.4)
    target *= np.asarray(person.manner.gains) * deviations * rng.uniform(0.75, 1.1)
    target[INDEX["AU12L"]] *= 1 + person.manner.asymmetry
    target[INDEX["AU12R"]] *= 1 - person.manner.asymmetry
    return target


def _pick(variants: tuple[tuple[float, np.ndarray], ...], chance: float) -> np.ndarray:
    for weight, units in variants:
        chance -= weight
        if chance < 0:
            return units
    return variants[-1][1]
