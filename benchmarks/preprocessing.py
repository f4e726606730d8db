"""How fast and how steady faces are followed, against the paper's plain way.

Run: python benchmarks/preprocessing.py

Every figure is measured in this one run, in CPU time on one thread, and speed is given as ratios, so that
a busy machine does not decide. "Plain" is the paper's way, labkit's "per-frame": stock cascade calls on
every whole frame for face, eyes and mouth. "Decoding" is OpenCV reading the same clip and no more.
Clips are as long as a song of RAVDESS, since a clip's start costs more than the rest.
The exit status is 1 when a demand is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from measures import (
    SIZE,
    Report,
    Tracked,
    boxes,
    decoding_cost,
    difference,
    median_iou,
    mouth_correlation,
    process,
    true_boxes,
    truly_aligned,
)
from scenes import Filmed, film, hand, jaw_alone, still, turning

from labkit.papers.frame_difference.lessons import MOUTH_UNITS
from labkit.video import read_frames, write_video

SONG = 138  # frames, 4.6 s
NOISE_FLOOR = 3  # grey levels, as in the lesson
PLAIN_FRAMES = 45  # the plain way takes a third of a second a frame


def measure_speed(report: Report, name: str, path: Path, least: float) -> tuple[Tracked, Tracked]:
    costs = pd.DataFrame([(decoding_cost(path), process(path, "tracked").cost) for _ in range(5)]).median()
    decoding, following = float(costs[0]), float(costs[1])
    tracked, plain = process(path, "tracked"), process(path, "per-frame", PLAIN_FRAMES)
    limited = process(path, "per-frame", PLAIN_FRAMES // 3, size_limits=True).cost
    report.say(
        "CPU ms a frame",
        name,
        f"decoding {decoding:.2f}, tracked {following:.2f}, plain {plain.cost:.0f}, "
        f"plain with sizes limited {limited:.0f}",
    )
    report.demand("tracked over plain, times", name, plain.cost / following, least=least)
    report.demand("decoding / tracked", name, decoding / following, least=0.65)
    report.demand(
        "median IoU with plain boxes", name, median_iou(boxes(tracked.table), boxes(plain.table)), least=0.95
    )
    return tracked, plain


def measure_mouth(report: Report, clip: Filmed, tracked: Tracked, plain: Tracked) -> None:
    report.demand("mouth difference ~ jaw, r", clip.name, mouth_correlation(tracked.faces, clip.truth), 0.95)
    report.demand("the same, plain", clip.name, mouth_correlation(plain.faces, clip.truth), most=0.5)
    aligned = truly_aligned(clip)
    report.say("the same, true alignment", clip.name, f"{mouth_correlation(aligned, clip.truth):.3f}")
    moved, best = difference(tracked.faces).mean(), difference(aligned).mean()
    report.say("mean difference, moving head", clip.name, f"tracked {moved:.2f}, true alignment {best:.2f}")


def measure_singing(report: Report, folder: Path) -> None:
    """A whole performance: the mouth is moved by more than the jaw, so true alignment's r is below 1 too."""
    clip = film(folder, "singing (jaw's r)", frames=SONG)
    tracked = process(clip.path, "tracked")
    measure_mouth(report, clip, tracked, process(clip.path, "per-frame", PLAIN_FRAMES))
    ways = {"tracked": tracked.faces, "true alignment": truly_aligned(clip)}
    all_units = (f"{way} {mouth_correlation(f, clip.truth, MOUTH_UNITS):.3f}" for way, f in ways.items())
    report.say("r with all the mouth's units, summed", "singing", ", ".join(all_units))


def measure_roll(report: Report, folder: Path, people: int) -> None:
    for size in ((480, 270), (1280, 720)):
        errors = []
        for person in range(people):
            for tilt in ((-10, 6), (0, 12))[person % 2]:
                clip = film(
                    folder,
                    "tilted",
                    person=person,
                    background="varied",
                    size=size,
                    frames=16,
                    act=lambda performance, tilt=tilt: replace(performance, roll=performance.roll + tilt),
                )
                errors.append((process(clip.path, "tracked").table["roll"] - clip.truth["roll"]).abs())
        error, name = pd.concat(errors), f"{people} people × 2 tilts, {size[1]}p"
        report.demand("roll error, median °", name, float(error.median()), most=1)
        report.demand("roll error, 95th percentile °", name, float(error.quantile(0.95)), most=3)
        report.say("worst clip's median roll error °", name, f"{max(e.median() for e in errors):.2f}")


def measure_still(report: Report, folder: Path, people: int) -> None:
    """A still person and a camera that is not noiseless: what is left of a difference is noise and jitter."""
    for person in range(1, people + 1):
        clip = film(folder, f"still, person {person}", person=person, frames=30, act=still)
        ways = process(clip.path, "tracked").faces, process(clip.path, "per-frame").faces, truly_aligned(clip)
        steady, jumpy, best = (float(difference(faces).mean()) for faces in ways)
        text = f"tracked {steady:.2f}, plain {jumpy:.2f}, true alignment {best:.2f}: {best / jumpy:.2f} of it"
        report.say("mean difference, grey levels", clip.name, text)
        report.demand("tracked / plain on a still face", clip.name, steady / jumpy, most=0.2)
        cleaned = [float(difference(faces, NOISE_FLOOR).mean()) for faces in ways]
        report.say(
            f"the same with the noise floor of {NOISE_FLOOR}",
            clip.name,
            f"{cleaned[0] / cleaned[1]:.3f}; true alignment {cleaned[2] / cleaned[1]:.3f}",
        )


def measure_hard(report: Report, folder: Path, frames: int) -> None:
    """What happens where the method is out of its depth; nothing is asked, so it is said."""
    turned = film(folder, "turns 25°", person=5, frames=frames, act=turning)
    covered = film(folder, "hand", person=5, frames=frames, edit=hand)
    other = film(folder, "other", person=8, background="textured", frames=frames // 2)
    for clip in (turned, covered):
        tracked = process(clip.path, "tracked")
        placed = zip(tracked.table["state"], boxes(tracked.table), true_boxes(clip.truth), strict=True)
        overlaps = [box.iou(true) for state, box, true in placed if state != "lost"]
        states = tracked.table["state"].value_counts().to_dict()
        report.say(
            "IoU with truth where not lost, median and worst",
            clip.name,
            f"{np.median(overlaps):.2f}, {min(overlaps):.2f}; {states}",
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
from labkit.faces.alignment import cut_face, cut_face
from labkit.faces.tracking import track_faces
from labkit.video import read_frames
path = {str(source)!r}
clip = (frame for turn in itertools.count() for frame in read_frames(path))
for frame, row in track_faces(itertools.islice(clip, {minutes * 1800})):
    if row.state != "lost":
        cut_face(frame, row.box, row.roll, {SIZE})
# Not getrusage: there a new process starts from its parent's peak.
print(int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_memory(report: Report, source: Path, minutes: int) -> None:
    short, long = peak_memory(1, source), peak_memory(minutes, source)
    report.say("peak MiB", "1280 × 720", f"1 minute {short:.0f}, {minutes} minutes {long:.0f}")
    report.demand("the longer over the shorter", "1280 × 720", long / short, most=1.05)


def measure_real(report: Report, clips: list[Path]) -> None:
    measure_speed(report, "real, plain", clips[0], least=40)
    for clip in clips[:5]:
        report.demand("frames with a face", f"real {clip.stem}", process(clip, "tracked").found, least=0.99)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer people, and 2 minutes instead of 10")
    quick = parser.parse_args().quick
    cv2.setNumThreads(1)
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for background, least in (("plain", 40), ("textured", 100)):
            clip = film(folder, f"{background}, jaw only", background=background, frames=SONG, act=jaw_alone)
            measure_mouth(report, clip, *measure_speed(report, clip.name, clip.path, least))
        measure_singing(report, folder)
        measure_roll(report, folder, 2 if quick else 6)
        measure_still(report, folder, 1 if quick else 3)
        measure_hard(report, folder, 60)
        measure_memory(report, clip.path, 2 if quick else 10)
        root = Path(os.environ.get("LABKIT_REAL") or Path(__file__).resolve().parents[2] / "shared" / "real")
        if clips := sorted((root / "ravdess").rglob("*.mp4")):
            measure_real(report, clips)
        else:
            report.say("real clips", "-", f"none at {root}; name their folder with $LABKIT_REAL")
    report.show()
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()
