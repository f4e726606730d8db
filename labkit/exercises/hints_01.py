"""The hints of set 01, three a task, from a nudge to nearly the answer."""

HINTS: dict[str, tuple[str, str, str]] = {
    "sgd_step": (
        "Two lines: first the velocity, then the weight.",
        "The slope says where it goes up; you want down. Which sign does rate · slope get?",
        "momentum * velocity - rate * slope is the new velocity; do not write into the old array.",
    ),
    "rmsprop_step": (
        "First the new mean of squares, then the step: the step already uses the new one.",
        "A running mean: keep times the old one plus (1 − keep) times the new square.",
        "Divide rate · slope by np.sqrt(square + tiny), and take it off the weight.",
    ),
    "adam_step": (
        "All slopes are 1 and keep is 0.9: what is the first mean? Divided by what would it be 1?",
        "Make both new means; from them two corrected ones under other names, for the move alone.",
        "mean / (1 - keep**step), and the same for the squares; tiny is added after the root.",
    ),
    "updates": (
        "How many batches are 11 images in batches of 10?",
        "Count the batches of one epoch first, the smaller last one too; only then multiply.",
        "Whole numbers rounded up: -(-images // batch_size).",
    ),
    "equal_epochs": (
        "How many updates does the first training make? How many does one epoch of the second?",
        "The ratio of the batch sizes is not enough: the last batches are smaller.",
        "Divide the wanted updates by those of one epoch, and round up.",
    ),
    "predicted_batch": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "Two hundred faces in batches of 10 and of 100: how many steps are six epochs of each?",
        'Replace the dots by {"epochs": …, "updates": …}, with one of the three words each.',
    ),
    "measured_batch": (
        "loss_after(epochs, batch_size) does it all; call it three times.",
        "Two hundred faces: how many updates does an epoch make with batches of 10, and with 100?",
        "The third training needs the epochs that give the updates of the first: see task 4b.",
    ),
    "predicted_rate": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "How long is one step of SGD where the slope is 0.01? And one of Adam?",
        'Replace the dots by {"sgd": …, "adam": …}, with one of the three words each.',
    ),
    "measured_rate": (
        "loss_after takes four arguments: epochs, batch_size, optimizer, rate.",
        "Six epochs of batches of 10 each time; two optimizers by two rates.",
        'The keys are pairs: {("sgd", 0.001): loss_after(6, 10, "sgd", 0.001), …}.',
    ),
    "overall": (
        "A per cent of what? Classes with more faces weigh more.",
        "Go from per cents to faces: how many of each class were named rightly? Whole faces only.",
        "round(share * faces[emotion] / 100) a class; add up, divide by all faces, times 100.",
    ),
    "best": (
        "Not by Table V: what do its numbers stand for? Look for them in Table VI.",
        "Count the faces each training named rightly, over all four classes.",
        "test_faces says how many faces a class has; compare the three sums of each network.",
    ),
    "missing_cell": (
        "How many faces must have been right in all for the accuracy that the row should give?",
        "Take one emotion away: the others' right faces are known. How many are left for it?",
        "What is left may be from 0 to all of its faces, both included; else leave the emotion out.",
    ),
}
