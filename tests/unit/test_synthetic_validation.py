"""The measurement of a world: its judgement, its controls, and a small world measured."""

from dataclasses import replace

import pytest

from labkit.errors import DataError
from labkit.synthetic import RavdessWorld, make_world
from labkit.synthetic.validation import WorldMeasures, measure_world

GOOD = WorldMeasures(
    frames=600,
    face=1.0,
    eyes=0.99,
    mouth=0.97,
    control_frames=200,
    eyes_without_eyes=0.01,
    mouth_without_mouth=0.3,
    clips=250,
    chance=1 / 6,
    emotion=0.7,
    emotion_without_expression=0.16,
)


@pytest.mark.parametrize(
    ("change", "word"),
    (
        ({"face": 0.98}, "face"),
        ({"eyes": 0.9}, "eyes"),
        ({"mouth": 0.9}, "mouth"),
        ({"mouth_without_mouth": 0.7}, "none is drawn"),
        ({"emotion_without_expression": 0.3}, "without the expression"),
        ({"emotion": 0.2}, "across people"),
    ),
)
def test_each_unmet_demand_is_a_fault(change, word):
    assert GOOD.ok and "All as it should be" in str(GOOD)
    bad = replace(GOOD, **change)
    assert not bad.ok and word in str(bad) and bad.to_dict()["ok"] is False


def test_small_world_is_measured_against_its_truth(tmp_path):
    spec = RavdessWorld(people=2, takes=1, seconds=0.3, size=(320, 180), seed=3)
    measures = measure_world(make_world(spec, tmp_path / "world", workers=1), frames=24, workers=1)
    shaven = sum(planned.clip.person.hair.beard == "none" for planned in spec.plan())
    assert measures.frames == 24 and measures.control_frames == 12 + shaven
    assert measures.face >= 0.9 and measures.eyes >= 0.8 and measures.mouth >= 0.8
    assert measures.eyes_without_eyes <= 0.2
    assert measures.emotion is None and "8 people" in str(measures)


def test_a_control_that_nobody_can_serve_for_is_no_fault():
    beards = replace(GOOD, mouth_without_mouth=None)
    assert beards.ok and "clean-shaven" in str(beards)


def test_no_world_is_said(tmp_path):
    with pytest.raises(DataError, match="no synthetic world"):
        measure_world(tmp_path)
