"""Set 05: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

BLOCK = """
def residual_block(x, layers, stride=1):
    def through(x, name, stride=1):
        layer = layers[name]
        y = convolution(x, layer["kernel"], stride)
        return layer["gamma"] * (y - layer["mean"]) / np.sqrt(layer["variance"] + EPSILON) + layer["beta"]
    relu = lambda x: np.maximum(x, 0)
    path = through(relu(through(relu(through(x, "a")), "b", stride)), "c")
    shortcut = through(x, "projection", stride) if "projection" in layers else x
    return relu(path + shortcut)
"""
MEASURED = """
measured = {}
for way in ("frames", "clips", "people"):
    right = np.zeros(len(table), bool)
    for fold in range(5):
        test = table[way] == fold
        right[test] = answers(~test, test) == table["emotion"][test]
    measured[way] = right.mean()
"""
BY_HEART = """
hits = np.array([nearest(fold != number) == lots for number in range(5)])
by_heart = {
    "printed": hits.mean(),
    "held_out": np.mean([hits[number, fold == number].mean() for number in range(5)]),
}
"""


def changed(source: str, *parts: tuple[str, str]) -> str:
    """A right answer with something replaced."""
    for old, new in parts:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


PLANTED = {
    "05-residual-block": [
        (
            "ReLU before the sum",
            changed(BLOCK, ("relu(path + shortcut)", "relu(path) + shortcut")),
            5,
        ),
        (
            "the stride is in the first 1×1",
            changed(BLOCK, ('"a")), "b", stride)', '"a", stride)), "b")')),
            2,
        ),
        (
            "the projection is not normalised",
            changed(
                BLOCK,
                (
                    'through(x, "projection", stride)',
                    'convolution(x, layers["projection"]["kernel"], stride)',
                ),
            ),
            2,
        ),
    ],
    "05-interpolate": [
        (
            "the last frame is never reached",
            "def interpolate(frames, count=16):\n"
            "    m = np.linspace(0, len(frames) - 1, count, endpoint=False)\n"
            "    k = m.astype(int)\n"
            "    s = (m - k).reshape(-1, *[1] * (frames.ndim - 1))\n"
            "    after = frames[np.minimum(k + 1, len(frames) - 1)].astype(float)\n"
            "    mean = (1 - s) * frames[k] + s * after\n"
            "    return (np.rint(mean) if frames.dtype == np.uint8 else mean).astype(frames.dtype)",
            4,
        ),
        (
            "bytes are cut, not rounded",
            "def interpolate(frames, count=16):\n"
            "    flat = frames.reshape(len(frames), -1)\n"
            "    m = np.linspace(0, len(frames) - 1, count)\n"
            "    mean = np.stack([np.interp(m, np.arange(len(flat)), column) for column in flat.T], axis=1)\n"
            "    return mean.reshape(count, *frames.shape[1:]).astype(frames.dtype)",
            1,
        ),
        (
            "a short clip is padded with its last frame",
            "def interpolate(frames, count=16):\n"
            "    if len(frames) < count:\n"
            "        return frames[np.minimum(np.arange(count), len(frames) - 1)]\n"
            "    flat = frames.reshape(len(frames), -1)\n"
            "    m = np.linspace(0, len(frames) - 1, count)\n"
            "    mean = np.stack([np.interp(m, np.arange(len(flat)), column) for column in flat.T], axis=1)\n"
            "    mean = np.rint(mean) if frames.dtype == np.uint8 else mean\n"
            "    return mean.reshape(count, *frames.shape[1:]).astype(frames.dtype)",
            1,
        ),
    ],
    "05-learning-rate": [
        (
            "epochs are counted from 1",
            "def learning_rate(epoch, first, factor, every, warm_up=0):\n"
            "    rate = first * factor ** ((epoch + 1) // every)\n"
            "    return rate * (epoch + 1) / warm_up if epoch < warm_up else rate",
            3,
        ),
        (
            "the rate falls between the steps",
            "def learning_rate(epoch, first, factor, every, warm_up=0):\n"
            "    rate = first * factor ** (epoch / every)\n"
            "    return rate * (epoch + 1) / warm_up if epoch < warm_up else rate",
            3,
        ),
        (
            "the warm-up begins at nothing",
            "def learning_rate(epoch, first, factor, every, warm_up=0):\n"
            "    rate = first * factor ** (epoch // every)\n"
            "    return rate * epoch / warm_up if epoch < warm_up else rate",
            1,
        ),
    ],
    "05-deal-folds": [
        (
            "clips are dealt: a leak",
            "def deal_folds(table, folds, seed):\n"
            "    from sklearn.model_selection import StratifiedKFold\n"
            "    fold = np.empty(len(table), int)\n"
            "    dealer = StratifiedKFold(folds, shuffle=True, random_state=seed)\n"
            "    for number, (_, test) in enumerate(dealer.split(table, table['emotion'])):\n"
            "        fold[test] = number\n"
            "    return fold",
            2,
        ),
        (
            "people by lot, whatever they show",
            "def deal_folds(table, folds, seed):\n"
            "    people = np.random.default_rng(seed).permutation(np.unique(table['subject']))\n"
            "    home = {person: place % folds for place, person in enumerate(people)}\n"
            "    return table['subject'].map(home).to_numpy()",
            2,
        ),
        (
            "the seed is ignored",
            "def deal_folds(table, folds, seed):\n"
            "    from sklearn.model_selection import StratifiedGroupKFold\n"
            "    fold = np.empty(len(table), int)\n"
            "    dealer = StratifiedGroupKFold(folds).split(table, table['emotion'], table['subject'])\n"
            "    for number, (_, test) in enumerate(dealer):\n"
            "        fold[test] = number\n"
            "    return fold",
            1,
        ),
        (
            "the seed gives the same folds other numbers",
            "def deal_folds(table, folds, seed):\n"
            "    from sklearn.model_selection import StratifiedGroupKFold\n"
            "    fold = np.empty(len(table), int)\n"
            "    dealer = StratifiedGroupKFold(folds).split(table, table['emotion'], table['subject'])\n"
            "    for number, (_, test) in enumerate(dealer):\n"
            "        fold[test] = (number + seed) % folds\n"
            "    return fold",
            1,
        ),
    ],
    "05-war-uar": [
        (
            "rows and columns change places",
            "def war_uar(confusion):\n"
            "    right, clips = np.diag(confusion), confusion.sum(axis=0)\n"
            "    return right.sum() / clips.sum(), (right / np.maximum(clips, 1)).mean()",
            4,
        ),
        (
            "a class without clips counts as never right",
            "def war_uar(confusion):\n"
            "    right, clips = np.diag(confusion), confusion.sum(axis=1)\n"
            "    return right.sum() / clips.sum(), (right / np.maximum(clips, 1)).mean()",
            1,
        ),
        (
            "the recalls weighted by clips, which is WAR again",
            "def war_uar(confusion):\n    war = np.trace(confusion) / confusion.sum()\n    return war, war",
            4,
        ),
    ],
    "05-predicted": [
        ("another word", 'predicted = {"frames": "more", "clips": "same"}', 1),
        ("only half", 'predicted = {"frames": "higher"}', 1),
    ],
    "05-measured": [
        (
            "what was taught is asked: a leak",
            changed(MEASURED, ("answers(~test, test)", "answers(test | ~test, test)")),
            4,
        ),
        (
            "people are dealt as clips are",
            MEASURED + 'measured["people"] = measured["clips"]',
            2,
        ),
        ("what others found", 'measured = {"frames": 0.95, "clips": 0.75, "people": 0.74}', 4),
    ],
    "05-held-out-behind": [
        (
            "a crumb outside stays there",
            "def held_out_behind(printed, folds=5, training=1.0):\n"
            "    behind = folds * printed - (folds - 1) * training\n"
            "    return behind if -1e-9 <= behind <= 1 + 1e-9 else np.nan",
            1,
        ),
        (
            "impossible scores are cut to 0 and 1",
            "def held_out_behind(printed, folds=5, training=1.0):\n"
            "    return float(np.clip(folds * printed - (folds - 1) * training, 0, 1))",
            1,
        ),
        (
            "five folds, whatever is asked",
            "def held_out_behind(printed, folds=5, training=1.0):\n"
            "    behind = 5 * printed - 4 * training\n"
            "    return np.clip(behind, 0, 1) if -1e-9 <= behind <= 1 + 1e-9 else np.nan",
            2,
        ),
        (
            "everything learnt is taken for right",
            "def held_out_behind(printed, folds=5, training=1.0):\n"
            "    behind = folds * printed - (folds - 1)\n"
            "    return np.clip(behind, 0, 1) if -1e-9 <= behind <= 1 + 1e-9 else np.nan",
            3,
        ),
    ],
    "05-by-heart": [
        ("everything for both", BY_HEART + 'by_heart["held_out"] = by_heart["printed"]', 2),
        ("chance, without a look", 'by_heart = {"printed": 0.8 + 0.2 / 3, "held_out": 1 / 3}', 2),
        (
            "against the true emotions",
            changed(BY_HEART, ("== lots for", '== films.table["emotion"].to_numpy() for')),
            2,
        ),
    ],
}
