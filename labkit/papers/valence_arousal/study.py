"""The comparisons of Table III, and the text against its code, one toggle at a time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.evaluation.agreement import AFFECT, ccc, mean_ccc_difference
from labkit.papers.valence_arousal import tables
from labkit.papers.valence_arousal.judging import Judged, judge
from labkit.papers.valence_arousal.recipe import AffectRecipe
from labkit.papers.valence_arousal.single_frames import CnnChoice, predict_faces, train_cnn, training_rows
from labkit.papers.valence_arousal.system import AffectFaces

if TYPE_CHECKING:
    from labkit.backend import keras
    from labkit.training.fit import Run


def beside_table_3(judged: Mapping[str, Judged], data: str) -> pd.DataFrame:
    """Table III: CCC and RMSE, ours beside the paper's, which were measured on Aff-Wild2.

    Args:
        judged: by the methods' names in the table; "CNN alone" is its CNN over subset 3.
    """
    printed = _printed()
    rows = {}
    for method, ours in judged.items():
        report, theirs = ours.report, printed.get(method)
        scores = {"valence": report.valence, "arousal": report.arousal}
        rows[method] = (
            {(f"ours ({data})", f"CCC {name}"): score.ccc for name, score in scores.items()}
            | {(f"ours ({data})", "mean CCC"): report.mean_ccc}
            | {(f"ours ({data})", f"RMSE {name}"): score.rmse for name, score in scores.items()}
            | {
                ("Table III", f"CCC {name}"): theirs.ccc[column] if theirs else np.nan
                for column, name in enumerate(AFFECT)
            }
            | {("Table III", "mean CCC"): theirs.mean_ccc if theirs else np.nan}
        )
    return pd.DataFrame(rows).T


def _printed() -> dict[str, tables.Scores]:
    return {row.method: row for row in tables.TABLE_3.values()} | {"CNN alone": tables.TABLE_3["cnn"]}


def claims(judged: Mapping[str, Judged], reference: str = "CNN alone") -> list[str]:
    """Which networks beat the reference on the frames that both answered; intervals over videos."""
    base = judged[reference]
    sentences = []
    for name, other in judged.items():
        if name == reference:
            continue
        both = base.frames[["clip", "frame", "video", *AFFECT]].assign(**_columns("base", base.predictions))
        both = both.merge(
            other.frames[["clip", "frame"]].assign(**_columns("other", other.predictions)),
            on=["clip", "frame"],
        )
        gain, low, high = mean_ccc_difference(
            both[list(AFFECT)].to_numpy(),
            both[["other0", "other1"]].to_numpy(),
            both[["base0", "base1"]].to_numpy(),
            both["video"].to_numpy(str),
        )
        if low > 0 or high < 0:
            verb = "beats" if gain > 0 else "falls behind"
            sentences.append(
                f"{name} {verb} {reference} by {abs(gain):.2f} in mean CCC ({low:+.2f} to {high:+.2f})."
            )
        else:
            sentences.append(
                f"No difference between {name} and {reference} can be claimed: {gain:+.2f} in mean CCC "
                f"({low:+.2f} to {high:+.2f})."
            )
    return sentences


def _columns(name: str, predictions: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}{column}": predictions[:, column] for column in range(2)}


# What each toggle changes of the CNN of section 5.1, in the order in which the notebook shows them.
TOGGLES: dict[str, CnnChoice] = {
    "all frames": CnnChoice(subset=None),
    "the text's rule": CnnChoice(rule="text"),
    "MSE for CCC": CnnChoice(loss="mse"),
    "one transform for all": CnnChoice(same_transform=True),
    "the code's decay": CnnChoice(decay="rate"),
}


def toggles(faces: AffectFaces, base: "Run", recipe: AffectRecipe, *, data: str, seed: int) -> pd.DataFrame:
    """The CNN trained anew with one choice changed, judged on the dev videos.

    Returns:
        One row a choice: ``choice``, ``frames`` it learned from, CCC of ``valence`` and ``arousal``, their
        ``mean`` with its interval ``low`` to ``high``. "one output each" are two networks, one a column.
    """
    rows = [_toggle_row("as in section 5.1", CnnChoice(), base.model, faces, recipe, data, seed)]
    for name, choice in TOGGLES.items():
        run = train_cnn(faces, recipe, choice, data=data, seed=seed, show=False)
        rows.append(_toggle_row(name, choice, run.model, faces, recipe, data, seed))
    rows.append(_one_output_each(faces, recipe, data, seed))
    return pd.DataFrame(rows)


def _toggle_row(
    name: str,
    choice: CnnChoice,
    model: "keras.Model",
    faces: AffectFaces,
    recipe: AffectRecipe,
    data: str,
    seed: int,
) -> dict:
    dev = faces.part("validation")
    return _score(name, choice, faces, predict_faces(model, faces, dev), recipe, data, seed)


def _one_output_each(faces: AffectFaces, recipe: AffectRecipe, data: str, seed: int) -> dict:
    dev = faces.part("validation")
    columns = []
    for name in AFFECT:
        run = train_cnn(faces, recipe, CnnChoice(outputs=(name,)), data=data, seed=seed, show=False)
        columns.append(predict_faces(run.model, faces, dev))
    return _score("one output each", CnnChoice(), faces, np.hstack(columns), recipe, data, seed)


def _score(
    name: str,
    choice: CnnChoice,
    faces: AffectFaces,
    predictions: np.ndarray,
    recipe: AffectRecipe,
    data: str,
    seed: int,
) -> dict:
    rows = faces.table.iloc[faces.part("validation")]
    report = judge(rows, predictions, None, "by video", data, seed).report
    return {
        "choice": name,
        "frames": len(training_rows(faces, recipe, choice, seed)),
        "valence": report.valence.ccc,
        "arousal": report.arousal.ccc,
        "mean": report.mean_ccc,
        "low": report.mean_interval[0],
        "high": report.mean_interval[1],
    }


def two_ways_to_average(
    judged: Judged, seed: int, batch_sizes: Sequence[int] = (16, 64, 256)
) -> pd.DataFrame:
    """The CCC of all frames at once, and the mean over shuffled batches, as the public code has it."""
    true = judged.frames[list(AFFECT)].to_numpy()
    kept = np.flatnonzero(np.isfinite(judged.predictions).all(axis=1))
    rows = {
        "all at once": {
            name: ccc(true[kept, n], judged.predictions[kept, n]) for n, name in enumerate(AFFECT)
        }
    }
    order = np.random.default_rng(seed).permutation(kept)
    for size in batch_sizes:
        pieces = [order[start : start + size] for start in range(0, len(order) - size + 1, size)]
        rows[f"mean over batches of {size}"] = {
            name: float(np.nanmean([ccc(true[piece, n], judged.predictions[piece, n]) for piece in pieces]))
            if pieces
            else float("nan")
            for n, name in enumerate(AFFECT)
        }
    return pd.DataFrame(rows).T


def result_rows(judged: Mapping[str, Judged]) -> list[dict]:
    """Rows for :mod:`labkit.results`."""
    printed = _printed()
    return [
        {
            "system": name,
            "split": given.report.policy,
            "data": given.report.data,
            "n": given.report.frames,
            "ccc": given.report.mean_ccc,
            "low": given.report.mean_interval[0],
            "high": given.report.mean_interval[1],
            "paper": printed[name].mean_ccc if name in printed else None,
        }
        for name, given in judged.items()
    ]
