"""What the pre-processing benchmark measures with: a clip processed in one way, true boxes, and the table."""

import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scenes import Filmed

from labkit.faces.alignment import cut_face
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.faces.tracking import track_faces, track_table
from labkit.papers.frame_difference.lessons import mouth_energy
from labkit.preprocessing.differences import frame_difference
from labkit.video import read_frames

GAP, SIZE = 5, 112
JAW = ("AU26",)


@dataclass(frozen=True)
class Tracked:
    """One way's result on a clip: its table, aligned faces and CPU milliseconds a frame."""

    table: pd.DataFrame
    faces: np.ndarray
    cost: float

    @property
    def found(self) -> float:
        return float((self.table["state"] != "lost").mean())


def process(
    path: Path, method: str, frames: int | None = None, *, size_limits: bool | None = None
) -> Tracked:
    """Read, track and align; the cascades are loaded before the clock starts, as they are once a process."""
    detector = FaceDetector(size_limits=method == "tracked" if size_limits is None else size_limits)
    began, rows, faces = time.process_time(), [], []
    for frame, row in track_faces(read_frames(path, stop=frames), method, detector=detector):
        rows.append(row)
        if row.state == "lost":
            faces.append(np.zeros((SIZE, SIZE, 3), np.uint8))
        else:
            faces.append(cut_face(frame, row.box, row.roll, SIZE))
    cost = (time.process_time() - began) / len(rows) * 1e3
    return Tracked(track_table(rows), np.array(faces), cost)


def truly_aligned(clip: Filmed) -> np.ndarray:
    """The clip's faces cut by the truth: what a perfect tracker would give."""
    placed = zip(read_frames(clip.path), true_boxes(clip.truth), clip.truth["roll"], strict=True)
    return np.array([cut_face(frame, box, roll, SIZE) for frame, box, roll in placed])


def decoding_cost(path: Path) -> float:
    began, frames = time.process_time(), 0
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while capture.read()[0]:
        frames += 1
    return (time.process_time() - began) / frames * 1e3


def difference(faces: np.ndarray, noise_floor: int = 0) -> np.ndarray:
    return frame_difference(faces[:-GAP], faces[GAP:], noise_floor)


def mouth_correlation(faces: np.ndarray, truth: pd.DataFrame, units: tuple[str, ...] = JAW) -> float:
    """r of the mouth region's difference with the true change of ``units``, summed."""
    strengths = truth[list(units)].to_numpy()[: len(faces)]
    change = np.abs(strengths[GAP:] - strengths[:-GAP]).sum(axis=1)
    return float(np.corrcoef(change, mouth_energy(difference(faces)))[0, 1])


def boxes(table: pd.DataFrame) -> list[Box]:
    return [Box(*row) for row in table[["x", "y", "w", "h"]].to_numpy()]


def true_boxes(truth: pd.DataFrame) -> list[Box]:
    return [Box(*row) for row in truth[["face_x", "face_y", "face_w", "face_h"]].to_numpy()]


def median_iou(some: list[Box], others: list[Box]) -> float:
    return float(np.nanmedian([a.iou(b) for a, b in zip(some, others, strict=False)]))


class Report:
    """The table: what was asked, what was measured, and whether it is met."""

    def __init__(self) -> None:
        self._table = Table("measure", "clip", "asked", "measured", "verdict", title="Pre-processing")
        self.missed = 0

    def demand(
        self, name: str, clip: str, value: float, least: float | None = None, most: float | None = None
    ) -> None:
        met = (least is None or value >= least) and (most is None or value <= most)
        asked = f"≥ {least:g}" if least is not None else f"≤ {most:g}"
        limit = least if least is not None else most
        verdict = "PASS" if met else f"off by {abs(value - limit):.3g}"
        self.missed += not met
        self._table.add_row(name, clip, asked, f"{value:.3g}", verdict)

    def say(self, name: str, clip: str, text: str) -> None:
        self._table.add_row(name, clip, "", text, "")

    def show(self) -> None:
        Console(width=150).print(self._table)
