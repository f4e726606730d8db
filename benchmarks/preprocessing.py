"""How fast and how steady faces are followed, against the paper's plain way.

Run: python benchmarks/preprocessing.py

Every figure is measured in this one run, in CPU time on one thread, and speed is given as ratios, so that
a busy machine does not decide. "Plain" is the paper's way, labkit's "per-frame": stock cascade calls on
every whole frame for face, eyes and mouth. "Decoding" is OpenCV reading the same clip and no more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scenes import JAW, Filmed, film, hand, jaw_alone, still, turning

from labkit.faces.alignment import align_face, cut_face
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.faces.tracking import track_faces, track_table
from labkit.synthetic.action_units import ACTION_UNITS
from labkit.video import read_frames, write_video

GAP, SIZE = 5, 112
PLAIN_FRAMES = 45  # the plain way takes a third of a second a frame
_MOUTH = np.s_[:, 70:112, 26:86]


@dataclass(frozen=True)
class Tracked:
    """One way's result on a clip: its table, aligned faces and CPU milliseconds a frame."""

    table: pd.DataFrame
    faces: np.ndarray
    cost: float

    @property
    def found(self) -> float:
        return float((self.table["state"] != "lost").mean())


def process(path: Path, method: str, frames: int | None = None) -> Tracked:
    """Read, track and align; the cascades are loaded before the clock starts, as they are once a process."""
    detector = FaceDetector(size_limits=method == "tracked")
    began, rows, faces = time.process_time(), [], []
    for frame, row in track_faces(read_frames(path, stop=frames), method, detector=detector):
        rows.append(row)
        blank = row.state == "lost"
        faces.append(
            np.zeros((SIZE, SIZE, 3), np.uint8) if blank else cut_face(frame, row.box, row.roll, SIZE)
        )
    cost = (time.process_time() - began) / len(rows) * 1e3
    return Tracked(track_table(rows), np.array(faces), cost)


def decoding_cost(path: Path) -> float:
    began, frames = time.process_time(), 0
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while capture.read()[0]:
        frames += 1
    return (time.process_time() - began) / frames * 1e3


def difference(faces: np.ndarray) -> np.ndarray:
    return np.abs(faces[GAP:].astype(int) - faces[:-GAP])


def mouth_correlation(tracked: Tracked, truth: pd.DataFrame) -> float:
    jaw = truth[list(ACTION_UNITS)[JAW]].to_numpy()[: len(tracked.faces)]
    return float(
        np.corrcoef(np.abs(jaw[GAP:] - jaw[:-GAP]), difference(tracked.faces)[_MOUTH].mean(axis=(1, 2, 3)))[
            0, 1
        ]
    )


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


def measure_speed(report: Report, name: str, path: Path, least: float) -> tuple[Tracked, Tracked]:
    costs = pd.DataFrame([(decoding_cost(path), process(path, "tracked").cost) for _ in range(5)]).median()
    decoding, following = float(costs[0]), float(costs[1])
    tracked, plain = process(path, "tracked"), process(path, "per-frame", PLAIN_FRAMES)
    report.say(
        "CPU ms a frame", name, f"decoding {decoding:.2f}, tracked {following:.2f}, plain {plain.cost:.0f}"
    )
    report.demand("tracked over plain, times", name, plain.cost / following, least=least)
    report.demand("decoding / tracked", name, decoding / following, least=0.65)
    report.demand(
        "median IoU with plain boxes", name, median_iou(boxes(tracked.table), boxes(plain.table)), least=0.95
    )
    return tracked, plain


def measure_truth(report: Report, clip: Filmed, tracked: Tracked, plain: Tracked) -> None:
    error = (tracked.table["roll"] - clip.truth["roll"]).abs()
    report.demand("roll error, median °", clip.name, float(error.median()), most=1)
    report.demand("roll error, 95th percentile °", clip.name, float(error.quantile(0.95)), most=3)
    report.demand("mouth difference ~ jaw, r", clip.name, mouth_correlation(tracked, clip.truth), least=0.95)
    report.demand("the same, plain", clip.name, mouth_correlation(plain, clip.truth), most=0.5)


def measure_still(report: Report, clip: Filmed) -> None:
    steady, jumpy = (
        float(difference(process(clip.path, m, PLAIN_FRAMES).faces).mean()) for m in ("tracked", "per-frame")
    )
    report.say("mean difference, grey levels", clip.name, f"tracked {steady:.2f}, plain {jumpy:.2f}")
    report.demand("tracked / plain on a still face", clip.name, steady / jumpy, most=0.2)


def measure_hard(report: Report, folder: Path, frames: int) -> None:
    """What happens where the method is out of its depth; nothing is asked, so it is said."""
    turned = film(folder, "turns 25°", person=5, frames=frames, act=turning)
    covered = film(folder, "hand", person=5, frames=frames, edit=hand)
    other = film(folder, "other", person=8, background="textured", frames=frames // 2)
    for clip in (turned, covered):
        tracked = process(clip.path, "tracked")
        overlaps = [a.iou(b) for a, b in zip(boxes(tracked.table), true_boxes(clip.truth), strict=True)]
        states = tracked.table["state"].value_counts().to_dict()
        report.say(
            "IoU with truth, median and worst",
            clip.name,
            f"{np.nanmedian(overlaps):.2f}, {np.nanmin(overlaps):.2f}; {states}",
        )
    measure_cut(report, folder, covered, other, frames // 2)


def measure_cut(report: Report, folder: Path, first: Filmed, second: Filmed, frames: int) -> None:
    one = [f.image for f in islice(read_frames(first.path), 15)]
    two = [f.image for f in read_frames(second.path, stop=frames)]
    write_video(folder / "cut.mp4", chain(one, two))
    table = process(folder / "cut.mp4", "tracked").table
    after = boxes(table)[len(one) :]
    lag = next((i for i, box in enumerate(after) if box.iou(true_boxes(second.truth)[i]) > 0.6), len(after))
    report.say("frames until the new face is followed", "a cut", f"{lag}")
    beside = [
        np.hstack([cv2.resize(a, (640, 720)), cv2.resize(b, (640, 720))])
        for a, b in zip(one * 4, two, strict=False)
    ]
    write_video(folder / "two.mp4", beside)
    x = process(folder / "two.mp4", "tracked").table["x"]
    report.say(
        "largest jump of the box, pixels",
        "two faces",
        f"{x.diff().abs().max():.1f}; the other face is 640 away",
    )


def peak_memory(minutes: int, source: Path) -> float:
    """Peak MiB of a process that follows a clip of this length (the frames of ``source`` repeated)."""
    code = f"""
import itertools, pathlib, re
from labkit.faces.alignment import align_face, cut_face
from labkit.faces.tracking import track_faces
from labkit.video import read_frames
path = {str(source)!r}
clip = (frame for turn in itertools.count() for frame in read_frames(path))
for frame, row in track_faces(itertools.islice(clip, {minutes * 1800})):
    if row.state != "lost":
        align_face(frame.image, row.box, row.roll, {SIZE})
# Not getrusage: there a new process starts from its parent's peak.
print(int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_memory(report: Report, folder: Path, source: Path, minutes: int) -> None:
    small = folder / "small.mp4"
    write_video(
        small, (cv2.resize(f.image, (480, 270), interpolation=cv2.INTER_AREA) for f in read_frames(source))
    )
    short, long = peak_memory(1, small), peak_memory(minutes, small)
    report.say("peak MiB", "480 × 270", f"1 minute {short:.0f}, {minutes} minutes {long:.0f}")
    report.demand("the longer over the shorter", "480 × 270", long / short, most=1.05)


def measure_real(report: Report, clips: list[Path]) -> None:
    measure_speed(report, "real, plain", clips[0], least=40)
    for clip in clips[:5]:
        report.demand("frames with a face", f"real {clip.stem}", process(clip, "tracked").found, least=0.99)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="shorter clips, and 3 minutes instead of 10")
    quick = parser.parse_args().quick
    cv2.setNumThreads(1)
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for background, least in (("plain", 40), ("textured", 100)):
            clip = film(folder, background, background=background, frames=60 if quick else 150, act=jaw_alone)
            tracked, plain = measure_speed(report, clip.name, clip.path, least)
            measure_truth(report, clip, tracked, plain)
        measure_still(report, film(folder, "still", frames=PLAIN_FRAMES, noise=0, act=still))
        measure_hard(report, folder, 60)
        measure_memory(report, folder, folder / "plain.mp4", 3 if quick else 10)
        root = Path(os.environ.get("LABKIT_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real")
        if clips := sorted((root / "ravdess").rglob("*.mp4")):
            measure_real(report, clips)
        else:
            report.say("real clips", "-", f"none at {root}; name their folder with $LABKIT_REAL")
    report.show()


if __name__ == "__main__":
    main()
