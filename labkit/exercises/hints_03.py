"""The hints of set 03, three a task, from a nudge to nearly the answer."""

HINTS: dict[str, tuple[str, str, str]] = {
    "lstm_step": (
        "All four layers at once: x @ kernel + h @ recurrent + bias has 4 · units columns.",
        "Cut them into four: np.split(…, 4, axis=-1). Three go through the sigmoid, g through tanh.",
        "First the new c from f, the old c, i and g; then h from o and the tanh of the new c.",
    ),
    "lstm_weights": (
        "Write down the shapes of kernel, recurrent and bias, as in task 1; their sizes add up to the total.",
        "Put h = 0 and c = 0 into the step. What is multiplied by zero?",
        "All of recurrent, and f's columns of kernel and its part of bias. Count nothing twice.",
    ),
    "normalised": (
        "faces[train] are the training faces; the mean over axis 0 has a value a pixel.",
        "Take the mean off all faces; but measure the deviation on the training faces only.",
        "rest = faces - faces[train].mean(axis=0), and one single number: rest[train].std().",
    ),
    "deal_folds": (
        "Deal people first, as one deals cards; faces follow their person.",
        "np.unique(subjects, return_inverse=True) gives the people, and for each face its person's place.",
        "Shuffle the people's numbers by np.random.default_rng(seed); number % folds is even.",
    ),
    "look_back": (
        "For each moment: which moments lie in its window? Seconds decide, not places in the array.",
        "A mask: times >= now - window, times <= now, and a face was found.",
        "If the mask holds anything, take the mean of its rows over axis 0; else leave NaN.",
    ),
    "flips": (
        "Drop the moments without an answer first, from the answers and from the times.",
        "said[1:] != said[:-1] tells where the answer changes.",
        "Divide by the time from the first answer to the last; think of one answer only.",
    ),
    "predicted_window": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "What does a mean do to a single wrong answer? And what just after the emotion has changed?",
        'Replace the dots by {"changes": …, "right": …}, with one of the four words each.',
    ),
    "measured_window": (
        "streams.probabilities[0] is the first person: 48 moments of three probabilities.",
        "Smooth a person's probabilities, take answers(…), compare with streams.truth; a mean over people.",
        "One loop over the windows fills both; flips_per_second(…, streams.times) gives the changes.",
    ),
    "right_answers": (
        "Try every number of right answers, from none to all.",
        "A share prints as .83 if it is less than half a hundredth away from it.",
        "range(images + 1) has all of them; abs(right / images - printed) < 0.005 keeps some.",
    ),
    "sizes": (
        "Task (a) for every size from 41 to 50: where is the list not empty?",
        "In print, two decimals: can any whole number over 43 be it?",
        "A list comprehension over range(41, 51), with a condition.",
    ),
    "total_is_possible": (
        "A mean with weights of 0 or more lies between the least and the greatest of its numbers.",
        "How far may the greatest be above what is printed? And the total below?",
        "Compare total with min(rows) and max(rows), with 0.01 of room on either side.",
    ),
}
