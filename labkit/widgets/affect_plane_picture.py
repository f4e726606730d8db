"""The affect plane's picture: the face now, its place in the valence–arousal plane, and the whole clip below.

A pure function of an :class:`AffectState`; the notebook, the widget and the tests share it. The prediction is
a blue point, the label a dark ring, each with a trail of the last seconds; the prediction before smoothing is
pale. Predictions outside [-1, 1] are drawn on the edge. Moments that do not count are hatched.
"""

from functools import lru_cache

import numpy as np

from labkit.affect import PLACES, SOURCE, word_for
from labkit.emotions import COLOURS
from labkit.evaluation.agreement import AFFECT
from labkit.widgets.affect_plane_state import AffectClip, AffectState
from labkit.widgets.canvas import BLUE, FAINT, INK, MUTED, SCALE, Canvas, as_rgb, channels, mixed

WIDTH, HEIGHT = 900, 600
_TOP, _SIDE = 38, 300  # of the face and of the plane
_PLANE = 322  # the plane's left side
_WORDS = 646  # the words' left side
_LEFT, _RIGHT = 70, 888  # of the time axis
_CURVES, _CURVE, _CURVE_STEP = 372, 88, 100  # the first curve's top, a curve's height, the step to the next
_AXIS = _CURVES + _CURVE_STEP + _CURVE + 6
_PALE = "#9dbfe0"
_SPREAD = 0.34  # how far a word's colour reaches in the plane
_DENSE = 1600  # points of a curve, at most: more than the screen has


def compose_affect(state: AffectState) -> np.ndarray:
    """The affect plane's picture, (1200, 1800, 3) uint8 RGB."""
    canvas = Canvas(WIDTH, HEIGHT)
    still = _still(state.clip, state.name, state.window if state.smoothing else 0.0, state.way)
    canvas.picture(still, 0, 0, WIDTH, HEIGHT)
    _draw_face(canvas, state)
    _draw_points(canvas, state)
    _draw_words(canvas, state)
    _draw_cursor(canvas, state)
    return canvas.pixels()


def _draw_face(canvas: Canvas, state: AffectState) -> None:
    picture = state.clip.pictures[state.position]
    width = canvas.text(0, 22, state.clip.title, size=15, bold=True)
    words = f"{state.clip.clock(state.position)}   moment {state.position + 1} of {len(state.clip.times)}"
    canvas.text(width + 10, 22, words, size=12, colour=MUTED)
    if picture is None:
        canvas.hatch(0, _TOP, _SIDE, _TOP + _SIDE)
        middle = _SIDE / 2, _TOP + _SIDE / 2
        canvas.box(middle[0] - 62, middle[1] - 14, middle[0] + 62, middle[1] + 14, colour="white", radius=6)
        canvas.text(*middle, "no picture", size=13, colour=MUTED, anchor="mm")
        return
    height, width = picture.shape[:2]
    share = _SIDE / max(height, width)
    wide, high = max(1, round(width * share)), max(1, round(height * share))
    canvas.picture(as_rgb(picture), (_SIDE - wide) / 2, _TOP + (_SIDE - high) / 2, wide, high)


def _draw_points(canvas: Canvas, state: AffectState) -> None:
    """The trails and points of the label, the prediction before smoothing, and the prediction."""
    at, recent = state.position, state.recent
    _draw_trail(canvas, state.clip.labels[recent], INK)
    _draw_trail(canvas, state.smoothed[recent], BLUE)
    if state.smoothing and np.isfinite(state.plain[at, 0]):
        canvas.dot(*_place(state.plain[at]), 4, colour=_PALE)
    if np.isfinite(state.clip.labels[at, 0]):
        _draw_ring(canvas, *_place(state.clip.labels[at]))
    if np.isfinite(state.smoothed[at, 0]):
        canvas.dot(*_place(state.smoothed[at]), 6, colour=BLUE)


def _draw_trail(canvas: Canvas, points: np.ndarray, colour: str) -> None:
    """A line that fades towards its older end; broken where a moment has no value."""
    shares = np.linspace(0.2, 1, max(1, len(points) - 1))
    for start, end, share in zip(points[:-1], points[1:], shares, strict=False):
        if np.isfinite([start, end]).all():
            canvas.line([_place(start), _place(end)], colour=mixed(colour, "#ffffff", share), width=2)


def _draw_ring(canvas: Canvas, x: float, y: float) -> None:
    canvas.dot(x, y, 7, colour=INK)
    canvas.dot(x, y, 3, colour="white")


def _draw_words(canvas: Canvas, state: AffectState) -> None:
    """The word of the point, the numbers, and how well the clip's labels are met."""
    at = state.position
    word = word_for(*state.smoothed[at])
    if word:
        canvas.box(_WORDS, _TOP + 6, _WORDS + 20, _TOP + 26, colour=COLOURS[word], radius=4)
        canvas.text(_WORDS + 30, _TOP + 26, word, size=24, bold=True)
    else:
        canvas.text(_WORDS, _TOP + 26, "No answer", size=24, bold=True, colour=MUTED)
    rule = f"{state.name}, {state.rule}"
    canvas.paragraph(_WORDS, _TOP + 46, rule, _RIGHT - _WORDS, size=12, colour=MUTED)
    rows = [("prediction", BLUE, state.smoothed[at])]
    if state.smoothing:
        rows.append(("before smoothing", _PALE, state.plain[at]))
    rows.append(("label", INK, state.clip.labels[at]))
    _draw_table(canvas, _TOP + 88, "now", rows)
    agreement = [(name, None, row) for name, row in state.agreement.items()]
    _draw_table(canvas, _TOP + 182, "CCC, this clip", agreement)
    canvas.paragraph(_WORDS, _TOP + 264, f"Places of the words: {SOURCE}.", 240, size=10, colour=MUTED)


def _draw_table(canvas: Canvas, y: float, title: str, rows: list) -> None:
    """Two columns of numbers under a title; a row: its name, its point's colour (or None), its values."""
    columns = (_WORDS + 180, _WORDS + 240)
    canvas.text(_WORDS, y, title, size=11, colour=MUTED)
    for x, side in zip(columns, AFFECT, strict=True):
        canvas.text(x, y, side, size=11, colour=MUTED, anchor="rs")
    canvas.line([(_WORDS, y + 5), (columns[-1], y + 5)], colour=FAINT)
    for number, (name, colour, values) in enumerate(rows):
        line = y + 22 + 20 * number
        if colour == INK:
            _draw_ring(canvas, _WORDS + 7, line - 4)
        elif colour:
            canvas.dot(_WORDS + 7, line - 4, 6 if colour == BLUE else 4, colour=colour)
        canvas.text(_WORDS + (20 if colour else 0), line, name, size=12)
        for x, value in zip(columns, values, strict=True):
            words = f"{value:.2f}".replace("-", "−") if np.isfinite(value) else "–"
            canvas.text(x, line, words, size=12, bold=colour == BLUE, anchor="rs")


def _draw_cursor(canvas: Canvas, state: AffectState) -> None:
    x = _x(state.clip, state.clip.times[state.position])
    canvas.line([(x, _CURVES - 6), (x, _AXIS + 4)], colour=BLUE, width=1.5)
    for side in range(2):
        if np.isfinite(state.smoothed[state.position, side]):
            canvas.dot(x, _y(side, state.smoothed[state.position, side]), 3, colour=BLUE)
    canvas.box(x - 25, _AXIS + 5, x + 25, _AXIS + 23, colour=BLUE, radius=5)
    words = state.clip.clock(state.position)
    canvas.text(x, _AXIS + 14, words, size=11, bold=True, colour="white", anchor="mm")


@lru_cache(maxsize=4)
def _still(clip: AffectClip, name: str, window: float, way: str) -> np.ndarray:
    """All that does not move with the time: the empty plane, the curves and their axis."""
    state = AffectState(clip, prediction=name, window=window, way=way)
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_plane(canvas)
    for side in range(2):
        _draw_curve(canvas, state, side)
    _draw_axis(canvas, clip)
    if state.gaps.any():
        words = "no prediction" if clip.truth is None else "no label or no prediction: not counted"
        start = _RIGHT - canvas.text(_RIGHT, _CURVES - 8, words, size=11, colour=MUTED, anchor="rs")
        canvas.hatch(start - 28, _CURVES - 18, start - 6, _CURVES - 7)
    return canvas.pixels()


def _draw_plane(canvas: Canvas) -> None:
    canvas.picture(_regions(), _PLANE, _TOP, _SIDE, _SIDE)
    (left, bottom), (right, top), (middle, centre) = map(_place, ((-1, -1), (1, 1), (0, 0)))
    for corner in ([(left, centre), (right, centre)], [(middle, top), (middle, bottom)]):
        canvas.line(corner, colour="white", width=1.5)
    for word, place in PLACES.items():
        x, y = _place(place)
        y += 10 if word == "neutral" else 0  # clear of the axis
        canvas.text(x, y, word, size=12, colour=mixed(COLOURS[word], INK, 0.55), anchor="mm")
    canvas.text(right - 4, centre - 5, "valence +1", size=10, colour=MUTED, anchor="rs")
    canvas.text(left + 4, centre - 5, "−1", size=10, colour=MUTED)
    canvas.text(middle + 5, top + 13, "arousal +1", size=10, colour=MUTED)
    canvas.text(middle + 5, bottom - 5, "−1", size=10, colour=MUTED)


def _draw_curve(canvas: Canvas, state: AffectState, side: int) -> None:
    """Valence or arousal along the clip: the label, and the prediction before and after smoothing."""
    clip, top, bottom = state.clip, _y(side, 1), _y(side, -1)
    canvas.box(_LEFT, top, _RIGHT, bottom, colour="#f6f7f9")
    for first, last in _runs(state.gaps):
        x0, x1 = (_x(clip, clip.edges[moment]) for moment in (first, last))
        canvas.hatch(x0, top, max(x1, x0 + 1), bottom)
    canvas.line([(_LEFT, _y(side, 0)), (_RIGHT, _y(side, 0))], colour=FAINT)
    canvas.text(_LEFT - 8, _y(side, 0), AFFECT[side], size=12, anchor="rm")
    for words, value in (("+1", 0.86), ("−1", -0.86)):
        canvas.text(_LEFT - 8, _y(side, value), words, size=10, colour=MUTED, anchor="rm")
    if state.smoothing:
        _draw_track(canvas, clip, side, state.plain, _PALE, 1)
    _draw_track(canvas, clip, side, clip.labels, INK, 1.5)
    _draw_track(canvas, clip, side, state.smoothed, BLUE, 2)


def _draw_track(
    canvas: Canvas, clip: AffectClip, side: int, track: np.ndarray, colour: str, width: float
) -> None:
    step = -(-len(track) // _DENSE)
    times, values = clip.times[::step], track[::step, side]
    for first, last in _runs(np.isfinite(values)):
        points = [(_x(clip, times[moment]), _y(side, values[moment])) for moment in range(first, last)]
        if len(points) == 1:
            canvas.dot(*points[0], 1, colour=colour)
        else:
            canvas.line(points, colour=colour, width=width)


def _draw_axis(canvas: Canvas, clip: AffectClip) -> None:
    start, end = clip.edges[0], clip.edges[-1]
    step = next(
        (s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300) if (end - start) / s <= 14), 600
    )
    canvas.line([(_LEFT, _AXIS), (_RIGHT, _AXIS)], colour=FAINT)
    for time in np.arange(np.ceil(round(start / step, 6)), np.floor(end / step) + 1) * step:
        canvas.line([(_x(clip, time), _AXIS), (_x(clip, time), _AXIS + 4)], colour=MUTED)
        canvas.text(_x(clip, time), _AXIS + 18, f"{abs(time):g}", size=11, colour=MUTED, anchor="ms")
    canvas.text(_LEFT - 8, _AXIS + 18, "seconds", size=11, colour=MUTED, anchor="rs")


def _place(point: np.ndarray | tuple[float, float]) -> tuple[float, float]:
    """Where a point (valence, arousal) lies on the screen."""
    valence, arousal = np.clip(point, -1, 1)
    return _PLANE + _SIDE * (1 + valence) / 2, _TOP + _SIDE * (1 - arousal) / 2


def _x(clip: AffectClip, time: float) -> float:
    start, end = clip.edges[0], clip.edges[-1]
    return _LEFT + (_RIGHT - _LEFT) * (time - start) / (end - start)


def _y(side: int, value: float) -> float:
    return _CURVES + _CURVE_STEP * side + _CURVE * (1 - np.clip(value, -1, 1)) / 2


def _runs(marks: np.ndarray) -> list[tuple[int, int]]:
    """Where the stretches of True begin and end."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(int)))
    return [(int(first), int(last)) for first, last in changes.reshape(-1, 2)]


@lru_cache
def _regions() -> np.ndarray:
    """The plane coloured by its words: strongest at a word's place, white far from all of them."""
    size = _SIDE * SCALE
    grid = np.linspace(-1, 1, size)
    valence, arousal = np.meshgrid(grid, -grid)
    weights = np.stack(
        [np.exp(-((valence - v) ** 2 + (arousal - a) ** 2) / (2 * _SPREAD**2)) for v, a in PLACES.values()]
    )
    colours = np.array([channels(COLOURS[word]) for word in PLACES], float)
    blend = np.einsum("khw,kc->hwc", weights / weights.sum(axis=0), colours)
    depth = 0.12 + 0.4 * weights.max(axis=0)[..., None]
    return (255 + (blend - 255) * depth).astype(np.uint8)
