"""What the checks of the paper's figures come to, in sentences a notebook can show.

Every number in a sentence is computed by :mod:`labkit.papers.cnn_lstm.forensics` or
:mod:`labkit.papers.cnn_lstm.face_counts`; the sentences add what it may mean, and say "may".
"""

import math

import pandas as pd

from labkit.papers.cnn_lstm import face_counts, forensics, tables

# What the paper says in two ways, or says and does not show: topic, one place, the other.
SAID_TWICE: tuple[tuple[str, str, str], ...] = (
    (
        "what the CNN learns from",
        "Abstract: FER2013; section 4: “AFER datasets”",
        "Section 5.1: JAFFE, “to get a pretrained model with CNN”; if so, its test faces may have been seen",
    ),
    (
        "what the LSTM learns from",
        "Abstract: “two datasets(JAFFE and AFEW)”",
        "Section 4: “two datasets(JAFFE and CK+2)”",
    ),
    (
        "AFEW",
        "Abstract and section 5.1: a video set to train on, or to test on",
        "No result on it; of video there are six pictures from a laptop's camera, and no figure",
    ),
    (
        "images of JAFFE",
        "Section 5.1: 219, and 231 in Figure 2a",
        "The set as it is published has 213; its serial numbers run to 219, but six belong to no picture",
    ),
    ("size of JAFFE's images", "Section 4: 128×128", "The set's own files have 256×256"),
    ("data of Table 3", "Section 5.3.2: JAFFE", "The table's caption: CK+"),
    (
        "which emotions are easy",
        "Conclusion: “especially happy and angry”; section 5.4.1: “happy”, “sad”, “angry”",
        "Table 4: of angry faces .21 are found, of sad ones none; Table 2: of happy ones .50",
    ),
    (
        "more data",
        "Section 5.3.2: CK+ is lower because its “size is much bigger”",
        "With more images to learn from, accuracy should rise; nothing is said of people in both parts",
    ),
)


def said_twice() -> pd.DataFrame:
    """One row a topic on which the paper contradicts itself or the data sets: both places, briefly."""
    return pd.DataFrame(SAID_TWICE, columns=["topic", "one place", "another"])


def findings() -> pd.DataFrame:
    """One row a check: where it looks, and what comes out, as a sentence with its figures."""
    checks = {
        "F1 of every row": _rows(),
        "last row of Table 2": _table_2(),
        "last row of Table 4": _table_4(),
        "accuracy or precision": _claims(),
        "did CK+ gain from the CNN": _gain(),
        "what one answer for all scores": _always_neutral(),
        "JAFFE's test faces": _jaffe_sizes(),
        "test faces of Table 1": _table_1_faces(),
        "test faces of Tables 1 and 2": _one_test_set(),
        "validation and test": _validation(),
        "sequences of length one": _length_one(),
    }
    return pd.DataFrame({"check": list(checks), "finding": list(checks.values())})


def _rows() -> str:
    checked = forensics.rows_checked()
    agree = int(checked["agrees"].sum())
    return f"{agree} of {len(checked)} class rows have the F1 that their precision and recall give."


def _table_2() -> str:
    checked = forensics.totals_checked().set_index(["table", "measure"]).loc[2]
    recall, score = checked.loc["recall"], checked.loc["f1"]
    means = ", ".join(f"{checked.loc[measure, 'plain mean']:.2f}" for measure in forensics.MEASURES)
    return (
        f"A mean of recalls cannot exceed the largest, {recall.highest:.2f}, but {recall.printed:.2f} is "
        f"printed; nor can F1 be {score.printed:.2f} with a largest of {score.highest:.2f}. The rows' plain "
        f"means are {means} (precision, recall, F1): the total may belong to another run."
    )


def _table_4() -> str:
    total = tables.TABLE_4.total
    return (
        f"Precision {total.precision:.2f} and recall {total.recall:.2f} are the cells of neutral, and no "
        f"class counts give them together with F1 {total.f1:.2f}. Recall and F1 without the precision are "
        "possible: the precision may have been copied from the row above."
    )


def _claims() -> str:
    checked = forensics.claims_checked()
    wrong = checked[
        checked["said to be"].str.contains("accuracy") & checked["equals"].str.contains("precision")
    ]
    figures = " and ".join(f"{figure:.0%}" for figure in wrong["figure"])
    recalls = " and ".join(f"{figure:.0%}" for figure in wrong["accuracy by its table"])
    return (
        f"The {figures} of “accuracy” on CK+ are the total precisions of Tables 3 and 4. Accuracy is recall "
        f"weighted by test images, and as total recall the tables print {recalls}; Table 5 has "
        f"{tables.TABLE_5['ckplus'].test:.0%}. So one system has three accuracies on CK+."
    )


def _gain() -> str:
    before, after = tables.TABLE_3.total, tables.TABLE_4.total
    return (
        f"By total recall, CNN features took CK+ down from {before.recall:.0%} to {after.recall:.0%}, and F1 "
        f"up from {before.f1:.2f} to {after.f1:.2f}; by Table 5 accuracy rose to "
        f"{tables.TABLE_5['ckplus'].test:.0%}. The tables do not say which."
    )


def _always_neutral() -> str:
    low, high = forensics.share_of(tables.TABLE_3, "neutral")
    return (
        f"Table 3's figures allow {low:.0%} to {high:.0%} of neutral among CK+'s test images. Whoever always "
        f"answers neutral scores that: {tables.TABLE_3.total.recall:.0%} without CNN need not be learning, "
        f"and Table 5's {tables.TABLE_5['ckplus'].test:.0%} with it may be little more."
    )


def _jaffe_sizes() -> str:
    sizes = forensics.jaffe_test_sizes().set_index("images")
    fits = sizes[sizes["right"].str.len() > 0]
    few = ", ".join(f"{right[0]} of {images}" for images, right in fits["right"].items())
    low, high = fits.iloc[0][["low", "high"]]
    return (
        f"No number of right answers among 43 or 44 faces prints as {tables.TABLE_5['jaffe'].test:.2f}; "
        f"{few} do. With {fits.index[0]} faces the 95 % interval is {low:.0%} to {high:.0%}."
    )


def _table_1_faces() -> str:
    sizes = face_counts.sizes(range(20, 49)).set_index("images")
    possible = " or ".join(map(str, sizes.index[sizes["Table 1"]]))
    (on_34,), on_42 = sizes.loc[34, "right"], sizes.loc[42, "right"]
    rights = " or ".join(map(str, on_42))
    shares = " or ".join(f"{right / 42:.0%}" for right in on_42)
    return (
        f"Of 20 to 48 test faces, Table 1's rows and total allow only {possible}: not 42 or 43, a fifth of "
        f"JAFFE. 34 is a fifth of the 170 that are left without the test set, so it may be validation: a "
        f"hint, no proof. Table 2's rows fit 34 too, with {on_34} right ({on_34 / 34:.0%}). On 42 they mean "
        f"{rights} right ({shares}), far from the 83 % of Table 5 and the 88 % of the total."
    )


def _one_test_set() -> str:
    common = face_counts.one_test_set()
    none = " or ".join(common.loc[common["both"].str.len() == 0, "emotion"])
    return (
        f"No number of {none} faces gives both tables' rows, so the system with CNN and the one without were "
        "not measured on the same test faces, and part of their difference may be the draw."
    )


def _validation() -> str:
    checked = forensics.validation_against_test().set_index("data")
    jaffe, ckplus = checked.loc["jaffe"], checked.loc["ckplus"]
    return (
        f"On CK+ {ckplus.validation:.2f} in validation and {ckplus.test:.2f} in test do not come from one "
        f"random pool by chance (p below 10^{math.ceil(math.log10(ckplus.p))}). Such a pool would even "
        "flatter the test: if all sequences gave equally many images, "
        f"{forensics.sibling_in_training():.0%} of test images have another of their sequence in training. "
        f"So the two were not measured alike. JAFFE's {jaffe.validation:.2f} and {jaffe.test:.2f} are within "
        f"chance (p = {jaffe.p:.2f})."
    )


def _length_one() -> str:
    weights = forensics.weights_at_length_one()
    raw = forensics.weights_at_length_one(features=tables.INPUT_SIZE**2)
    return (
        f"With one step a sequence, {weights.idle:,} of the LSTM part's {weights.total:,} weights "
        f"({weights.idle / weights.total:.0%}) can change no answer: recurrence and forget gates have "
        f"nothing to work on. On raw 256×256 images the part has {raw.total / 1e6:.1f} million weights, for "
        "fewer than 171 JAFFE faces to learn from: an opponent that is easy to beat."
    )
