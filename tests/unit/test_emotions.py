"""One vocabulary: what a data set has and another lacks is left out and counted."""

import pandas as pd
import pytest

from labkit.emotions import canonical, keep
from labkit.errors import DataError

TABLE = pd.DataFrame(
    {"emotion": ["happy", "contempt", "", "sad", "contempt", "happy"], "path": list("abcdef")},
    index=[9, 8, 7, 6, 5, 4],
)


def test_other_labels_are_left_out_and_counted_and_the_rest_keeps_its_order():
    kept, left_out = keep(TABLE, ("sad", "happy"))
    assert kept["path"].tolist() == ["a", "d", "f"] and kept.index.tolist() == [0, 1, 2]
    assert left_out == {"contempt": 2, "": 1} and list(left_out) == ["contempt", ""]
    assert keep(kept, ("sad", "happy"))[1] == {}
    assert len(TABLE) == 6


@pytest.mark.parametrize(
    "classes, said", [(("happiness",), "no canonical"), (("angry",), "None of the 6 rows")]
)
def test_a_wrong_word_and_an_empty_rest_are_refused(classes, said):
    with pytest.raises(DataError, match=said):
        keep(TABLE, classes)


def test_synonyms_meet_in_one_name():
    assert [canonical(word) for word in ("Happiness", "JOY", " anger ", "contemptuous")] == [
        *("happy", "happy", "angry", "contempt")
    ]
