"""What an exercise notebook calls: checks, hints, and a student's own people; and how exercises are made.

    check("02.roll_angle", roll_angle)   not attempted, wrong (and what was expected), or right
    hint("02.roll_angle")                the next hint; after the last, the solution where that is allowed
    student_seed(STUDENT)                the seed of one student's own synthetic people

Design choices:
- a check is an aid and worth no points: the points come from nbgrader's hidden tests, on other cases;
- content, messages and presentation are apart: ``set_NN`` holds a set's checks and hints, ``expectations``
  says in words how an answer differs, ``checking`` finds the task and shows the verdict;
- nothing is sent anywhere, and nothing but :mod:`labkit.exercises.making` needs nbgrader;
- solutions are written once, in ``solutions/``: a package that a student installs holds none.
"""

from labkit.exercises.checking import check, hint
from labkit.exercises.seeds import student_seed

__all__ = ["check", "hint", "student_seed"]
