"""The hints of set 04: task → from a nudge to nearly the answer."""

HINTS: dict[str, tuple[str, str, str]] = {
    "concordance": (
        "Do it in three steps: which pairs count, is it defined at all, and only then the formula.",
        "cov is the mean of the products of what is left when each side's mean is taken away.",
        "x.var() divides by n, as wanted; np.cov divides by n − 1. np.ptp(x) == 0 tells a constant side.",
    ),
    "keep_probability": (
        "Work it out by hand for bins of 2, 8, 6 and 0 frames, with each of the three k_max.",
        "counts.mean() counts the empty bins, as it should; counts / most is a share a bin.",
        "The code's p is 1 less the text's, and np.clip(p, 0, 1) brings both back to where a p can be.",
    ),
    "predicted_rules": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "A bin keeps k·p frames. Which bins lose more by each rule, the full ones or the thin ones?",
        "With the mean bin as k_max, how likely is a frame of a bin that is fuller than the mean?",
    ),
    "effective": (
        "First the frames that each bin keeps, k·p; then their shares; then the formula.",
        "The text's rule keeps counts * counts / counts.max(); shares are these over their sum.",
        "ln 0 is not a number: take the bins that keep some, kept[kept > 0]. At the end np.exp.",
    ),
    "quadrant_pool": (
        "Which rows make the upper half of 4 rows, and which of 5, if the middle one is in both?",
        "The upper half is the first H/2 rows, rounded up; the lower one begins at row H/2, rounded down.",
        "maps[:, rows, columns].mean(axis=(1, 2)) is one quadrant, (maps, channels); there are four.",
    ),
    "window_starts": (
        "With 5 frames on end and length 3, which rows have all three frames and one more to answer for?",
        "A window of length n is n steps from a row to the next. When is one step unbroken?",
        "Equal tracks, a number one higher, both rows valid. np.cumsum counts such steps: compare two sums.",
    ),
    "bridged": (
        "Which frames have an answer? Nothing before the first of them, or after the last, is touched.",
        "np.interp(wanted, known, values) draws the lines, one column at a time; it also holds the ends.",
        "Fill the frames from known[0] to known[-1] of a copy, and only if there is a known one at all.",
    ),
    "predicted_length": (
        "There is no wrong prediction, only none: say what you expect before you measure.",
        "A mean of ten frames flickers less than one. What else happens to it, and to one of two hundred?",
        "A mean lags behind, and grows flat: what does a CCC say to answers that are late or flat?",
    ),
    "by_length": (
        "For each length: smooth both columns, take two CCCs, take their mean.",
        "A frame's smooth answer is the mean of it and the length − 1 frames before it, none after it.",
        "pandas does it: pd.DataFrame(yours.answered).rolling(length, min_periods=1).mean().",
    ),
    "chosen": (
        "Who may choose the epoch, and who may only be asked once it is chosen?",
        "One index does both: that of the best validation, in both arrays.",
        "np.argmax takes the earliest of equals, and NaN for the largest; np.nanargmax passes NaN by.",
    ),
    "luck": (
        "Do one training by hand: task a on the first epochs of validation[0] and test[0].",
        "Cut first, then choose: validation[:, :6].argmax(axis=1) is the kept epoch of each training.",
        "validation[rows, kept] with rows = np.arange(150) takes one number of each row; test likewise.",
    ),
}
