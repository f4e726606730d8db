"""Controls: the clips of a world drawn anew without mouths, without eyes, and without expressions."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pandas as pd
from skimage.feature import hog
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from labkit.synthetic.clip import Clip
from labkit.synthetic.looking import look
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.spec import PlannedClip

MIN_PEOPLE = 8  # with fewer, accuracy across people says little
FACE = 48  # side, in pixels, of the face that a classifier sees


@dataclass
class Controls:
    """What was found in the clips of one person that were drawn anew; features are HOG."""

    subject: str
    eyes_without_eyes: list[bool] = field(default_factory=list)
    mouth_without_mouth: list[bool] = field(default_factory=list)
    emotions: list[str] = field(default_factory=list)
    features: list[np.ndarray] = field(default_factory=list)  # at full expression
    features_without_expression: list[np.ndarray] = field(default_factory=list)


def render_controls(images: int, plan: list[PlannedClip]) -> Controls:
    """Draw one person's clips anew, a frame each; up to ``images`` of them without eyes and without mouth."""
    first = plan[0].clip
    rig = Rig(first.person, first.size[1])
    controls = Controls(plan[0].subject)
    chosen = set(np.linspace(0, len(plan) - 1, min(images, len(plan))).round().astype(int).tolist())
    for number, planned in enumerate(plan):
        clip = replace(planned.clip, intensity=1.0, draw_eyes=True, draw_mouth=True)
        controls.emotions.append(clip.emotion)
        controls.features.append(_features(*_apex(clip, rig)))
        controls.features_without_expression.append(_features(*_apex(replace(clip, intensity=0.0), rig)))
        if number in chosen:
            blind, mute = replace(clip, draw_eyes=False), replace(clip, draw_mouth=False)
            controls.eyes_without_eyes.append(look(*_apex(blind, rig))["eyes"])
            if clip.person.hair.beard == "none":
                controls.mouth_without_mouth.append(look(*_apex(mute, rig))["mouth"])
    return controls


def guess_emotions(controls: list[Controls], expression: bool) -> float | None:
    """Accuracy, the mean over the classes, on people a linear SVM was not trained on, 0..1.

    None for fewer than MIN_PEOPLE people, and where no emotion is named.
    """
    named = any(emotion for control in controls for emotion in control.emotions)
    if len(controls) < MIN_PEOPLE or not named:
        return None
    controls = sorted(controls, key=lambda control: control.subject)
    features = [c.features if expression else c.features_without_expression for c in controls]
    people = np.repeat([c.subject for c in controls], [len(c.emotions) for c in controls])
    emotions = np.concatenate([c.emotions for c in controls])
    classifier = make_pipeline(StandardScaler(), LinearSVC(C=0.001, class_weight="balanced"))
    guesses = cross_val_predict(
        classifier, np.concatenate(features), emotions, groups=people, cv=GroupKFold(5)
    )
    return float(balanced_accuracy_score(emotions, guesses))


def _apex(clip: Clip, rig: Rig) -> tuple[np.ndarray, pd.Series]:
    """The picture and the truth of a clip's strongest frame."""
    return ClipRenderer(clip, rig).frame(clip.apex), truth_table(clip, rig, [clip.apex]).loc[0]


def _features(image: np.ndarray, truth: pd.Series) -> np.ndarray:
    """HOG of the face, cut out upright where the truth says it is."""
    centre = truth["face_x"] + truth["face_w"] / 2, truth["face_y"] + truth["face_h"] / 2
    upright = cv2.getRotationMatrix2D(centre, truth["roll"], FACE / truth["face_w"])
    upright[:, 2] += FACE / 2 - np.array(centre)
    face = cv2.warpAffine(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), upright, (FACE, FACE))
    return hog(face, orientations=9, pixels_per_cell=(6, 6), cells_per_block=(2, 2))
