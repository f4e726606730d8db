"""What notebook 02 measures to make its points: five ways to cut a face, and a photograph made to move."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import matplotlib.cbook
import numpy as np
import pandas as pd

from labkit.datasets.world_files import truth_file
from labkit.errors import FaceError
from labkit.faces.alignment import align_face
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.faces.smoothing import lock_track, smooth_track
from labkit.faces.tracking import track_faces
from labkit.papers.frame_difference.recipe import FrameDifferenceRecipe
from labkit.papers.frame_difference.system import PreparedFaces, class_numbers
from labkit.preprocessing.differences import frame_difference, usable_pairs
from labkit.preprocessing.face_cache import FaceParameters, cached_faces
from labkit.preprocessing.gap_measures import energy_curve
from labkit.preprocessing.pairs import DifferenceImages, pair_table
from labkit.video import Frame, read_frames

if TYPE_CHECKING:
    import keras

# The action units that move the mouth, and where the mouth is in an aligned face (shares of its side).
MOUTH_UNITS = (
    "AU10",
    "AU12L",
    "AU12R",
    "AU14L",
    "AU14R",
    "AU15",
    "AU17",
    "AU20",
    "AU23",
    "AU24",
    "AU25",
    "AU26",
)
MOUTH_ROWS, MOUTH_COLUMNS = (0.62, 0.92), (0.25, 0.75)


def differences_by_alignment(
    path: Path, recipe: FrameDifferenceRecipe, frames: int = 60
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The pairs of a clip's first ``frames`` frames, its face cut in five ways.

    Returns:
        Name of the way → pairs, int64 (n, 2), and their difference images, uint8 (n, S, S, 3).
    """
    images = [frame.image for frame in islice(read_frames(path), frames)]
    plain = _track(path, replace(recipe.faces, alignment="per-frame")).iloc[: len(images)]
    followed = _track(path, recipe.faces).iloc[: len(images)]

    def cut(track: pd.DataFrame, frame: int, place: int) -> np.ndarray:
        row = track.iloc[place]
        return align_face(
            images[frame], Box(row.x, row.y, row.w, row.h), row.roll, recipe.faces.size, recipe.faces.margin
        )

    def subtract(track: pd.DataFrame, *, one_box: bool = False) -> tuple[np.ndarray, np.ndarray]:
        pairs = usable_pairs(track, recipe.gap, recipe.stride)
        differences = [
            frame_difference(cut(track, a, a), cut(track, b, a if one_box else b)) for a, b in pairs
        ]
        return pairs, np.stack(differences)

    return {
        "a box a frame (the paper)": subtract(plain),
        "smoothed over 5 frames": subtract(smooth_track(plain)),
        "one box a pair": subtract(plain, one_box=True),
        "one box a clip": subtract(lock_track(plain)),
        "tracked": subtract(followed),
    }


def _track(path: Path, parameters: FaceParameters) -> pd.DataFrame:
    with cached_faces(path, parameters) as clip:
        return clip.track


def jitter_table(paths: Iterable[Path], recipe: FrameDifferenceRecipe) -> pd.DataFrame:
    """One row a way of cutting: how much a difference shows, and how much of it is expression.

    Columns: ``mean difference`` in grey levels, and, where the clips come with their truth, ``r``: the
    correlation over a clip's pairs between the mouth region's difference and the change of the mouth's
    action units (median over the clips).
    """
    rows = []
    for path in map(Path, paths):
        truth = truth_file(path)
        for way, (pairs, differences) in differences_by_alignment(path, recipe).items():
            row = {"face cut by": way, "mean difference": differences.mean()}
            if truth.exists():
                row["r"] = _follows_the_mouth(differences, pairs, pd.read_csv(truth))
            rows.append(row)
    table = pd.DataFrame(rows).groupby("face cut by", sort=False).median()
    return table.rename(columns={"r": "r with the true change of the mouth"})


def _follows_the_mouth(differences: np.ndarray, pairs: np.ndarray, truth: pd.DataFrame) -> float:
    units = truth[list(MOUTH_UNITS)].to_numpy()
    true_change = np.abs(units[pairs[:, 1]] - units[pairs[:, 0]]).sum(axis=1)
    return float(np.corrcoef(mouth_energy(differences), true_change)[0, 1])


def mouth_energy(differences: np.ndarray) -> np.ndarray:
    """Mean difference in the mouth's region: uint8 (n, S, S, 3) → float (n,)."""
    size = differences.shape[1]
    top, bottom = (round(share * size) for share in MOUTH_ROWS)
    left, right = (round(share * size) for share in MOUTH_COLUMNS)
    return differences[:, top:bottom, left:right].mean(axis=(1, 2, 3))


def photograph() -> np.ndarray:
    """The portrait of Grace Hopper that every matplotlib brings along, RGB uint8 (600, 512, 3)."""
    file = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    return cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)


def photograph_pairs(
    image: np.ndarray, parameters: FaceParameters
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """What the system sees of a photograph: still, shaken and boxed anew, shaken and followed, smiling.

    Returns:
        (label, later face, difference image) of each, as the figures take them.
    """
    mouth = _mouth(image)
    shaking = shaken(image)
    films = {
        "still": (image, image, "tracked"),
        "shaken,\na box a frame": (shaking[0], shaking[-1], "per-frame"),
        "shaken,\nfollowed": (shaking[0], shaking[-1], "tracked"),
        "shaken, smiling,\nfollowed": (shaking[0], smiling(shaking[-1], mouth, 0.12), "tracked"),
    }
    pairs = []
    for label, (first, last, alignment) in films.items():
        middle = [] if first is last else shaking[1:-1]
        faces = _aligned([first, *middle, last], replace(parameters, alignment=alignment))
        pairs.append((label, faces[-1], frame_difference(faces[0], faces[-1])))
    return pairs


def _aligned(images: list[np.ndarray], parameters: FaceParameters) -> list[np.ndarray]:
    frames = (Frame(index, index / 30, image) for index, image in enumerate(images))
    return [
        align_face(frame.image, row.box, row.roll, parameters.size, parameters.margin)
        for frame, row in track_faces(frames, parameters.alignment)
    ]


def _mouth(image: np.ndarray) -> Box:
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    detector = FaceDetector()
    return detector.mouth(gray, detector.faces(gray)[0].box)


def shaken(image: np.ndarray, frames: int = 6, pixels: float = 7.0, degrees: float = 2.0) -> list[np.ndarray]:
    """A photograph (RGB uint8) as an unsteady hand films it: sliding and turning a little."""
    height, width = image.shape[:2]
    film = []
    for share in np.linspace(0, 1, frames):
        move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees * share, 1.0)
        move[:, 2] += pixels * share, -pixels * share
        film.append(cv2.warpAffine(image, move, (width, height), borderMode=cv2.BORDER_REPLICATE))
    return film


def smiling(image: np.ndarray, mouth: Box, amount: float) -> np.ndarray:
    """The photograph with the corners of its mouth pulled up and out by ``amount`` of the mouth's width."""
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    from_x, from_y = x.copy(), y.copy()
    center_x, center_y = mouth.center
    for side in (-1, 1):
        corner, reach = center_x + side * 0.42 * mouth.w, 0.25 * mouth.w
        pull = amount * mouth.w * np.exp(-(((x - corner) / reach) ** 2) - ((y - center_y) / reach) ** 2)
        from_x -= side * pull
        from_y += pull
    return cv2.remap(image, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def example_pairs(
    clips: pd.DataFrame, recipe: FrameDifferenceRecipe
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(emotion, face, difference image) of one lively pair a clip: three quarters of its pairs move less."""
    pairs = []
    for row in clips.itertuples():
        with cached_faces(row.path, recipe.faces) as clip:
            faces, starts = clip.faces[:], usable_pairs(clip.track, recipe.gap, recipe.stride)
        differences = [frame_difference(faces[a], faces[b], recipe.noise_floor) for a, b in starts]
        by_movement = np.argsort([difference.mean() for difference in differences])
        chosen = by_movement[3 * len(by_movement) // 4]
        pairs.append((row.emotion, faces[starts[chosen, 1]], differences[chosen]))
    return pairs


def tilted_frame(clips: pd.DataFrame, parameters: FaceParameters) -> tuple[Path, int]:
    """A clip whose face leans far from upright, and a frame of it in which Haar finds face, eyes and mouth.

    Raises:
        FaceError: if there is no such frame in any of the clips.
    """
    rolls = {path: abs(_track(path, parameters)["roll"].median()) for path in map(Path, clips["path"])}
    detector = FaceDetector()
    for path in sorted(rolls, key=rolls.get, reverse=True):
        for frame in read_frames(path, start=5, step=5):
            gray = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY)
            faces = detector.faces(gray)
            if faces and detector.eyes(gray, faces[0].box) and detector.mouth(gray, faces[0].box):
                return path, frame.index
    raise FaceError("In none of the example clips are a face, its eyes and its mouth found at once.")


def gap_curve(path: Path, parameters: FaceParameters, longest: int = 25) -> np.ndarray:
    """Mean difference (grey levels) of a clip at gaps 1 to ``longest``, without frames that have no face."""
    with cached_faces(path, parameters) as clip:
        return energy_curve(clip.faces[:], longest, (clip.track["state"] != "lost").to_numpy())


def convolutions(model: "keras.Model") -> int:
    """How many convolution layers a network has."""
    return sum(type(layer).__name__ == "Conv2D" for layer in model.layers)


def probe_accuracy(
    clips: pd.DataFrame,
    prepared: PreparedFaces,
    recipe: FrameDifferenceRecipe,
    gap: int,
    stride: int,
    folds: int = 5,
) -> dict[str, float]:
    """How well a small linear classifier names emotions of unseen people at one gap and stride.

    The square roots of difference images shrunk to 16×16, then linear discriminant analysis with a
    shrunken covariance; people are dealt to ``folds`` groups, each judged by a classifier that never saw it.

    Returns:
        gap, stride, images, mean difference in grey levels, accuracy, and its deviation over the groups.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.model_selection import GroupKFold, cross_val_score

    table = pair_table(clips, prepared.tracks, gap, stride)
    images = DifferenceImages(table, prepared.faces, recipe.noise_floor)
    small = np.stack([_thumbnail(images[i]) for i in range(len(images))])
    people = table["subject"].to_numpy()
    classifier = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    groups = GroupKFold(min(folds, len(set(people))))
    scores = cross_val_score(classifier, small, class_numbers(table), groups=people, cv=groups)
    return {
        "gap": gap,
        "stride": stride,
        "images": len(table),
        "difference": float((small**2).mean()),
        "accuracy": float(scores.mean()),
        "deviation": float(scores.std()),
    }


def _thumbnail(image: np.ndarray) -> np.ndarray:
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.sqrt(cv2.resize(gray.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)).ravel()
