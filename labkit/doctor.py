"""Is this machine fit for the course? Each check says what it found, and what to do about a fault.

A *fault* stops the course; a *warning* limits it (little disk, an incomplete data
set); *absent* is only said. What could crash or hang the process, the backend above
all, is tried in a process of its own.
"""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from packaging.requirements import Requirement

from labkit.datasets import DATASETS
from labkit.errors import LabkitError
from labkit.paths import data_dir, dataset_dir, synthetic_dir

LOWEST_PYTHON, HIGHEST_PYTHON = (3, 11), (3, 13)
ENOUGH_DISK, LITTLE_DISK = 5e9, 1e9  # bytes: a world, its cache and a run; below the second nothing fits
CLIPS_TRIED = 5  # of RAVDESS, until one can be decoded
_MARKS = {"ok": "ok     ", "absent": "absent ", "warning": "WARNING", "fault": "FAULT  "}

# Other distributions of the same module.
_STAND_INS = {
    "tensorflow": ("tensorflow-cpu", "tensorflow-macos"),
    "opencv-python-headless": ("opencv-python", "opencv-contrib-python-headless", "opencv-contrib-python"),
}

_ASK_BACKEND = """
import json
from labkit.backend import keras, ops
from labkit.training.device import accelerators
assert float(ops.sum(ops.ones((2, 2)))) == 4
backend = keras.backend.backend()
print(json.dumps([backend, keras.__version__, accelerators()]))
"""


@dataclass(frozen=True)
class Check:
    """What one check found."""

    name: str
    status: str  # "ok" | "absent" | "warning" | "fault"
    detail: str

    def to_dict(self) -> dict:
        return asdict(self)

    def __str__(self) -> str:
        return f"{_MARKS[self.status]}  {self.name}: {self.detail}"


def examine() -> Iterator[Check]:
    """All checks, one after another, quick ones first."""
    yield check_python()
    yield check_packages()
    yield check_cascades()
    yield check_codecs()
    yield check_disk()
    yield check_kernel()
    for name in DATASETS:
        yield check_dataset(name)
    yield check_synthetic()
    yield from check_backend()


def check_python(version: tuple[int, ...] = sys.version_info) -> Check:
    """Whether Python is one the lock was made for."""
    fits = LOWEST_PYTHON <= tuple(version[:2]) <= HIGHEST_PYTHON
    found = f"{version[0]}.{version[1]}.{version[2]} on {platform.system()} {platform.machine()}"
    return (
        Check("python", "ok", found)
        if fits
        else Check("python", "fault", f"{found}; 3.11 to 3.13 are needed")
    )


def check_packages(requirements: list[str] | None = None) -> Check:
    """Whether each direct dependency is installed within the bounds of pyproject.toml."""
    stated = importlib.metadata.requires("labkit") if requirements is None else requirements
    wanted = [Requirement(line) for line in stated or []]
    wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    problems = [problem for requirement in wanted if (problem := _package_problem(requirement))]
    if problems:
        return Check("packages", "fault", f"{'; '.join(problems)}; run 'make setup' again")
    return Check("packages", "ok", f"{len(wanted)} as pyproject.toml has them")


def _package_problem(requirement: Requirement) -> str | None:
    for name in (requirement.name, *_STAND_INS.get(requirement.name, ())):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if requirement.specifier.contains(version, prereleases=True):
            return None
        return f"{name} {version} is installed, {requirement.specifier} is needed"
    return f"{requirement.name} is not installed"


def check_cascades() -> Check:
    """Whether OpenCV has the Haar cascades."""
    try:
        import cv2

        from labkit.faces.detection import FaceDetector

        FaceDetector()
    except (ImportError, LabkitError) as error:
        return Check("cascades", "fault", str(error))
    return Check("cascades", "ok", f"face, eyes and smile load with OpenCV {cv2.__version__}")


def check_codecs() -> Check:
    """Write a short mp4v clip and read it back; decode H.264, RAVDESS's coding, if a clip is at hand."""
    from labkit.video import read_frames, write_video

    images = [np.full((64, 64, 3), level, np.uint8) for level in (40, 120, 200)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            clip = Path(folder, "clip.mp4")
            write_video(clip, images)
            levels = [float(frame.image.mean()) for frame in read_frames(clip)]
        if len(levels) != len(images) or not np.allclose(levels, [40, 120, 200], atol=8):
            return Check("codecs", "fault", f"mp4v comes back changed: grey levels {levels}")
    except LabkitError as error:
        return Check("codecs", "fault", str(error))
    return _check_h264(list(islice(dataset_dir("ravdess").rglob("0[12]-*.mp4"), CLIPS_TRIED)))


def _check_h264(clips: list[Path]) -> Check:
    """One damaged clip says nothing of the decoder, so the next is tried; nor is it a fault that all are."""
    from labkit.video import read_frames

    if not clips:
        return Check("codecs", "ok", "mp4v is written and read; H.264 not tried, no RAVDESS clip here")
    for clip in clips:
        try:
            next(read_frames(clip))
        except (LabkitError, OSError) as error:
            reason = str(error)
        else:
            return Check("codecs", "ok", "mp4v is written and read, H.264 is read")
    return Check("codecs", "warning", f"mp4v is read, but none of {len(clips)} RAVDESS clips: {reason}")


def check_disk(folder: Path | None = None) -> Check:
    """Free space where the data and the cache go."""
    folder = folder or data_dir()
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / 1e9:.1f} GB free for {folder}"
    if not os.access(there, os.W_OK):
        return Check("disk", "fault", f"{folder} cannot be written; name another folder with $LABKIT_DATA")
    if free < LITTLE_DISK:
        return Check("disk", "fault", f"{detail}; name another disk with $LABKIT_DATA")
    return Check("disk", "ok" if free >= ENOUGH_DISK else "warning", detail)


def check_kernel() -> Check:
    """Whether the notebooks' kernel exists and is this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    from labkit.notebooks import KERNEL

    try:
        command = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    except NoSuchKernel:
        return Check("kernel", "fault", f"there is no Jupyter kernel '{KERNEL}'; run 'make setup'")
    if command in ("python", "python3") or Path(command).absolute() == Path(sys.executable).absolute():
        return Check("kernel", "ok", f"'{KERNEL}' runs {sys.executable}")
    return Check("kernel", "warning", f"'{KERNEL}' runs {command}, not {sys.executable}; run 'make setup'")


def check_dataset(name: str) -> Check:
    """Found, absent, or incomplete: what is missing, against the published counts."""
    root = dataset_dir(name)
    if not root.is_dir():
        return Check(name, "absent", f"not in {root}. {DATASETS[name].HOW_TO_GET}")
    try:
        report = DATASETS[name].check(root)
    except LabkitError as error:
        return Check(name, "warning", str(error))
    findings = report.missing + report.odd
    if not findings:
        return Check(name, "ok", report.summary())
    more = f" and {len(findings) - 1} more findings" if len(findings) > 1 else ""
    return Check(name, "warning", f"{report.summary()}: {findings[0]}{more} ('labkit data check {root}')")


def check_synthetic() -> Check:
    """Which synthetic worlds are there; they are made on first use."""
    from labkit.synthetic.worlds import is_world

    root = synthetic_dir()
    worlds = [path for path in sorted(root.glob("*")) if is_world(path)] if root.is_dir() else []
    if not worlds:
        return Check("synthetic", "absent", "made on first use, or by 'labkit data get synthetic'")
    return Check("synthetic", "ok", f"{len(worlds)} {'worlds' if len(worlds) > 1 else 'world'} in {root}")


def check_backend() -> Iterator[Check]:
    """Import Keras and add four ones, in a process of its own; then, which GPUs it sees."""
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        answer = subprocess.run(
            [sys.executable, "-c", _ASK_BACKEND], capture_output=True, text=True, timeout=180, env=quiet
        )
    except subprocess.TimeoutExpired:
        yield Check("backend", "fault", "Keras did not start within three minutes")
        return
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or [f"exit status {answer.returncode}"])[-1]
        yield Check("backend", "fault", f"Keras does not start: {reason}")
        return
    backend, version, gpus = json.loads(answer.stdout.splitlines()[-1])
    yield Check("backend", "ok", f"Keras {version} on {backend}")
    if gpus:
        yield Check("gpu", "ok", ", ".join(gpus))
    else:
        yield Check("gpu", "absent", "none seen: the fast and laptop profiles need none, paper wants one")
