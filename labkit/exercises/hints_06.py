"""Hints of set 06, reading papers: three a task, from a nudge to nearly the answer."""

HINTS = {
    "possible": (
        "43 faces can be named rightly in 44 ways: 0 of them, 1, … all. Which shares are these?",
        "Half a unit of the last of two decimals is 0.005. How far may right / n be from the share?",
        "Go through range(n + 1) and keep those with abs(right / n − share) <= 0.5 · 10**−digits + 1e-9.",
    ),
    "sizes": (
        "Ask each size in turn: is there any number of right answers that is printed so?",
        "79.74 per cent is a share of .7974 with four decimals; .83 has two.",
        "range(36, 49) reaches from 36 to 48. For RAVDESS one size must allow all three shares.",
    ),
    "invented": (
        "A share that was counted can be counted again. Which of the twelve cannot?",
        "36.4 per cent is a share of .364, with three decimals.",
        "Name a system if no whole number of its faces gives its accuracy: possible(…, 3) is empty.",
    ),
    "can_be_mean": (
        "Can the mean of 0.2 and 0.4, with whatever weights, be 0.5? What is the most that it can be?",
        "Without faces: from min(cells) to max(cells). With faces: only np.average(cells, weights=faces).",
        "Rounding widens both ends by room: lowest − room − 1e-9 <= total <= highest + room + 1e-9.",
    ),
    "impossible": (
        "Try your function on every row of totals.",
        "for name, row in totals.iterrows() gives row.total, row.cells, row.room and row.faces.",
        "Keep the names of the rows for which can_be_mean(…) is False; do not forget to pass row.faces.",
    ),
    "wilson": (
        "Multiply out (s − p)² = z² p (1 − p) / n and sort by powers of p: what kind of equation is it?",
        "With c = z² / n it is (1 + c) p² − (2 s + c) p + s² = 0. Its two solutions are the two ends.",
        "The middle is (s + c / 2) / (1 + c), the half width sqrt(c s (1 − s) + c² / 4) / (1 + c).",
    ),
    "mcnemar": (
        "Eleven tosses, nine heads. Which outcomes are at least as uneven? Count both sides.",
        "math.comb(tosses, heads) of the 2**tosses ways show so many heads.",
        "Add up comb(tosses, heads) for heads from 0 to the smaller number, double it; at most it is 1.",
    ),
    "differs": (
        "80 and 79 right of 100: the loser may have been right where the winner was, or elsewhere.",
        "If the loser alone is right on k items, the winner alone is right on the difference + k.",
        "k runs from 0 to min(fewer, n − more), both included; compare all p and any p with 0.05.",
    ),
    "shared": (
        "Take one test frame: which rows of training have its person, and which of those its clip?",
        "A clip is known by subject and clip together; a neighbour must be of that very clip.",
        'In training\'s rows of the same subject and clip: ((rows["frame"] − frame).abs() <= within).any()',
    ),
    "twins": (
        "In unsigned bytes 97 − 100 is 253. What must happen before you subtract?",
        "First the absolute value of each pixel, then the mean, else lighter and darker cancel out.",
        "For each test image: the smallest mean over all training images, <= room; np.array of the answers.",
    ),
    "predicted": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "What does the nearest image know about a test image that is its twin? About a stranger?",
        'Replace the dots by a dictionary, {"accuracy": …, "width": …}, with one of the three words each.',
    ),
    "measured": (
        "twins(train_images, test_images, 6) is a mask of the test images; ~ turns it round.",
        "right_share takes a mask: all True for all images, and the turned mask for those without a twin.",
        'int(mask.sum()) counts twins. "apart" is the mean of the smallest differences where there is none.',
    ),
}
