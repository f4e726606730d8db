"""A seed a student, so that every student measures other people and numbers cannot be copied."""

import hashlib

COURSE = "reading emotion from faces in video"  # salt: the same name gives another seed in another course


def student_seed(student: str) -> int:
    """The seed of ``student`` (a name, a number, an address): the same on every machine and in every year.

    Capitals and spaces around it do not matter. An empty name is everybody's, for trying things out.

    Returns:
        1 to 2³¹ − 1.
    """
    digest = hashlib.sha256(f"{COURSE}/{student.strip().casefold()}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2**31 - 1) + 1
