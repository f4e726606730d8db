"""``labkit data``: check and get data sets."""

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.output import AsJson, emit, fail
from labkit.errors import DataError

app = typer.Typer(help="Check and get data sets.", no_args_is_help=True, rich_markup_mode=None)

STAND_IN = "synthetic"  # what 'get' makes in RAVDESS's layout; in another's, "synthetic-<its name>"


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A data set's folder.")],
    measure: Annotated[
        bool, typer.Option(help="Measure a whole synthetic world against its own truth (about a minute).")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Recognise a data set, count it against the published totals, name what is missing or odd."""
    from labkit.datasets import recognise
    from labkit.synthetic.worlds import is_world
    from labkit.synthetic.worlds.check import check_world

    world = is_world(path)
    report = check_world(path) if world else recognise(path).check(path)
    value, text = report.to_dict(), str(report)
    faults = report.odd + (report.missing if world else [])  # what was made here must be whole
    if world and measure and not faults:
        from labkit.synthetic.validation import measure_world

        measured = measure_world(path)
        value["measured"], text = measured.to_dict(), f"{text}\n{measured}"
        faults = faults + measured.faults
    emit(as_json, value, text)
    if faults:
        fail(as_json, f"{report.summary()}; the first fault: {faults[0]}")


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="ravdess; or, made here, synthetic, synthetic-ised and so on.")],
    actors: Annotated[str, typer.Option(help="Only these actors, as in 1,2,24; all by default.")] = "",
    channel: Annotated[str, typer.Option(help="song (the paper's), speech or both.")] = "song",
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="You agree to the licence.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Download a data set, licence first, or make a synthetic one in the same layout."""
    if name == "ravdess":
        _get_ravdess(actors, channel, accept_licence, as_json)
    else:
        _make_synthetic(name, as_json)


def _make_synthetic(name: str, as_json: bool) -> None:
    from labkit.synthetic.worlds import WORLDS, make_world

    # the course's first goes by the plain name
    stand_ins = {
        STAND_IN if world == "ravdess" else f"{STAND_IN}-{world}": order for world, order in WORLDS.items()
    }
    if name not in stand_ins:
        raise DataError(
            f"There is no data set '{name}' to get; choose ravdess (downloaded) or {' or '.join(stand_ins)}."
        )
    root = make_world(stand_ins[name]())
    emit(as_json, {"dataset": name, "root": root}, f"The synthetic people are in {root}.")


def _get_ravdess(actors: str, channel: str, accepted: bool, as_json: bool) -> None:
    from labkit.datasets.ravdess_download import LICENCE_NOTICE, archive_names, download_ravdess
    from labkit.paths import dataset_dir

    wanted = _numbers(actors)
    archive_names(wanted, channel)  # a slip is said before the licence is asked about
    typer.echo(LICENCE_NOTICE, err=True)
    if not accepted and not (
        typer.get_text_stream("stdin").isatty() and typer.confirm("Do you agree?", err=True)
    ):
        raise DataError("Nothing was downloaded: add --accept-licence to say that you agree to the licence.")
    root = dataset_dir("ravdess")
    fetched = download_ravdess(root, wanted, channel)
    said = (
        f"Fetched {len(fetched)} archives into {root}." if fetched else f"Everything asked for is in {root}."
    )
    emit(as_json, {"dataset": "ravdess", "root": root, "fetched": fetched}, said)


def _numbers(actors: str) -> list[int] | None:
    try:
        return [int(actor) for actor in actors.split(",")] if actors else None
    except ValueError:
        raise DataError(f"--actors {actors} is no list of numbers such as 1,2,24.") from None
