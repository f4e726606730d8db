"""Set 02: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

PLANTED = {
    "02-difference": [
        ("bytes wrap round", "def difference(earlier, later):\n    return later - earlier", 2),
        (
            "what grew darker is lost",
            "def difference(earlier, later):\n"
            "    return np.clip(later.astype(int) - earlier, 0, 255).astype(np.uint8)",
            2,
        ),
        (
            "the signed type is kept",
            "def difference(earlier, later):\n    return np.abs(later.astype(np.int16) - earlier)",
            1,
        ),
        (
            "only the first element is looked at",
            "def difference(earlier, later):\n"
            "    first = abs(int(later.flat[0]) - int(earlier.flat[0]))\n"
            "    return np.full_like(later, first)",
            2,
        ),
    ],
    "02-pair-count": [
        (
            "one too many",
            "def pair_count(frames, gap, stride):\n    return max(0, (frames - gap) // stride + 1)",
            3,
        ),
        (
            "one too few",
            "def pair_count(frames, gap, stride):\n    return max(0, (frames - 1 - gap) // stride)",
            2,
        ),
        (
            "fewer than none",
            "def pair_count(frames, gap, stride):\n    return (frames - 1 - gap) // stride + 1",
            1,
        ),
        (
            "the stride is forgotten",
            "def pair_count(frames, gap, stride):\n    return max(0, frames - gap)",
            2,
        ),
    ],
    "02-roll-angle": [
        (
            "the sign",
            "def roll_angle(left_eye, right_eye, mouth):\n"
            "    middle = np.add(left_eye, right_eye) / 2\n"
            "    return np.degrees(np.arctan2(mouth[0] - middle[0], mouth[1] - middle[1]))",
            3,
        ),
        (
            "radians",
            "def roll_angle(left_eye, right_eye, mouth):\n"
            "    middle = np.add(left_eye, right_eye) / 2\n"
            "    return np.arctan2(middle[0] - mouth[0], mouth[1] - middle[1])",
            3,
        ),
        (
            "the line through both eyes",
            "def roll_angle(left_eye, right_eye, mouth):\n"
            "    return np.degrees(np.arctan2(right_eye[1] - left_eye[1], right_eye[0] - left_eye[0]))",
            3,
        ),
        (
            "against the horizontal",
            "def roll_angle(left_eye, right_eye, mouth):\n"
            "    middle = np.add(left_eye, right_eye) / 2\n"
            "    return np.degrees(np.arctan2(mouth[1] - middle[1], middle[0] - mouth[0]))",
            3,
        ),
        (
            "a slope, which does not know up from down",
            "def roll_angle(left_eye, right_eye, mouth):\n"
            "    middle = np.add(left_eye, right_eye) / 2\n"
            "    return np.degrees(np.arctan((middle[0] - mouth[0]) / (mouth[1] - middle[1])))",
            3,
        ),
    ],
    "02-split-people": [
        (
            "images are dealt: a leak",
            "def split_people(table, share, seed):\n"
            "    draw = np.random.default_rng(seed).random(len(table))\n"
            "    return np.where(draw < share, 'test', 'train')",
            3,
        ),
        (
            "clips are dealt: a leak",
            "def split_people(table, share, seed):\n"
            "    clips = np.unique(table['clip'])\n"
            "    count = max(1, round(share * len(clips)))\n"
            "    chosen = np.random.default_rng(seed).permutation(clips)[:count]\n"
            "    return np.where(table['clip'].isin(chosen), 'test', 'train')",
            3,
        ),
        (
            "training and test change places",
            "def split_people(table, share, seed):\n"
            "    people = np.unique(table['subject'])\n"
            "    count = min(max(1, round(share * len(people))), len(people) - 1)\n"
            "    chosen = np.random.default_rng(seed).permutation(people)[:count]\n"
            "    return np.where(table['subject'].isin(chosen), 'train', 'test')",
            1,
        ),
        (
            "the seed is ignored",
            "def split_people(table, share, seed):\n"
            "    people = np.unique(table['subject'])\n"
            "    count = min(max(1, round(share * len(people))), len(people) - 1)\n"
            "    return np.where(table['subject'].isin(people[:count]), 'test', 'train')",
            1,
        ),
        (
            "the number of people is cut off, not rounded",
            "def split_people(table, share, seed):\n"
            "    people = np.unique(table['subject'])\n"
            "    count = min(max(1, int(share * len(people))), len(people) - 1)\n"
            "    chosen = np.random.default_rng(seed).permutation(people)[:count]\n"
            "    return np.where(table['subject'].isin(chosen), 'test', 'train')",
            1,
        ),
    ],
    "02-predicted": [
        ("another word", 'predicted = {"gap": "more", "stride": "less"}', 1),
        ("only half", 'predicted = {"gap": "grows"}', 1),
    ],
    "02-measured": [
        (
            "a friend's numbers",
            'theirs = film_people(student_seed("a friend"), people=2).faces.astype(int)\n'
            "by_gap = {g: np.abs(theirs[:, g:] - theirs[:, :-g]).mean() for g in (1, 2, 5, 10)}\n"
            "by_stride = {s: np.abs(theirs[:, 5:] - theirs[:, :-5])[:, ::s].mean() for s in (1, 2, 5)}",
            4,
        ),
        (
            "bytes wrap round",
            "f = films.faces\n"
            "by_gap = {g: (f[:, g:] - f[:, :-g]).mean() for g in (1, 2, 5, 10)}\n"
            "by_stride = {s: (f[:, 5:] - f[:, :-5])[:, ::s].mean() for s in (1, 2, 5)}",
            4,
        ),
        (
            "the last pair is missing at every gap",
            "f = films.faces.astype(int)\n"
            "by_gap = {g: np.abs(f[:, g:-1] - f[:, : -g - 1]).mean() for g in (1, 2, 5, 10)}\n"
            "by_stride = {s: np.abs(f[:, 5:] - f[:, :-5])[:, ::s].mean() for s in (1, 2, 5)}",
            2,
        ),
        (
            "one film for the strides",
            "f = films.faces.astype(int)\n"
            "by_gap = {g: np.abs(f[:, g:] - f[:, :-g]).mean() for g in (1, 2, 5, 10)}\n"
            "by_stride = {s: np.abs(f[0, 5:] - f[0, :-5])[::s].mean() for s in (1, 2, 5)}",
            2,
        ),
    ],
    "02-leaked": [
        (
            "one shared person is all",
            "def leaked(table):\n"
            "    train, test = table[table['split'] == 'train'], table[table['split'] == 'test']\n"
            "    return tuple(float(test[c].isin(train[c]).any()) for c in ('subject', 'clip'))",
            3,
        ),
        (
            "of training, not of the test",
            "def leaked(table):\n"
            "    train, test = table[table['split'] == 'train'], table[table['split'] == 'test']\n"
            "    return tuple(train[c].isin(test[c]).mean() for c in ('subject', 'clip'))",
            3,
        ),
        (
            "people are counted, not images",
            "def leaked(table):\n"
            "    train, test = table[table['split'] == 'train'], table[table['split'] == 'test']\n"
            "    both = ('subject', 'clip')\n"
            "    return tuple(len(set(test[c]) & set(train[c])) / test[c].nunique() for c in both)",
            3,
        ),
        (
            "clips first",
            "def leaked(table):\n"
            "    train, test = table[table['split'] == 'train'], table[table['split'] == 'test']\n"
            "    return tuple(test[c].isin(train[c]).mean() for c in ('clip', 'subject'))",
            3,
        ),
    ],
    "02-honest": [
        ("the leak itself", "honest = {person: reported for person in table['subject'].unique()}", 2),
        (
            "clips kept whole, people not",
            "honest = {}\n"
            "for person in table['subject'].unique():\n"
            "    clips = table['clip'][table['subject'] == person].unique()\n"
            "    turns = [nearest(table['clip'] != name, table['clip'] == name) for name in clips]\n"
            "    honest[person] = float(np.mean(turns))",
            2,
        ),
        (
            "one person for all",
            "first = nearest(table['subject'] != 'person1', table['subject'] == 'person1')\n"
            "honest = {person: first for person in table['subject'].unique()}",
            2,
        ),
        ("chance, without a look", "honest = dict.fromkeys(table['subject'].unique(), 1 / 3)", 2),
    ],
}
