"""Set 06: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

PLANTED = {
    "06-possible": [
        (
            "a whole unit of room",
            "def possible(share, n, digits):\n"
            "    return [r for r in range(n + 1) if abs(r / n - share) <= 10**-digits + 1e-9]",
            2,
        ),
        (
            "all right is left out",
            "def possible(share, n, digits):\n"
            "    return [r for r in range(n) if abs(r / n - share) <= 0.5 * 10**-digits + 1e-9]",
            2,
        ),
        (
            "ties to even alone",
            "def possible(share, n, digits):\n"
            "    return [r for r in range(n + 1) if abs(round(r / n, digits) - share) < 1e-9]",
            1,
        ),
        (
            "one count is enough",
            "def possible(share, n, digits):\n"
            "    found = [r for r in range(n + 1) if abs(r / n - share) <= 0.5 * 10**-digits + 1e-9]\n"
            "    return found[:1]",
            2,
        ),
    ],
    "06-sizes": [
        (
            "the last size is left out",
            'sizes = {"jaffe": [36, 40, 41, 42, 46, 47], "ravdess": [3347, 3352, 3376]}',
            2,
        ),
        (
            "any one of the three",
            "def gives(share, n):\n"
            "    return abs(round(share * n) / n - share) <= 5e-5\n"
            'sizes = {"jaffe": [36, 40, 41, 42, 46, 47, 48]}\n'
            "shares = (0.7974, 0.6289, 0.7589)\n"
            'sizes["ravdess"] = [n for n in range(3340, 3401) if any(gives(s, n) for s in shares)]',
            2,
        ),
        (
            "the sizes that do not fit",
            'sizes = {"jaffe": [37, 38, 39, 43, 44, 45], "ravdess": [3366, 3367, 3368]}',
            2,
        ),
    ],
    "06-invented": [
        ("all of them", 'invented = list("ABCDEFGHIJKL")', 3),
        (
            "those that are true",
            "ok = [(np.abs(np.arange(r.faces + 1) / r.faces - r.accuracy / 100) <= 0.0005 + 1e-9).any()\n"
            "      for r in report.itertuples()]\n"
            'invented = list(report["system"][ok])',
            3,
        ),
        (
            "whole per cents' worth of room",
            "ok = [(np.abs(np.arange(r.faces + 1) / r.faces - r.accuracy / 100) <= 0.005 + 1e-9).any()\n"
            "      for r in report.itertuples()]\n"
            'invented = list(report["system"][~np.array(ok)])',
            3,
        ),
        (
            "only the first",
            "off = [(np.abs(np.arange(r.faces + 1) / r.faces - r.accuracy / 100)).min() > 0.0005 + 1e-9\n"
            "       for r in report.itertuples()]\n"
            'invented = list(report["system"][off])[:1]',
            3,
        ),
    ],
    "06-can-be-mean": [
        (
            "the plain mean alone",
            "def can_be_mean(total, cells, room, faces=None):\n"
            "    return bool(abs(np.average(cells, weights=faces) - total) <= room + 1e-9)",
            2,
        ),
        (
            "the faces are forgotten",
            "def can_be_mean(total, cells, room, faces=None):\n"
            "    return bool(min(cells) - room - 1e-9 <= total <= max(cells) + room + 1e-9)",
            1,
        ),
        (
            "no room",
            "def can_be_mean(total, cells, room, faces=None):\n"
            "    means = cells if faces is None else [np.average(cells, weights=faces)]\n"
            "    return bool(min(means) <= total <= max(means))",
            3,
        ),
        (
            "room above, none below",
            "def can_be_mean(total, cells, room, faces=None):\n"
            "    means = cells if faces is None else [np.average(cells, weights=faces)]\n"
            "    return bool(min(means) - 1e-9 <= total <= max(means) + room + 1e-9)",
            3,
        ),
    ],
    "06-impossible": [
        (
            "without the weights",
            "impossible = [name for name, row in totals.iterrows()\n"
            "              if not min(row.cells) - row.room <= row.total <= max(row.cells) + row.room]",
            2,
        ),
        (
            "whole per cents are not granted",
            "impossible = []\n"
            "for name, row in totals.iterrows():\n"
            "    means = [np.average(row.cells, weights=row.faces)] if row.faces else row.cells\n"
            "    if not min(means) - 0.01 <= row.total <= max(means) + 0.01:\n"
            "        impossible.append(name)",
            2,
        ),
        ("one is enough", 'impossible = ["03 Table 2 recall"]', 2),
        ("all of them", "impossible = list(totals.index)", 2),
    ],
    "06-wilson": [
        (
            "the standard error of what was seen",
            "def wilson(right, n):\n"
            "    half = 1.96 * math.sqrt(right / n * (1 - right / n) / n)\n"
            "    return right / n - half, right / n + half",
            3,
        ),
        (
            "one standard error",
            "def wilson(right, n):\n"
            "    s, c = right / n, 1 / n\n"
            "    half = math.sqrt(c * s * (1 - s) + c**2 / 4)\n"
            "    return (s + c / 2 - half) / (1 + c), (s + c / 2 + half) / (1 + c)",
            3,
        ),
        (
            "around the share itself",
            "def wilson(right, n):\n"
            "    s, c = right / n, 1.96**2 / n\n"
            "    half = math.sqrt(c * s * (1 - s) + c**2 / 4) / (1 + c)\n"
            "    return s - half, s + half",
            3,
        ),
        (
            "the upper end first",
            "def wilson(right, n):\n"
            "    s, c = right / n, 1.96**2 / n\n"
            "    half = math.sqrt(c * s * (1 - s) + c**2 / 4)\n"
            "    return (s + c / 2 + half) / (1 + c), (s + c / 2 - half) / (1 + c)",
            3,
        ),
    ],
    "06-mcnemar": [
        (
            "one side",
            "def mcnemar(only_a, only_b):\n"
            "    n, few = only_a + only_b, min(only_a, only_b)\n"
            "    return sum(math.comb(n, k) for k in range(few + 1)) / 2**n",
            2,
        ),
        (
            "one too few",
            "def mcnemar(only_a, only_b):\n"
            "    n, few = only_a + only_b, min(only_a, only_b)\n"
            "    return min(1.0, 2 * sum(math.comb(n, k) for k in range(few)) / 2**n)",
            2,
        ),
        (
            "more than certain",
            "def mcnemar(only_a, only_b):\n"
            "    n, few = only_a + only_b, min(only_a, only_b)\n"
            "    return 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n",
            2,
        ),
        (
            "the chi-squared approximation",
            "def mcnemar(only_a, only_b):\n"
            "    n = only_a + only_b\n"
            "    return math.erfc(abs(only_a - only_b) / math.sqrt(2 * n)) if n else 1.0",
            2,
        ),
    ],
    "06-differs": [
        (
            "the friendliest overlap alone",
            "def differs(right_a, right_b, n):\n"
            "    p = mcnemar_of_counts(abs(right_a - right_b), 0)\n"
            '    return "yes" if p < 0.05 else "no"',
            3,
        ),
        (
            "the last overlap is left out",
            "def differs(right_a, right_b, n):\n"
            "    more, few = max(right_a, right_b), min(right_a, right_b)\n"
            "    last = max(1, min(few, n - more))\n"
            "    sure = [mcnemar_of_counts(more - few + k, k) < 0.05 for k in range(last)]\n"
            '    return "yes" if all(sure) else "open" if any(sure) else "no"',
            3,
        ),
        (
            "the winner's wrong answers are forgotten",
            "def differs(right_a, right_b, n):\n"
            "    more, few = max(right_a, right_b), min(right_a, right_b)\n"
            "    sure = [mcnemar_of_counts(more - few + k, k) < 0.05 for k in range(few + 1)]\n"
            '    return "yes" if all(sure) else "open" if any(sure) else "no"',
            3,
        ),
        (
            "A is always the better",
            "def differs(right_a, right_b, n):\n"
            "    if right_a <= right_b:\n"
            '        return "no"\n'
            "    last = min(right_b, n - right_a)\n"
            "    sure = [mcnemar_of_counts(right_a - right_b + k, k) < 0.05 for k in range(last + 1)]\n"
            '    return "yes" if all(sure) else "open" if any(sure) else "no"',
            3,
        ),
    ],
    "06-shared": [
        (
            "a clip is known by its number alone",
            "def shared(train, test, within):\n"
            "    near = [any((train['clip'] == r.clip) & ((train['frame'] - r.frame).abs() <= within))\n"
            "            for r in test.itertuples()]\n"
            "    return {'person': int(test['subject'].isin(train['subject']).sum()),\n"
            "            'clip': int(test['clip'].isin(train['clip']).sum()), 'neighbour': sum(near)}",
            4,
        ),
        (
            "neighbours on one side only",
            "def shared(train, test, within):\n"
            "    both = ['subject', 'clip']\n"
            "    pairs = test.reset_index().merge(train, on=both)\n"
            "    gap = pairs['frame_x'] - pairs['frame_y']\n"
            "    near = pairs['index'][(gap >= 0) & (gap <= within)].nunique()\n"
            "    return {'person': int(test['subject'].isin(train['subject']).sum()),\n"
            "            'clip': pairs['index'].nunique(), 'neighbour': near}",
            2,
        ),
        (
            "pairs are counted, not test frames",
            "def shared(train, test, within):\n"
            "    pairs = test.merge(train, on=['subject', 'clip'])\n"
            "    near = ((pairs['frame_x'] - pairs['frame_y']).abs() <= within).sum()\n"
            "    people = len(test.merge(train, on='subject'))\n"
            "    return {'person': people, 'clip': len(pairs), 'neighbour': int(near)}",
            4,
        ),
        (
            "a neighbour must be nearer than that",
            "def shared(train, test, within):\n"
            "    pairs = test.reset_index().merge(train, on=['subject', 'clip'])\n"
            "    near = (pairs['frame_x'] - pairs['frame_y']).abs() < within\n"
            "    return {'person': int(test['subject'].isin(train['subject']).sum()),\n"
            "            'clip': pairs['index'].nunique(), 'neighbour': pairs['index'][near].nunique()}",
            2,
        ),
    ],
    "06-twins": [
        (
            "bytes wrap round",
            "def twins(train_images, test_images, room):\n"
            "    means = [(train_images - one).mean(axis=(1, 2, 3)).min() for one in test_images]\n"
            "    return np.array(means) <= room",
            3,
        ),
        (
            "lighter and darker cancel out",
            "def twins(train_images, test_images, room):\n"
            "    train, test = train_images.astype(int), test_images.astype(int)\n"
            "    means = [np.abs((train - one).mean(axis=(1, 2, 3))).min() for one in test]\n"
            "    return np.array(means) <= room",
            3,
        ),
        (
            "training's twins in the test",
            "def twins(train_images, test_images, room):\n"
            "    train, test = train_images.astype(int), test_images.astype(int)\n"
            "    means = [np.abs(test - one).mean(axis=(1, 2, 3)).min() for one in train]\n"
            "    return np.array(means) <= room",
            3,
        ),
        (
            "one alike pixel is a twin",
            "def twins(train_images, test_images, room):\n"
            "    train, test = train_images.astype(int), test_images.astype(int)\n"
            "    return np.array([(np.abs(train - one) <= room).any() for one in test])",
            3,
        ),
    ],
    "06-predicted": [
        ("another word", 'predicted = {"accuracy": "drops", "width": "grows"}', 1),
        ("only half", 'predicted = {"accuracy": "falls"}', 1),
    ],
    "06-measured": [
        (
            "a friend's numbers",
            'theirs = film_people(student_seed("a friend"), people=5, seconds=0.4, size=24)\n'
            "flat = theirs.faces.astype(int).reshape(-1, 24 * 24 * 3)\n"
            "words = np.repeat(theirs.table['emotion'].to_numpy(), theirs.faces.shape[1])\n"
            "test = np.arange(len(flat)) >= 60\n"
            'test |= np.random.default_rng(student_seed("a friend")).random(len(flat)) < 0.2\n'
            "apart = np.array([np.abs(flat[~test] - one).mean(axis=1) for one in flat[test]])\n"
            "hit, near = words[~test][apart.argmin(axis=1)] == words[test], apart.min(axis=1)\n"
            'measured = {"twins": int((near <= 6).sum()), "all": hit.mean()}\n'
            'measured |= {"without twins": hit[near > 6].mean(), "apart": near[near > 6].mean()}',
            3,
        ),
        (
            "those with a twin in the place of those without",
            "train, test = (i.reshape(len(i), -1).astype(int) for i in (train_images, test_images))\n"
            "near = np.array([np.abs(train - one).mean(axis=1).min() for one in test])\n"
            'measured = {"twins": int((near <= 6).sum()), "all": right_share(near >= 0)}\n'
            'measured |= {"without twins": right_share(near <= 6), "apart": near[near <= 6].mean()}',
            3,
        ),
        (
            "bytes wrap round",
            "train, test = (i.reshape(len(i), -1) for i in (train_images, test_images))\n"
            "near = np.array([(train - one).mean(axis=1).min() for one in test])\n"
            "alone = near > np.median(near)\n"
            'measured = {"twins": int((~alone).sum()), "all": right_share(near >= 0)}\n'
            'measured |= {"without twins": right_share(alone), "apart": near[alone].mean()}',
            3,
        ),
        (
            "all test images are averaged",
            "train, test = (i.reshape(len(i), -1).astype(int) for i in (train_images, test_images))\n"
            "near = np.array([np.abs(train - one).mean(axis=1).min() for one in test])\n"
            'measured = {"twins": int((near <= 6).sum()), "all": right_share(near >= 0)}\n'
            'measured |= {"without twins": right_share(near > 6), "apart": near.mean()}',
            3,
        ),
    ],
}
