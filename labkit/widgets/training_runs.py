"""The past runs of the training lab: read from the ledger, sorted, and written as a CSV file.

Only runs on the very same pictures are listed, because other curves could not be compared with them. The
test set stays out: the columns are of training and validation.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.errors import TrainingError
from labkit.training import ledger as ledger_file
from labkit.training.experiment import Settings, identity
from labkit.training.image_sets import ImageSets
from labkit.training.recipe import HISTORY

# Column of the table → its heading.
HEADINGS = {
    "run": "run",
    "network": "network",
    "optimizer": "optimizer",
    "learning_rate": "rate",
    "batch_size": "batch",
    "epochs": "epochs",
    "augmentation": "augmented",
    "policy": "split",
    "seed": "seed",
    "status": "status",
    "val_accuracy": "val. acc.",
    "val_loss": "val. loss",
    "seconds": "seconds",
}
COLUMNS = [*HEADINGS, "asked", "label", "time", "history"]


def past_runs(sets: Mapping[str, ImageSets], ledger: Path | None = None) -> pd.DataFrame:
    """One row a run of an :class:`~labkit.training.experiment.Experiment` on these pictures, oldest first.

    Args:
        sets: split policy → images.
        ledger: the results folder's by default.

    Returns:
        The columns of :data:`HEADINGS`: ``run`` counts from 1; ``epochs`` those trained; ``network`` with
        its width; ``val_accuracy`` and ``val_loss`` of the last epoch, NaN without one. Also ``asked``
        (epochs), ``label`` (the settings in words), ``time`` (UTC) and ``history`` (a DataFrame).
    """
    rows = []
    for record in ledger_file.read(ledger).to_dict("records"):
        settings = _settings(record.get("details"), sets)
        if settings is not None:
            rows.append({"run": len(rows) + 1} | _row(settings, record))
    return pd.DataFrame(rows, columns=COLUMNS)


def _settings(details: object, sets: Mapping[str, ImageSets]) -> Settings | None:
    """The settings of a run on these pictures; None for any other line of the ledger."""
    try:
        settings = Settings.from_dict(details["settings"])
        return settings if identity(settings, sets[settings.policy]) == details else None
    except (
        TypeError,
        KeyError,
        TrainingError,
    ):  # no experiment, another split, or another version's settings
        return None


def _row(settings: Settings, record: dict) -> dict:
    history = pd.DataFrame(record["history"], columns=HISTORY)
    last = history.iloc[-1] if len(history) else dict.fromkeys(HISTORY, np.nan)
    return settings.to_dict() | {
        "network": settings.network_name,
        "epochs": len(history),
        "asked": settings.epochs,
        "label": str(settings),
        "status": record["status"],
        "val_accuracy": last["val_accuracy"],
        "val_loss": last["val_loss"],
        "seconds": float(history["seconds"].sum()),
        "time": record["time"],
        "history": history,
    }


def sorted_runs(runs: pd.DataFrame, column: str, descending: bool) -> pd.DataFrame:
    """Sorted by one column; equal rows stay newest first, and what has no number comes last."""
    newest_first = runs.sort_values("run", ascending=False)
    return newest_first.sort_values(column, ascending=not descending, kind="stable", na_position="last")


def cells(run: pd.Series) -> list[str]:
    """A run as the table shows it, one text a column of :data:`HEADINGS`."""
    texts = {
        "learning_rate": f"{run['learning_rate']:g}",
        "epochs": str(run["epochs"])
        if run["epochs"] == run["asked"]
        else f"{run['epochs']} of {run['asked']}",
        "augmentation": "yes" if run["augmentation"] else "no",
        "val_accuracy": "–" if np.isnan(run["val_accuracy"]) else f"{run['val_accuracy']:.1%}",
        "val_loss": "–" if np.isnan(run["val_loss"]) else f"{run['val_loss']:.3f}",
        "seconds": f"{run['seconds']:.1f}",
    }
    return [texts.get(column) or str(run[column]) for column in HEADINGS]


def to_csv(runs: pd.DataFrame) -> str:
    """The runs without their curves, a line each, with a header."""
    return runs.drop(columns=["history", "label"]).to_csv(index=False)
