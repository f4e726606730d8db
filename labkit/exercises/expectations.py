"""Comparing an answer with what was expected, and saying in words how it differs, but not the answer.

Each ``expect_…`` returns if the answer is right and raises otherwise. ``where`` says for which input, and
begins the sentence: "for a 10-frame clip with gap 5".
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


class NotAttempted(Exception):
    """The answer is still the placeholder."""


class Wrong(Exception):
    """The answer is not right; the message says how."""


def attempted(answer: Any) -> Any:
    """``answer``, unless it is a placeholder that nobody has replaced."""
    if answer is None or answer is ...:
        raise NotAttempted
    return answer


def answer_of(function: Callable, *inputs: Any, where: str) -> Any:
    """What the student's ``function`` gives for ``inputs``."""
    if not callable(attempted(function)):
        raise Wrong(f"a function was expected, not {_kind(function)}")
    try:
        given = function(*inputs)
    except NotImplementedError as error:
        raise NotAttempted from error
    except Exception as error:  # the student's own fault, whatever it is
        raise Wrong(f"{where}, it stops with {type(error).__name__}: {error}") from error
    if given is None:
        raise Wrong(f"{where}, it gives nothing back: is there a return?")
    return given


def expect_number(given: Any, expected: float, where: str, tolerance: float = 1e-6) -> None:
    """A number within ``tolerance``, relative for large numbers."""
    if isinstance(given, bool) or not isinstance(given, (int, float, np.number)) or np.ndim(given):
        raise Wrong(f"{where}, a number was expected, not {_kind(given)}")
    if math.isclose(given, expected, rel_tol=tolerance, abs_tol=tolerance):
        return
    if math.isclose(given, -expected, rel_tol=tolerance, abs_tol=tolerance):
        raise Wrong(f"{where}, the sign is the other way round")
    if not math.isfinite(given):
        raise Wrong(f"{where}, a finite number was expected, not {given}")
    raise Wrong(f"{where}, {given:.6g} is too {'large' if given > expected else 'small'}")


def expect_whole(given: Any, expected: int, where: str) -> None:
    """A whole number, exactly; 4.0 is none."""
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, (int, np.integer)):
        raise Wrong(f"{where}, a whole number (int) was expected, not {_kind(given)}")
    expect_number(int(given), expected, where, tolerance=0)


def expect_array(given: Any, expected: np.ndarray, where: str, tolerance: float = 0) -> None:
    """An array of the same shape and dtype with the same elements, all of them."""
    if not isinstance(given, np.ndarray):
        raise Wrong(f"{where}, an array was expected, not {_kind(given)}")
    if given.shape != expected.shape:
        raise Wrong(f"{where}, the shape {expected.shape} was expected, not {given.shape}")
    if given.dtype != expected.dtype:
        raise Wrong(f"{where}, the dtype {expected.dtype} was expected, not {given.dtype}")
    wrong = ~np.isclose(
        given.astype(float), expected.astype(float), rtol=tolerance, atol=tolerance, equal_nan=True
    )
    if wrong.any():
        first = tuple(int(place) for place in np.argwhere(wrong)[0])
        raise Wrong(
            f"{where}, {wrong.sum()} of {wrong.size} elements are not right; the first is at {list(first)}"
        )


def expect_choice(given: Any, choices: Iterable[str], where: str) -> None:
    """One of the words; which one is not judged."""
    if attempted(given) not in (choices := tuple(choices)):
        raise Wrong(f"{where}, one of {', '.join(map(repr, choices))} was expected, not {given!r}")


def expect_keys(given: Any, keys: Iterable, where: str) -> dict:
    """A dictionary with exactly these keys and no placeholder; returns it."""
    if not isinstance(attempted(given), dict):
        raise Wrong(f"{where}, a dictionary was expected, not {_kind(given)}")
    if set(given) != set(keys := tuple(keys)):
        raise Wrong(f"{where}, the keys {list(keys)} were expected, not {list(given)}")
    for value in given.values():
        attempted(value)
    return given


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
