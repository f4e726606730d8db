"""Set 04: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

CCC = """
    x, y = np.asarray(true, float), np.asarray(answered, float)
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
"""

PLANTED = {
    "04-concordance": [
        (
            "the covariance divides by n − 1",
            f"def concordance(true, answered):{CCC}"
            "    if np.ptp(x) == 0 and np.ptp(y) == 0:\n        return np.nan\n"
            "    return 2 * np.cov(x, y)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)",
            3,
        ),
        (
            "correlation",
            f"def concordance(true, answered):{CCC}    return np.corrcoef(x, y)[0, 1]",
            4,
        ),
        (
            "the variances are asked whether they are 0",
            f"def concordance(true, answered):{CCC}"
            "    if x.var() == 0 and y.var() == 0:\n        return np.nan\n"
            "    cov = ((x - x.mean()) * (y - y.mean())).mean()\n"
            "    return 2 * cov / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)",
            1,
        ),
        (
            "a missing value counts as 0",
            "def concordance(true, answered):\n"
            "    x, y = np.nan_to_num(true), np.nan_to_num(answered)\n"
            "    if np.ptp(x) == 0 and np.ptp(y) == 0:\n        return np.nan\n"
            "    cov = ((x - x.mean()) * (y - y.mean())).mean()\n"
            "    return 2 * cov / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)",
            1,
        ),
    ],
    "04-keep-probability": [
        (
            "the rules change places",
            "def keep_probability(counts, rule, k_max):\n"
            "    most = {'maximum': counts.max(), 'mean': counts.mean(),\n"
            "            'both': (counts.max() + counts.mean()) / 2}[k_max]\n"
            "    share = np.clip(counts / most, 0, 1)\n"
            "    return share if rule == 'code' else 1 - share",
            3,
        ),
        (
            "beyond 0 and 1",
            "def keep_probability(counts, rule, k_max):\n"
            "    most = {'maximum': counts.max(), 'mean': counts.mean(),\n"
            "            'both': (counts.max() + counts.mean()) / 2}[k_max]\n"
            "    return counts / most if rule == 'text' else 1 - counts / most",
            1,
        ),
        (
            "the mean of the filled bins",
            "def keep_probability(counts, rule, k_max):\n"
            "    mean = counts[counts > 0].mean()\n"
            "    most = {'maximum': counts.max(), 'mean': mean, 'both': (counts.max() + mean) / 2}[k_max]\n"
            "    share = np.clip(counts / most, 0, 1)\n"
            "    return share if rule == 'text' else 1 - share",
            1,
        ),
        (
            "one probability for all bins",
            "def keep_probability(counts, rule, k_max):\n"
            "    share = counts[0] / counts.max()\n"
            "    return np.full(len(counts), share if rule == 'text' else 1 - share)",
            3,
        ),
    ],
    "04-predicted-rules": [
        ("other words", "predicted_rules = dict.fromkeys(('text', 'code', 'code, mean'), 'less')", 1),
        ("two of three", "predicted_rules = {'text': 'more', 'code': 'more'}", 1),
        ("a word for all", "predicted_rules = 'fewer'", 1),
    ],
    "04-effective": [
        (
            "a friend's crowd",
            "k = crowd(student_seed('a friend')).astype(float)\n"
            "kept = {'all': k, 'text': k * k / k.max(), 'code': k - k * k / k.max(),\n"
            "        'code, mean': np.maximum(0, k - k * k / k.mean())}\n"
            "shares = {name: v[v > 0] / v.sum() for name, v in kept.items()}\n"
            "effective = {name: np.exp(-(q * np.log(q)).sum()) for name, q in shares.items()}",
            3,
        ),
        (
            "filled bins are counted",
            "k = counts.astype(float)\n"
            "kept = {'all': k, 'text': k * k / k.max(), 'code': k - k * k / k.max(),\n"
            "        'code, mean': np.maximum(0, k - k * k / k.mean())}\n"
            "effective = {name: np.count_nonzero(v) for name, v in kept.items()}",
            3,
        ),
        (
            "the rules change places",
            "k = counts.astype(float)\n"
            "kept = {'all': k, 'code': k * k / k.max(), 'text': k - k * k / k.max(),\n"
            "        'code, mean': np.maximum(0, k - k * k / k.mean())}\n"
            "shares = {name: v[v > 0] / v.sum() for name, v in kept.items()}\n"
            "effective = {name: np.exp(-(q * np.log(q)).sum()) for name, q in shares.items()}",
            3,
        ),
        (
            "the probability is taken for the frames kept",
            "likely = {'all': counts / counts.sum(), 'text': counts / counts.max(),\n"
            "          'code': 1 - counts / counts.max(),\n"
            "          'code, mean': np.maximum(0, 1 - counts / counts.mean())}\n"
            "shares = {name: v[v > 0] / v.sum() for name, v in likely.items()}\n"
            "effective = {name: np.exp(-(q * np.log(q)).sum()) for name, q in shares.items()}",
            3,
        ),
    ],
    "04-quadrant-pool": [
        (
            "the middle row is left out",
            "def quadrant_pool(maps):\n"
            "    n, h, w, c = maps.shape\n"
            "    even = maps[:, : h // 2 * 2, : w // 2 * 2]\n"
            "    return even.reshape(n, 2, h // 2, 2, w // 2, c).mean(axis=(2, 4))",
            2,
        ),
        (
            "the middle row is in one half alone",
            "def quadrant_pool(maps):\n"
            "    halves = [np.array_split(half, 2, axis=2) for half in np.array_split(maps, 2, axis=1)]\n"
            "    pooled = [[part.mean(axis=(1, 2)) for part in half] for half in halves]\n"
            "    return np.moveaxis(np.array(pooled), 2, 0)",
            2,
        ),
        (
            "right and lower change places",
            "def quadrant_pool(maps):\n"
            "    h, w = maps.shape[1:3]\n"
            "    rows, columns = [(slice(-(-side // 2)), slice(side // 2, side)) for side in (h, w)]\n"
            "    pooled = [[maps[:, d, a].mean(axis=(1, 2)) for d in rows] for a in columns]\n"
            "    return np.moveaxis(np.array(pooled), 2, 0)",
            3,
        ),
        (
            "the largest, not the mean",
            "def quadrant_pool(maps):\n"
            "    h, w = maps.shape[1:3]\n"
            "    rows, columns = [(slice(-(-side // 2)), slice(side // 2, side)) for side in (h, w)]\n"
            "    pooled = [[maps[:, down, across].max(axis=(1, 2)) for across in columns] for down in rows]\n"
            "    return np.moveaxis(np.array(pooled), 2, 0)",
            3,
        ),
    ],
    "04-window-starts": [
        (
            "no frame is left to answer for",
            "def window_starts(track, frame, valid, length):\n"
            "    last = length - 1\n"
            "    return np.array([r for r in range(len(track) - last)\n"
            "        if frame[r + last] - frame[r] == last and track[r + last] == track[r]\n"
            "        and valid[r : r + length].all()], int)",
            4,
        ),
        (
            "the answered frame need not be valid",
            "def window_starts(track, frame, valid, length):\n"
            "    return np.array([r for r in range(len(track) - length)\n"
            "        if frame[r + length] - frame[r] == length and track[r + length] == track[r]\n"
            "        and valid[r : r + length].all()], int)",
            1,
        ),
        (
            "missing rows are not noticed",
            "def window_starts(track, frame, valid, length):\n"
            "    return np.array([r for r in range(len(track) - length)\n"
            "        if track[r + length] == track[r] and valid[r : r + length + 1].all()], int)",
            1,
        ),
        (
            "tracks are joined where their numbers run on",
            "def window_starts(track, frame, valid, length):\n"
            "    return np.array([r for r in range(len(track) - length)\n"
            "        if frame[r + length] - frame[r] == length and valid[r : r + length + 1].all()], int)",
            1,
        ),
    ],
    "04-bridged": [
        (
            "the ends are held",
            "def bridged(answers):\n"
            "    known = np.flatnonzero(~np.isnan(answers).any(axis=1))\n"
            "    if not len(known):\n        return answers.copy()\n"
            "    frames = np.arange(len(answers))\n"
            "    return np.stack([np.interp(frames, known, c[known]) for c in answers.T], axis=1)",
            1,
        ),
        (
            "the answer before the gap is repeated",
            "def bridged(answers):\n"
            "    table = pd.DataFrame(answers)\n"
            "    return table.ffill().where(table.bfill().notna()).to_numpy()",
            2,
        ),
        (
            "half-way, however long the gap",
            "def bridged(answers):\n"
            "    table = pd.DataFrame(answers)\n"
            "    return table.fillna((table.ffill() + table.bfill()) / 2).to_numpy()",
            2,
        ),
        (
            "the old array is written over",
            "def bridged(answers):\n"
            "    table = pd.DataFrame(answers).interpolate(limit_area='inside')\n"
            "    answers[:] = table.to_numpy()\n"
            "    return answers",
            1,
        ),
    ],
    "04-predicted-length": [
        ("another word", "predicted_length = 'grows'", 1),
        ("two words", "predicted_length = ('rises', 'falls')", 1),
        ("a number", "predicted_length = 10", 1),
    ],
    "04-by-length": [
        (
            "a friend's person",
            "theirs = read_person(student_seed('a friend'))\n"
            "def agreement(x, y):\n"
            "    cov = ((x - x.mean(0)) * (y - y.mean(0))).mean(0)\n"
            "    return np.mean(2 * cov / (x.var(0) + y.var(0) + (x.mean(0) - y.mean(0)) ** 2))\n"
            "by_length = {n: agreement(theirs.true,\n"
            "    pd.DataFrame(theirs.answered).rolling(n, min_periods=1).mean().to_numpy())\n"
            "    for n in (1, 2, 5, 10, 20, 50, 100, 200)}",
            3,
        ),
        (
            "the mean looks ahead",
            "def agreement(x, y):\n"
            "    cov = ((x - x.mean(0)) * (y - y.mean(0))).mean(0)\n"
            "    return np.mean(2 * cov / (x.var(0) + y.var(0) + (x.mean(0) - y.mean(0)) ** 2))\n"
            "by_length = {n: agreement(yours.true,\n"
            "    pd.DataFrame(yours.answered).rolling(n, min_periods=1, center=True).mean().to_numpy())\n"
            "    for n in (1, 2, 5, 10, 20, 50, 100, 200)}",
            3,
        ),
        (
            "valence alone",
            "def agreement(x, y):\n"
            "    cov = ((x - x.mean(0)) * (y - y.mean(0))).mean(0)\n"
            "    return (2 * cov / (x.var(0) + y.var(0) + (x.mean(0) - y.mean(0)) ** 2))[0]\n"
            "by_length = {n: agreement(yours.true,\n"
            "    pd.DataFrame(yours.answered).rolling(n, min_periods=1).mean().to_numpy())\n"
            "    for n in (1, 2, 5, 10, 20, 50, 100, 200)}",
            3,
        ),
        (
            "one frame too many",
            "def agreement(x, y):\n"
            "    cov = ((x - x.mean(0)) * (y - y.mean(0))).mean(0)\n"
            "    return np.mean(2 * cov / (x.var(0) + y.var(0) + (x.mean(0) - y.mean(0)) ** 2))\n"
            "by_length = {n: agreement(yours.true,\n"
            "    pd.DataFrame(yours.answered).rolling(n + 1, min_periods=1).mean().to_numpy())\n"
            "    for n in (1, 2, 5, 10, 20, 50, 100, 200)}",
            3,
        ),
    ],
    "04-chosen": [
        (
            "the test has its own best epoch",
            "def chosen(validation, test):\n    return np.nanmax(validation), np.nanmax(test)",
            2,
        ),
        (
            "the test chooses",
            "def chosen(validation, test):\n"
            "    kept = np.argmax(test)\n"
            "    return validation[kept], test[kept]",
            2,
        ),
        (
            "NaN is the best",
            "def chosen(validation, test):\n"
            "    kept = np.argmax(validation)\n"
            "    return validation[kept], test[kept]",
            2,
        ),
        (
            "the last of equals",
            "def chosen(validation, test):\n"
            "    kept = len(validation) - 1 - np.nanargmax(validation[::-1])\n"
            "    return validation[kept], test[kept]",
            2,
        ),
    ],
    "04-luck": [
        (
            "the other sign",
            "rows = np.arange(len(validation))\n"
            "best = {n: validation[:, :n].argmax(axis=1) for n in (1, 6, 17, 30)}\n"
            "luck = {n: (test[rows, k] - validation[rows, k]).mean() for n, k in best.items()}",
            3,
        ),
        (
            "the test has its own best epoch",
            "luck = {n: (validation[:, :n].max(1) - test[:, :n].max(1)).mean() for n in (1, 6, 17, 30)}",
            3,
        ),
        (
            "a friend's trainings",
            "ours, test2 = equal_epochs(student_seed('a friend'))\n"
            "rows = np.arange(len(ours))\n"
            "best = {n: ours[:, :n].argmax(axis=1) for n in (1, 6, 17, 30)}\n"
            "luck = {n: (ours[rows, k] - test2[rows, k]).mean() for n, k in best.items()}",
            3,
        ),
        (
            "one epoch for all trainings",
            "best = {n: validation[:, :n].mean(axis=0).argmax() for n in (1, 6, 17, 30)}\n"
            "luck = {n: (validation[:, k] - test[:, k]).mean() for n, k in best.items()}",
            3,
        ),
    ],
}
