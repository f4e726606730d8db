"""What the checks of the paper's figures come to, in sentences a notebook can show.

Every number in a sentence is computed by :mod:`labkit.papers.valence_arousal.forensics` or stands in
:mod:`~labkit.papers.valence_arousal.public_runs`; the sentences add what it may mean, and say "may".
"""

import pandas as pd

from labkit.papers.valence_arousal import forensics, public_runs, tables


def findings() -> pd.DataFrame:
    """One row a check: where it looks, and what comes out, as a sentence with its figures."""
    checks = {
        "36 % fewer frames": _fewer(),
        "better with subset 3": _subset_3(),
        "frames that subset 3's row has seen": _seen(),
        "the keep rule": _keep_rule(),
        "the best epoch": _selection(),
        "training against validation": _memory(),
        "a recurrent network against the CNN": _recurrent(),
        "the baseline": _baseline(),
        "CCC and RMSE": _errors(),
        "frames and windows": _windows(),
        "constant learning rate": _rate(),
        "parameters": _parameters(),
        "CK+'s training folder": _training_folder(),
        "95 % and 50 %": _stills(),
    }
    return pd.DataFrame({"check": list(checks), "finding": list(checks.values())})


def _fewer() -> str:
    share = 1 - tables.SUBSET_3_FRAMES / tables.WHOLE_FRAMES
    return (
        f"{tables.SUBSET_3_FRAMES:,} frames are {share:.1%} fewer than {tables.WHOLE_FRAMES:,}: right. It "
        "counts the frames at (0, 0) too, which every subset drops, and holds for the CNN alone: the "
        "recurrent networks learned from all frames."
    )


def _subset_3() -> str:
    rows = _compared().loc[("cnn", "cnn-whole")]
    valence, arousal = rows.loc["valence"], rows.loc["arousal"]
    subset, whole = (tables.TABLE_3[name].mean_ccc for name in ("cnn", "cnn-whole"))
    overlap = forensics.mean_ccc_range("cnn")[0] < forensics.mean_ccc_range("cnn-whole")[1]
    low, high = forensics.ccc_interval(valence.other, tables.VALIDATION_SUBJECTS)
    return (
        f"Mean CCC rose from {whole:.3f} to {subset:.3f}, valence by {valence.difference:.2f}, while arousal "
        f"fell by {-arousal.difference:.2f}; {'rounding alone could undo' if overlap else 'rounding leaves'} "
        f"the rise of the mean. To tell .22 from .20 takes about {valence.moments:,.0f} independent moments, "
        f"{valence.per_video:.0f} in each of {tables.VALIDATION_SUBJECTS} videos "
        f"({valence.per_video_shared:.0f} if errors are correlated by .9). With one a video, .20 is "
        f"{low:.2f} to {high:.2f}."
    )


def _seen() -> str:
    subset, whole, full = public_runs.RUNS
    return (
        f"The public notebook of subset 3 has {subset.updates:,} updates an epoch: its best, epoch "
        f"{subset.best_epoch}, had seen {subset.seen:,} images, {public_runs.share_seen(subset):.0%} of the "
        f"subset; the row of the whole set, {whole.seen:,}. So the two rows do not compare sizes of data. "
        f"With the whole set in every epoch the best mean CCC was {max(full.mean_ccc):.3f}, and no row tells."
    )


def _keep_rule() -> str:
    counts = (10, 100, 1000)
    text, code = (forensics.expected_kept(counts, rule=rule) for rule in ("text", "code"))
    third = forensics.expected_kept(counts, "both", "code")
    return (
        f"Bins of 10, 100 and 1,000 frames keep k²/k_max by the text: {text[0]:.1f}, {text[1]:.0f} and "
        f"{text[2]:,.0f}, so a ratio of {counts[2] // counts[0]} becomes {text[2] / text[0]:,.0f}. The "
        f"code's 1 − k/k_max keeps {code[0]:.1f}, {code[1]:.0f} and {code[2]:.0f}: rare frames stay, and the "
        f"fullest bin is emptied. With the k_max of subset 3, about half as large, it keeps {third[0]:.1f}, "
        f"{third[1]:.0f} and {third[2]:.0f}: every bin from k_max on is empty."
    )


def _selection() -> str:
    means = public_runs.RUNS[0].mean_ccc
    six, seventeen = (forensics.gain_of_the_best(tries) for tries in (6, 17))
    return (
        f"Weights were kept from epoch 1 or 2 (CNN), chosen by the validation set that is reported. The "
        f"public run of subset 3 has mean CCC {means[0]:.3f} in epoch 1 and {min(means):.3f} to "
        f"{max(means[1:]):.3f} in the next five: more apart than the two CNN rows of Table III. Of six "
        f"equally good tries the best lies {six:.2f} standard deviations above their mean, of seventeen "
        f"{seventeen:.2f}."
    )


def _memory() -> str:
    full = public_runs.RUNS[-1]
    return (
        f"On the whole set, epoch {len(full.training)} has a mean CCC of {full.training[-1]:.2f} on training "
        f"batches and {full.mean_ccc[-1]:.2f} on validation. Frames of the same {tables.TRAINING_SUBJECTS} "
        "tracks repeat each other: it may be people, not feelings, that are learnt."
    )


def _recurrent() -> str:
    compared = _compared()
    gru = compared.loc[("gru-3", "cnn")]
    means = {name: tables.TABLE_3[name].mean_ccc for name in ("cnn", "simple", "gru-1", "gru-3")}
    return (
        f"Mean CCC: CNN {means['cnn']:.3f}, SimpleRNN {means['simple']:.3f}, GRU {means['gru-1']:.3f}, three "
        f"GRUs {means['gru-3']:.3f}. The SimpleRNN did not beat the CNN that feeds it. What the GRUs gain is "
        f"arousal: {gru.loc['arousal', 'other']:.2f} to {gru.loc['arousal', 'ccc']:.2f} takes "
        f"{gru.loc['arousal', 'moments']:.0f} independent moments, {gru.loc['arousal', 'per_video']:.0f} a "
        f"video, and may well be real; valence, {gru.loc['valence', 'other']:.2f} to "
        f"{gru.loc['valence', 'ccc']:.2f}, takes {gru.loc['valence', 'moments']:,.0f}."
    )


def _baseline() -> str:
    base, cnn, gru = (tables.TABLE_3[name] for name in ("baseline", "cnn", "gru-3"))
    return (
        f"The CNN beats the baseline in valence ({cnn.ccc[0]:.2f}, {base.ccc[0]:.2f}) and not in arousal "
        f"({cnn.ccc[1]:.2f}, {base.ccc[1]:.2f}); three GRUs beat it in both ({gru.ccc[0]:.2f}, "
        f"{gru.ccc[1]:.2f})."
    )


def _errors() -> str:
    checked = forensics.errors_checked()
    worse = checked[checked["worse"]]
    said = " and ".join(
        f"“{tables.TABLE_3[row.name].method}” in {row.dimension} ({row.rmse:.2f})"
        for row in worse.itertuples()
    )
    valence, arousal = (forensics.largest_spread(dimension) for dimension in ("valence", "arousal"))
    return (
        f"RMSE and CCC bound the labels' standard deviation: at most {valence:.2f} (valence) and "
        f"{arousal:.2f} (arousal) if both were taken over the whole set. One constant answer has that as its "
        f"RMSE, so it errs less than {said}: a CCC rewards the right spread, an RMSE caution."
    )


def _windows() -> str:
    found = forensics.windows_checked()
    subjects = tables.TRAINING_SUBJECTS
    return (
        f"{tables.WHOLE_FRAMES:,} frames gave {tables.SEQUENCES:,} windows: {found.lost:,} begin none. Every "
        f"unbroken run loses {tables.WINDOW}, so there are at most {found.most_runs:,} runs long enough, "
        f"{found.most_runs / subjects:.1f} in each of {subjects} training tracks, and at least one too "
        f"short. The code counts these windows for training alone ({public_runs.VALIDATION_WINDOWS:,} more "
        "validate)."
    )


def _rate() -> str:
    rows = {row.name: row for row in forensics.epochs_checked().itertuples()}
    cnn, gru = rows["cnn"], rows["gru-3"]
    coded = gru.best_epoch * public_runs.RNN_UPDATES
    return (
        "In the code 1e-5 is no weight decay but a decay of the rate with every update. By the paper's "
        f"batches the rate of 0.01 is {cnn.rate:.4f} after the {cnn.updates:,} updates of the CNN's best "
        f"epoch and {gru.rate:.4f} after the {gru.updates:,} of three GRUs' "
        f"({forensics.learning_rate(coded):.4f} after the {coded:,} of the public notebook)."
    )


def _parameters() -> str:
    layers = forensics.cnn_parameters()
    total = sum(layers.values())
    rnn = ", ".join(f"{forensics.rnn_parameters(kind):,}" for kind in tables.RNN_UNITS)
    return (
        f"“Low” means {total:,} for the CNN with two outputs "
        f"({' + '.join(f'{count:,}' for count in layers.values())}), {rnn} for SimpleRNN, one and three GRU "
        f"layers. CK+'s training folder has {sum(tables.TABLE_2['ckplus training'].values()):,} images."
    )


def _training_folder() -> str:
    left = forensics.ckplus_left().set_index("emotion")
    faces = left.drop("neutral")
    (none,) = faces.index[faces["left"] == 0]
    return (
        f"Every emotion's count is a multiple of three, so {faces['training'].sum():.0f} of "
        f"{faces['sequences'].sum()} labelled sequences are in the training folder, and "
        f"{left.loc['neutral', 'training']:.0f} neutral images, one too many. If the rest is the test "
        f"folder, it has {faces['left'].sum():.0f} sequences and no {none} face: all "
        f"{faces.loc[none, 'sequences']} sequences are in training."
    )


def _stills() -> str:
    checked = forensics.stills_checked().set_index("of")
    images, sequences, jaffe = (row for _, row in checked.iterrows())
    names = list(checked.index)
    return (
        f"95 % of {names[0]} is {images.low:.0%} to {images.high:.0%}; but three peak frames are nearly one, "
        f"and of {names[1]} it is {sequences.low:.0%} to {sequences.high:.0%}. 50 % of JAFFE's {names[2]} is "
        f"{jaffe.low:.0%} to {jaffe.high:.0%}; the commonest emotion has {jaffe.majority:.0%}. The fall is "
        "put down to rare classes, yet people, light and cameras change with the set too: training on a "
        "balanced CK+ would tell."
    )


def _compared() -> pd.DataFrame:
    return forensics.comparisons().set_index(["better", "worse", "dimension"]).sort_index()
