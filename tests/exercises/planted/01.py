"""Set 01: wrong answers, and the points that each must lose.

Task → a list of (what is wrong, the whole solution cell, points lost).
"""

SGD = "def sgd_step(weight, slope, velocity, rate, momentum):\n"
RMSPROP = "def rmsprop_step(weight, slope, square, rate, keep=0.9, tiny=1e-7):\n"
ADAM = (
    "def adam_step(weight, slope, mean, square, step, rate=0.001, keep=0.9, keep_squares=0.999, tiny=1e-7):\n"
)
MEANS = (
    "    mean = keep * mean + (1 - keep) * slope\n"
    "    square = keep_squares * square + (1 - keep_squares) * slope**2\n"
)
MISSING = "def missing_cell(per_class, faces, accuracy):\n"

PLANTED = {
    "01-sgd-step": [
        (
            "the sign",
            SGD + "    velocity = momentum * velocity + rate * slope\n    return weight + velocity, velocity",
            3,
        ),
        (
            "the old velocity moves the weight",
            SGD + "    return weight + velocity, momentum * velocity - rate * slope",
            3,
        ),
        (
            "what was handed in is overwritten",
            SGD
            + "    velocity *= momentum\n    velocity -= rate * slope\n    weight += velocity\n"
            + "    return weight, velocity",
            1,
        ),
    ],
    "01-rmsprop-step": [
        (
            "the sign",
            RMSPROP
            + "    square = keep * square + (1 - keep) * slope**2\n"
            + "    return weight + rate * slope / np.sqrt(square + tiny), square",
            2,
        ),
        (
            "nothing keeps it from dividing by zero",
            RMSPROP
            + "    square = keep * square + (1 - keep) * slope**2\n"
            + "    return weight - rate * slope / np.sqrt(square), square",
            1,
        ),
        (
            "the old mean is used for the step",
            RMSPROP
            + "    new = keep * square + (1 - keep) * slope**2\n"
            + "    return weight - rate * slope / np.sqrt(square + tiny), new",
            3,
        ),
    ],
    "01-adam-step": [
        (
            "no correction",
            ADAM + MEANS + "    return weight - rate * mean / (np.sqrt(square) + tiny), mean, square",
            2,
        ),
        (
            "the corrected means are kept",
            ADAM
            + MEANS
            + "    mean, square = mean / (1 - keep**step), square / (1 - keep_squares**step)\n"
            + "    return weight - rate * mean / (np.sqrt(square) + tiny), mean, square",
            2,
        ),
        (
            "tiny under the root",
            ADAM
            + MEANS
            + "    size = np.sqrt(square / (1 - keep_squares**step) + tiny)\n"
            + "    return weight - rate * mean / (1 - keep**step) / size, mean, square",
            3,
        ),
    ],
    "01-updates": [
        (
            "the smaller last batch is dropped",
            "def updates(images, batch_size, epochs):\n    return epochs * (images // batch_size)",
            2,
        ),
        (
            "batches run on over the end of an epoch",
            "def updates(images, batch_size, epochs):\n    return -(-images * epochs // batch_size)",
            2,
        ),
        (
            "one batch too many where it divides",
            "def updates(images, batch_size, epochs):\n    return epochs * (images // batch_size + 1)",
            2,
        ),
    ],
    "01-equal-epochs": [
        (
            "the ratio of the batches",
            "def equal_epochs(images, small, large, epochs):\n    return epochs * large // small",
            2,
        ),
        (
            "rounded down: too few updates",
            "def equal_epochs(images, small, large, epochs):\n"
            "    return max(1, epochs * -(-images // small) // -(-images // large))",
            2,
        ),
        (
            "rounded to the nearest",
            "def equal_epochs(images, small, large, epochs):\n"
            "    return round(epochs * -(-images // small) / -(-images // large))",
            2,
        ),
    ],
    "01-predicted-batch": [
        ("another word", 'predicted_batch = {"epochs": "worse", "updates": "better"}', 1),
        ("only half", 'predicted_batch = {"epochs": "higher"}', 1),
    ],
    "01-measured-batch": [
        (
            "epochs where updates were asked for",
            'batch_losses = {"small": loss_after(6, 10), "large": loss_after(6, 100)}\n'
            'batch_losses["large, equal updates"] = batch_losses["large"]',
            2,
        ),
        (
            "a friend's numbers",
            "theirs = film_people(student_seed('a friend'), people=5, emotions=EMOTIONS, fps=10, size=16)\n"
            "mine, faces = faces, theirs.faces.mean(axis=-1).reshape(-1, 256) / 255 - 0.5\n"
            'batch_losses = {"small": loss_after(6, 10), "large": loss_after(6, 100)}\n'
            'batch_losses["large, equal updates"] = loss_after(60, 100)\n'
            "faces = mine",
            2,
        ),
        (
            "one update an epoch is miscounted",
            'batch_losses = {"small": loss_after(6, 10), "large": loss_after(6, 100)}\n'
            'batch_losses["large, equal updates"] = loss_after(61, 100)',
            2,
        ),
    ],
    "01-predicted-rate": [
        ("another word", 'predicted_rate = {"sgd": "better", "adam": "worse"}', 1),
        ("only half", 'predicted_rate = {"adam": "higher"}', 1),
    ],
    "01-measured-rate": [
        (
            "the optimizer is forgotten",
            "pairs = [(name, rate) for name in ('sgd', 'adam') for rate in (0.001, 0.5)]\n"
            "rate_losses = {(name, rate): loss_after(6, 10, rate=rate) for name, rate in pairs}",
            2,
        ),
        (
            "the rates change places",
            "pairs = [(name, rate) for name in ('sgd', 'adam') for rate in (0.001, 0.5)]\n"
            "rate_losses = {(name, rate): loss_after(6, 10, name, 0.0005 / rate) for name, rate in pairs}",
            2,
        ),
        (
            "five epochs",
            "rate_losses = {(o, r): loss_after(5, 10, o, r) for o in ('sgd', 'adam') for r in (0.001, 0.5)}",
            2,
        ),
    ],
    "01-overall": [
        (
            "the plain mean over the classes",
            "def overall(per_class, faces):\n    return sum(per_class.values()) / len(per_class)",
            3,
        ),
        (
            "parts of a face are counted",
            "def overall(per_class, faces):\n"
            "    return sum(share * faces[word] for word, share in per_class.items()) / sum(faces.values())",
            3,
        ),
        (
            "the dictionaries are taken for equally ordered",
            "def overall(per_class, faces):\n"
            "    pairs = zip(per_class.values(), faces.values())\n"
            "    return 100 * sum(round(share * n / 100) for share, n in pairs) / sum(faces.values())",
            3,
        ),
    ],
    "01-best": [
        ("Table V is believed", 'best = {"lenet": "rmsprop", "alexnet": "sgd"}', 1),
        ("one for all", 'best = {"lenet": "adam", "alexnet": "adam"}', 1),
    ],
    "01-missing-cell": [
        (
            "empty and full cells are left out",
            MISSING
            + "    right = {e: round(share * faces[e] / 100) for e, share in per_class.items()}\n"
            + "    wanted = round(accuracy * sum(faces.values()) / 100)\n"
            + "    needed = {e: wanted - sum(right.values()) + right[e] for e in right}\n"
            + "    return {e: 100 * n / faces[e] for e, n in needed.items() if 0 < n < faces[e]}",
            3,
        ),
        (
            "cells that cannot be",
            MISSING
            + "    right = {e: round(share * faces[e] / 100) for e, share in per_class.items()}\n"
            + "    wanted = round(accuracy * sum(faces.values()) / 100)\n"
            + "    return {e: 100 * (wanted - sum(right.values()) + right[e]) / faces[e] for e in right}",
            3,
        ),
        (
            "cut off, not rounded",
            MISSING
            + "    right = {e: round(share * faces[e] / 100) for e, share in per_class.items()}\n"
            + "    wanted = int(accuracy * sum(faces.values()) / 100)\n"
            + "    needed = {e: wanted - sum(right.values()) + right[e] for e in right}\n"
            + "    return {e: 100 * n / faces[e] for e, n in needed.items() if 0 <= n <= faces[e]}",
            3,
        ),
        ("the paper's answer, learned by heart", MISSING + "    return {'happy': 95.0}", 3),
    ],
}
