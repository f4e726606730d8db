"""Many experiments, each run once: what the ledger already holds is read from it.

Choices:
- on a CPU several small networks train side by side, a process and a thread each:
  LeNet is too small to keep two cores busy, so this is nearly twice as fast;
- what counts as the same run: equal settings, and equal pictures and labels at the
  network's input size. A run that diverged would diverge again and is not repeated;
- a run is noted when it has ended, so an interrupt costs only what was running.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labkit import progress
from labkit.errors import TrainingError
from labkit.processes import map_unordered
from labkit.training import ledger as ledger_file
from labkit.training.experiment import Experiment, Settings, check_fit, identity
from labkit.training.image_sets import ImageSets
from labkit.training.recipe import HISTORY


def run_sweep(
    settings: Sequence[Settings],
    sets: Mapping[str, ImageSets],
    *,
    ledger: Path | None = None,
    workers: int | None = None,
) -> pd.DataFrame:
    """Run every experiment that the ledger does not hold yet; the test images of each are judged once.

    Args:
        settings: what to run, begun in this order: put the longest first.
        sets: split policy → images.
        ledger: where runs are looked up and noted; the results folder's ledger by default.
        workers: processes; by default one on a GPU, else one a core.

    Returns:
        One row a run, in the order of ``settings``: the fields of :class:`Settings`; ``status``
        ("finished" or "diverged") and ``message``; ``updates`` (batches trained), ``seconds`` (of training
        and validation); of the last epoch ``val_accuracy`` and ``val_loss``; of the test images
        ``accuracy``, ``loss`` and ``predictions`` (float64 (n, classes) probabilities); ``history``
        (a DataFrame). What a diverged run has not is NaN or None.

    Raises:
        TrainingError: before anything is run, if some settings do not go with the images.
    """
    wanted = list(dict.fromkeys(settings))
    for one in wanted:
        if one.policy not in sets:
            raise TrainingError(f"There are no images for the split '{one.policy}', only {', '.join(sets)}.")
        check_fit(one, sets[one.policy])
    rows = _known(wanted, sets, ledger)
    missing = [one for one in wanted if one not in rows]
    jobs = [(one, sets[one.policy].resized(one.input_size(sets[one.policy])), ledger) for one in missing]
    results = map_unordered(_run, jobs, _workers(workers, len(missing)))
    with progress.bar(desc="experiments", total=len(wanted), unit="run") as bar:
        bar.initial = bar.n = len(rows)
        for one, record in results:
            rows[one] = _row(one, sets[one.policy], record)
            bar.set_postfix_str(f"{one.network} {one.optimizer} {one.batch_size}", refresh=False)
            bar.update(1)
    return pd.DataFrame([rows[one] for one in settings])


def _workers(workers: int | None, jobs: int) -> int | None:
    if workers is not None or jobs < 2:
        return workers
    from labkit.training.device import accelerators

    return 1 if accelerators() else None


def _run(job: tuple[Settings, ImageSets, Path | None]) -> tuple[Settings, dict[str, Any]]:
    settings, sets, ledger = job
    experiment = Experiment(settings, sets, ledger=ledger, judge=True, show=False).run()
    return settings, {
        "status": experiment.status,
        "reason": experiment.message if experiment.status == "diverged" else None,
        "history": experiment.history.to_dict("records"),
        "judged": experiment.judged,
    }


def _known(
    wanted: Sequence[Settings], sets: Mapping[str, ImageSets], ledger: Path | None
) -> dict[Settings, dict[str, Any]]:
    """Rows of the runs that the ledger holds; of several, the last."""
    records = ledger_file.read(ledger).to_dict("records")
    known = {}
    for one in wanted:
        same = identity(one, sets[one.policy])
        for record in records:
            over = record.get("status") == "diverged" or isinstance(record.get("judged"), dict)
            if over and record.get("details") == same:
                known[one] = _row(one, sets[one.policy], record)
    return known


def _row(settings: Settings, sets: ImageSets, record: dict[str, Any]) -> dict[str, Any]:
    """A run's row, from its line in the ledger or from the run itself."""
    history = pd.DataFrame(record["history"], columns=HISTORY)
    last = history.iloc[-1] if record["status"] == "finished" else dict.fromkeys(HISTORY, np.nan)
    judged = record["judged"] or {"accuracy": np.nan, "loss": np.nan, "predictions": None}
    predictions = judged["predictions"]
    return settings.to_dict() | {
        "status": record["status"],
        "message": record["reason"],
        "updates": len(history) * -(-len(sets.labels["train"]) // settings.batch_size),
        "seconds": float(history["seconds"].sum()),
        "val_accuracy": last["val_accuracy"],
        "val_loss": last["val_loss"],
        "accuracy": judged["accuracy"],
        "loss": judged["loss"],
        "predictions": None if predictions is None else np.array(predictions),
        "history": history,
    }
