"""The paper on CNN features and an LSTM: its tables as typed in, and what arithmetic says about them."""

import pytest

from labkit.emotions import canonical
from labkit.papers.cnn_lstm import tables


def test_every_emotion_of_the_tables_is_one_the_course_knows():
    assert [canonical(emotion) for emotion in tables.CLASSES] == list(tables.CLASSES)
    assert all(tuple(table.rows) == tables.CLASSES for table in tables.MEASURE_TABLES)


def test_a_table_is_found_by_what_it_was_measured_on():
    found = tables.printed("ckplus", features=True)
    assert found.number == 4 and found.rows["happy"].recall == pytest.approx(0.82)
    assert [tables.printed(table.data, table.features).number for table in tables.MEASURE_TABLES] == [
        1,
        2,
        3,
        4,
    ]
