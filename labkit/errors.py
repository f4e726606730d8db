"""Faults a person can act on.

Each message is one plain sentence that says what was wrong, where, and what to
do about it. The command line prints it and exits non-zero; a batch step that can
go on without the faulty item counts it and reports the sentence instead.
"""


class LabkitError(Exception):
    """Base of every fault that labkit raises on purpose."""


class VideoError(LabkitError):
    """A video that cannot be read, or not to its end."""


class FaceError(LabkitError):
    """No usable face where one is needed."""


class DataError(LabkitError):
    """A data set's folder, file name or label that is not as documented."""


class CacheError(LabkitError):
    """The cache cannot be written or read (a full disk, a foreign file)."""


class TrainingError(LabkitError):
    """Training cannot start or go on (too little data, a diverging loss)."""


class NotebookError(LabkitError):
    """A notebook that cannot be run, or that failed in one of its cells."""


class ExerciseError(LabkitError):
    """An exercise that does not exist, or cannot be made from its solution."""
