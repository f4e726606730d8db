"""Set 03: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

STEP = "def lstm_step(x, h, c, kernel, recurrent, bias):\n"
LOOK = "def look_back(probabilities, times, window):\n"
MEASURE = (
    "    right[window] = float(np.mean([one == streams.truth for one in said]))\n"
    "    changes[window] = float(np.mean([flips_per_second(one, streams.times) for one in said]))"
)

PLANTED = {
    "03-lstm-step": [
        (
            "the gates in another library's order",
            STEP
            + "    i, f, o, g = np.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)\n"
            + "    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n"
            + "    return sigmoid(o) * np.tanh(c), c",
            4,
        ),
        (
            "what was said is not looked at",
            STEP
            + "    i, f, g, o = np.split(x @ kernel + bias, 4, axis=-1)\n"
            + "    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n"
            + "    return sigmoid(o) * np.tanh(c), c",
            3,
        ),
        (
            "the memory is said as it is",
            STEP
            + "    i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)\n"
            + "    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n"
            + "    return sigmoid(o) * c, c",
            4,
        ),
    ],
    "03-lstm-weights": [
        (
            "the forget gate is forgotten",
            "def lstm_weights(features, units):\n"
            "    return 4 * units * (features + units + 1), 4 * units * units",
            2,
        ),
        (
            "its recurrent weights are counted twice",
            "def lstm_weights(features, units):\n"
            "    idle = 4 * units * units + units * (features + units + 1)\n"
            "    return 4 * units * (features + units + 1), idle",
            2,
        ),
        (
            "no bias anywhere",
            "def lstm_weights(features, units):\n"
            "    return 4 * units * (features + units), 4 * units * units + units * features",
            4,
        ),
    ],
    "03-normalised": [
        (
            "the mean of all faces: a leak",
            "def normalised(faces, train):\n"
            "    rest = faces - faces.mean(axis=0)\n"
            "    return rest / rest[train].std()",
            2,
        ),
        (
            "the deviation of all faces: a leak",
            "def normalised(faces, train):\n"
            "    rest = faces - faces[train].mean(axis=0)\n"
            "    return rest / rest.std()",
            2,
        ),
        (
            "one mean for all pixels",
            "def normalised(faces, train):\n"
            "    rest = faces - faces[train].mean()\n"
            "    return rest / rest[train].std()",
            4,
        ),
    ],
    "03-deal-folds": [
        (
            "faces are dealt: a leak",
            "def deal_folds(subjects, folds, seed):\n"
            "    return np.random.default_rng(seed).permutation(len(subjects)) % folds",
            3,
        ),
        (
            "the seed is ignored",
            "def deal_folds(subjects, folds, seed):\n"
            "    return np.unique(subjects, return_inverse=True)[1] % folds",
            1,
        ),
        (
            "the seed gives the same folds other numbers",
            "def deal_folds(subjects, folds, seed):\n"
            "    places = np.unique(subjects, return_inverse=True)[1]\n"
            "    return (places + seed) % folds",
            1,
        ),
        (
            "each person draws a fold by lot",
            "def deal_folds(subjects, folds, seed):\n"
            "    people, places = np.unique(subjects, return_inverse=True)\n"
            "    return np.random.default_rng(seed).integers(0, folds, len(people))[places]",
            1,
        ),
    ],
    "03-look-back": [
        (
            "it looks ahead",
            LOOK
            + "    seen = ~np.isnan(probabilities).any(axis=1)\n"
            + "    smoothed = np.full(probabilities.shape, np.nan)\n"
            + "    for moment, now in enumerate(times):\n"
            + "        voices = seen & (abs(times - now) <= window / 2)\n"
            + "        if voices.any():\n"
            + "            smoothed[moment] = probabilities[voices].mean(axis=0)\n"
            + "    return smoothed",
            4,
        ),
        (
            "the far end of the window is left out",
            LOOK
            + "    seen = ~np.isnan(probabilities).any(axis=1)\n"
            + "    smoothed = np.full(probabilities.shape, np.nan)\n"
            + "    for moment, now in enumerate(times):\n"
            + "        voices = seen & ((times == now) | (times > now - window) & (times <= now))\n"
            + "        if voices.any():\n"
            + "            smoothed[moment] = probabilities[voices].mean(axis=0)\n"
            + "    return smoothed",
            4,
        ),
        (
            "a missing face spoils its neighbours",
            LOOK
            + "    rows = []\n"
            + "    for now in times:\n"
            + "        rows.append(probabilities[(times >= now - window) & (times <= now)].mean(axis=0))\n"
            + "    return np.array(rows)",
            1,
        ),
    ],
    "03-flips": [
        (
            "changes a moment, not a second",
            "def flips(answered, times):\n"
            "    said = answered[answered != -1]\n"
            "    return (said[1:] != said[:-1]).sum() / max(1, len(said) - 1)",
            2,
        ),
        (
            "no answer counts as one",
            "def flips(answered, times):\n"
            "    if len(answered) < 2:\n"
            "        return 0.0\n"
            "    return (answered[1:] != answered[:-1]).sum() / (times[-1] - times[0])",
            2,
        ),
        (
            "answers in place of changes",
            "def flips(answered, times):\n"
            "    said, when = answered[answered != -1], times[answered != -1]\n"
            "    if len(said) < 2:\n"
            "        return 0.0\n"
            "    return (len(set(said.tolist())) - 1) / (when[-1] - when[0])",
            2,
        ),
    ],
    "03-predicted-window": [
        ("another word", 'predicted_window = {"changes": "less", "right": "more"}', 1),
        ("only half", 'predicted_window = {"changes": "falls"}', 1),
    ],
    "03-measured-window": [
        (
            "a friend's people",
            "mine, streams = streams, answered_streams(student_seed('a friend'))\n"
            "right, changes = {}, {}\n"
            "for window in (0, 0.25, 0.5, 1, 2):\n"
            "    said = [answers(smooth(p, streams.times, window)) for p in streams.probabilities]\n"
            + MEASURE
            + "\nstreams = mine",
            4,
        ),
        (
            "the windows look ahead",
            "right, changes = {}, {}\n"
            "for window in (0, 0.25, 0.5, 1, 2):\n"
            "    ahead = [smooth(p, streams.times, window, centred=True) for p in streams.probabilities]\n"
            "    said = [answers(rows) for rows in ahead]\n" + MEASURE,
            4,
        ),
        (
            "the answers' changes before smoothing",
            "right, changes = {}, {}\n"
            "plain = [flips_per_second(answers(p), streams.times) for p in streams.probabilities]\n"
            "for window in (0, 0.25, 0.5, 1, 2):\n"
            "    said = [answers(smooth(p, streams.times, window)) for p in streams.probabilities]\n"
            "    right[window] = float(np.mean([one == streams.truth for one in said]))\n"
            "    changes[window] = float(np.mean(plain))",
            2,
        ),
    ],
    "03-right-answers": [
        (
            "the nearest number, whether it prints or not",
            "def right_answers(printed, images):\n    return [round(printed * images)]",
            3,
        ),
        (
            "all of them right is not tried",
            "def right_answers(printed, images):\n"
            "    return [right for right in range(images) if abs(right / images - printed) < 0.005]",
            3,
        ),
        (
            "cut off, not rounded",
            "def right_answers(printed, images):\n"
            "    return [n for n in range(images + 1) if int(100 * n / images) == round(100 * printed)]",
            3,
        ),
    ],
    "03-sizes": [
        ("the sizes that cannot", "sizes = [43, 44, 45, 49, 50]", 1),
        ("all of them", "sizes = list(range(41, 51))", 1),
        ("only those that the paper may mean", "sizes = [42]", 1),
    ],
    "03-total-is-possible": [
        (
            "only too much is found",
            "def total_is_possible(rows, total):\n    return total <= max(rows) + 0.01",
            2,
        ),
        (
            "no room for rounding",
            "def total_is_possible(rows, total):\n    return min(rows) <= total <= max(rows)",
            2,
        ),
        (
            "the plain mean is asked for",
            "def total_is_possible(rows, total):\n    return bool(abs(np.mean(rows) - total) <= 0.01)",
            2,
        ),
    ],
}
