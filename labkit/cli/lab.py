"""``labkit doctor``, ``labkit preprocess``, ``labkit models``."""

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.output import AsJson, emit, fail, table_records, table_text
from labkit.errors import DataError


def doctor(as_json: AsJson = False) -> None:
    """Check Python, packages, backend, GPU, cascades, codecs, disk, kernel and data sets."""
    from labkit.doctor import examine

    typer.echo("Checking; the backend comes last and takes a while to start.", err=True)
    checks = []
    for check in examine():  # one after another: importing a backend takes a while
        checks.append(check)
        if not as_json:
            typer.echo(str(check))
    faults = [check for check in checks if check.status == "fault"]
    if as_json:
        emit(True, {"ok": not faults, "checks": [check.to_dict() for check in checks]}, "")
    if faults:
        fail(as_json, f"{len(faults)} {'faults' if len(faults) > 1 else 'fault'}: {faults[0].detail}")


def preprocess(
    clips: Annotated[list[Path], typer.Argument(help="Video files, or folders of them.")],
    gap: Annotated[int, typer.Option(help="Frames between the two that are subtracted.")] = 5,
    stride: Annotated[int, typer.Option(help="Frames from one pair to the next.")] = 4,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the difference images and records.csv.")
    ] = None,
    alignment: Annotated[str, typer.Option(help="tracked, or per-frame as in the paper.")] = "tracked",
    size: Annotated[int, typer.Option(help="Side of the aligned face, in pixels.")] = 112,
    noise_floor: Annotated[int, typer.Option(help="Differences below this many grey levels become 0.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Turn clips into difference images; one record a clip, with the reason where it was skipped."""
    from labkit.faces.tracking import METHODS
    from labkit.preprocessing.face_cache import FaceParameters
    from labkit.preprocessing.pipeline import preprocess_clips

    numbers = {"gap": (gap, 1), "stride": (stride, 1), "size": (size, 16), "noise-floor": (noise_floor, 0)}
    for name, (value, least) in numbers.items():
        if value < least:
            raise DataError(f"--{name} {value} is too small; it is at least {least}.")
    if alignment not in METHODS:
        raise DataError(f"--alignment {alignment} is not known; it is {' or '.join(METHODS)}.")
    parameters = FaceParameters(size=size, alignment=alignment)
    records = preprocess_clips(_videos(clips), parameters, gap, stride, noise_floor=noise_floor, out=out)
    shown = records.drop(columns="path")
    emit(as_json, {"records": table_records(records)}, table_text(shown))
    if not (records["status"] == "ok").any():
        fail(as_json, f"None of {len(records)} clips could be used; the first: {records['reason'][0]}")


def models(as_json: AsJson = False) -> None:
    """List the networks: input, parameters, source."""
    from labkit.models.registry import table

    networks = table()
    emit(as_json, {"models": table_records(networks)}, table_text(networks))


def _videos(paths: list[Path]) -> list[Path]:
    """The files, and the mp4 and avi files of the folders, in order."""
    videos: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in {".mp4", ".avi"})
        if path.is_dir() and not inside:
            raise DataError(f"There is no mp4 or avi file in {path}.")
        videos += inside if path.is_dir() else [path]
    return videos
