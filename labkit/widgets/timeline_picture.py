"""The timeline's picture: the moment now, and the answer along the whole clip.

A pure function of a :class:`TimelineState`; the notebook, the widget and the tests share it. From top to
bottom: the frame, its aligned face, and the answer with a bar an emotion (which is also the legend); a strip
of faces, each above its own time; the smoothed probabilities as stacked bands; the answers as rows of
colours. A hatched stretch is one where no face was found.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from labkit.emotions import COLOURS
from labkit.widgets.canvas import (
    BLUE,
    FAINT,
    HATCH,
    MUTED,
    SCALE,
    Canvas,
    as_rgb,
    channels,
    readable_on,
    scaled_face,
    stripes,
)
from labkit.widgets.timeline_state import TimelineState

WIDTH, HEIGHT = 900, 576
_TOP, _PANEL, _SPACE = 36, 208, 18  # the panels' top and height, and what lies between two
_LEFT, _RIGHT = 84, 888  # of the time axis
_STRIP, _TILE, _TILE_STEP = 262, 58, 53  # the largest side of a face, the smallest step between two
_BANDS = (334, 464)  # top and bottom
_ROWS, _ROW, _ROW_STEP = 472, 17, 22
_TRACK = "#eef1f5"


def compose_timeline(state: TimelineState) -> np.ndarray:
    """The timeline's picture, (1152, 1800, 3) uint8 RGB."""
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_answer(canvas, state, _draw_panels(canvas, state))
    _draw_strip(canvas, state)
    _draw_bands(canvas, state)
    _draw_rows(canvas, state)
    _draw_axis(canvas, state)
    _draw_cursor(canvas, state)
    return canvas.pixels()


def _draw_panels(canvas: Canvas, state: TimelineState) -> float:
    """The frame and its face; returns where they end."""
    clip, at = state.clip, state.position
    width = canvas.text(0, 22, clip.title, size=15, bold=True)
    words = f"{clip.clock(at)}   moment {at + 1} of {len(clip.times)}"
    canvas.text(width + 10, 22, words, size=12, colour=MUTED)
    x = 0.0
    frame = clip.pictures[at] if clip.pictures is not None else None
    if frame is not None:
        width = min(360, round(_PANEL * frame.shape[1] / frame.shape[0]))
        canvas.picture(_filling(frame, width, _PANEL), x, _TOP, width, _PANEL)
        x += width + _SPACE
    if clip.found[at]:
        canvas.picture(as_rgb(clip.faces[at]), x, _TOP, _PANEL, _PANEL)
    else:
        canvas.hatch(x, _TOP, x + _PANEL, _TOP + _PANEL)
        middle = x + _PANEL / 2, _TOP + _PANEL / 2
        canvas.box(middle[0] - 62, middle[1] - 14, middle[0] + 62, middle[1] + 14, colour="white", radius=6)
        canvas.text(*middle, "no face found", size=13, colour=MUTED, anchor="mm")
    return x + _PANEL


def _draw_answer(canvas: Canvas, state: TimelineState, left: float) -> None:
    """The answer in words, and how it is made."""
    left += _SPACE + 8
    answer = state.answered[state.position]
    if answer:
        canvas.box(left, _TOP + 6, left + 20, _TOP + 26, colour=COLOURS[answer], radius=4)
        width = canvas.text(left + 30, _TOP + 26, answer, size=24, bold=True)
        share = state.smoothed[state.position].max()
        canvas.text(left + 42 + width, _TOP + 26, f"{share:.0%}", size=24, colour=MUTED)
    else:
        canvas.text(left, _TOP + 26, "No answer", size=24, bold=True, colour=MUTED)
    canvas.text(left, _TOP + 46, state.rule, size=12, colour=MUTED)
    _draw_bars(canvas, state, left, min(_RIGHT, left + 400))


def _draw_bars(canvas: Canvas, state: TimelineState, left: float, right: float) -> None:
    """A bar an emotion, which is the legend, too; a tick shows what the face alone gives."""
    clip, at = state.clip, state.position
    step = min(20, (_PANEL - 60) / len(clip.classes))
    start, end = left + 84, right - 44
    for number, emotion in enumerate(clip.classes):
        y, colour = _TOP + 62 + step * number, COLOURS[emotion]
        share, plain = state.smoothed[at][number], clip.probabilities[at][number]
        canvas.box(left, y + 1, left + 11, y + 12, colour=colour, radius=2)
        canvas.text(left + 17, y + 11, emotion, size=12, bold=emotion == state.answered[at])
        canvas.box(start, y + 1, end, y + 12, colour=_TRACK, radius=3)
        if np.isfinite(share):
            length = (end - start) * share
            canvas.box(start, y + 1, start + length, y + 12, colour=colour, radius=min(3, length / 2))
            canvas.text(right, y + 11, f"{share:.0%}", size=12, colour=MUTED, anchor="rs")
        if state.smoothing and np.isfinite(plain):
            x = start + (end - start) * plain
            canvas.line([(x, y - 1), (x, y + 14)], width=2)
    if state.smoothing and clip.found[at]:
        x = right - 8 - canvas.text(right, 22, "this face alone", size=11, colour=MUTED, anchor="rs")
        canvas.line([(x, 12), (x, 24)], width=2)


def _draw_strip(canvas: Canvas, state: TimelineState) -> None:
    """As many faces as fit, each from the middle of the time it stands for; the blue rim holds the cursor."""
    clip, (start, *_, end) = state.clip, state.clip.edges
    canvas.text(_LEFT - 10, _STRIP + _TILE / 2, "faces", size=11, colour=MUTED, anchor="rm")
    count = min(len(clip.times), (_RIGHT - _LEFT) // _TILE_STEP)
    step = (end - start) / count
    side = min(_TILE, round((_RIGHT - _LEFT) / count) - 3)
    shown = min(count - 1, int((clip.times[state.position] - start) / step))
    for tile in range(count):
        middle = start + step * (tile + 0.5)
        x, y = _x(state, middle) - side / 2, _STRIP + (_TILE - side) / 2
        if tile == shown:
            canvas.box(x - 3, y - 3, x + side + 3, y + side + 3, colour=BLUE, radius=3)
        moment = int(np.abs(clip.times - middle).argmin())
        if clip.found[moment]:
            canvas.picture(scaled_face(clip.faces[moment], side), x, y, side, side)
        else:
            canvas.hatch(x, y, x + side, y + side)


def _draw_bands(canvas: Canvas, state: TimelineState) -> None:
    top, bottom = _BANDS
    for share in (0, 0.5, 1):
        y = bottom - (bottom - top) * share
        canvas.text(_LEFT - 10, y, f"{share:.0%}", size=11, colour=MUTED, anchor="rm")
    canvas.picture(_bands(state, _RIGHT - _LEFT, bottom - top), _LEFT, top, _RIGHT - _LEFT, bottom - top)


def _bands(state: TimelineState, width: int, height: int) -> np.ndarray:
    """The stacked probabilities over time, (height × SCALE, width × SCALE, 3) uint8.

    Between two moments with an answer the bands run straight; beside a gap they stay level.
    """
    clip, edges = state.clip, state.clip.edges
    columns = np.linspace(edges[0], edges[-1], width * SCALE)
    nearest = np.clip(np.searchsorted(edges, columns) - 1, 0, len(clip.times) - 1)
    after = np.clip(np.searchsorted(clip.times, columns), 1, max(1, len(clip.times) - 1))
    before, after = after - 1, np.minimum(after, len(clip.times) - 1)
    step = np.maximum(clip.times[after] - clip.times[before], 1e-9)
    weight = np.clip((columns - clip.times[before]) / step, 0, 1)[:, None]
    straight = state.smoothed[before] * (1 - weight) + state.smoothed[after] * weight
    values = np.where(np.isnan(straight), state.smoothed[nearest], straight)  # (columns, K)

    tops = np.nan_to_num(values.cumsum(axis=1)[:, :-1])
    levels = 1 - (np.arange(height * SCALE) + 0.5) / (height * SCALE)
    number = np.zeros((len(levels), len(columns)), np.uint8)
    for top in tops.T:
        number += levels[:, None] > top
    colours = np.array([channels(COLOURS[emotion]) for emotion in clip.classes], np.uint8)
    bands = colours[number]
    hatch = stripes(width * SCALE, height * SCALE)
    unanswered = np.isnan(values[:, 0])
    bands[:, unanswered] = hatch[:, unanswered]
    held = ~clip.found[nearest] & ~unanswered  # an answer from the window, without a face: hatched in white
    light = (hatch[:, held, 0] == HATCH[0][0])[..., None]
    bands[:, held] = np.where(light, bands[:, held], bands[:, held] // 2 + 127)
    return bands


def _draw_rows(canvas: Canvas, state: TimelineState) -> None:
    rows = [("smoothed", state.answered)] if state.smoothing else []
    rows.append(("each face", state.plain))
    if state.clip.truth is not None:
        rows.append(("label", state.clip.truth))
    for number, (name, answers) in enumerate(rows):
        _draw_row(canvas, state, _ROWS + _ROW_STEP * number, name, answers)


def _draw_row(canvas: Canvas, state: TimelineState, y: float, name: str, answers: Sequence) -> None:
    """A stretch of colour for each run of one answer, with its name where there is room."""
    canvas.text(_LEFT - 10, y + _ROW / 2, name, size=11, colour=MUTED, anchor="rm")
    first = 0
    for answer, run in groupby(answers):
        last = first + len(list(run))
        x0, x1 = (_x(state, state.clip.edges[moment]) for moment in (first, last))
        first = last
        if not answer:
            canvas.hatch(x0, y, x1, y + _ROW)
            continue
        canvas.box(x0 + 0.5, y, x1 - 0.5, y + _ROW, colour=COLOURS[answer])
        if x1 - x0 > 7 * len(answer) + 8:
            colour = readable_on(COLOURS[answer])
            canvas.text((x0 + x1) / 2, y + _ROW / 2, answer, size=11, colour=colour, anchor="mm")


def _draw_axis(canvas: Canvas, state: TimelineState) -> None:
    y, (start, *_, end) = HEIGHT - 32, state.clip.edges
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
    step = next((step for step in steps if (end - start) / step <= 14), steps[-1])
    canvas.line([(_LEFT, y), (_RIGHT, y)], colour=FAINT)
    for time in np.arange(np.ceil(round(start / step, 6)), np.floor(end / step) + 1) * step:
        if time > -step / 2:
            canvas.line([(_x(state, time), y), (_x(state, time), y + 4)], colour=MUTED)
            canvas.text(_x(state, time), y + 18, f"{abs(time):g}", size=11, colour=MUTED, anchor="ms")
    canvas.text(_LEFT - 10, y + 18, "seconds", size=11, colour=MUTED, anchor="rs")


def _draw_cursor(canvas: Canvas, state: TimelineState) -> None:
    time, y = state.clip.times[state.position], HEIGHT - 32
    x = _x(state, time)
    canvas.line([(x, _BANDS[0] - 8), (x, y + 4)], colour="white", width=4)
    canvas.line([(x, _BANDS[0] - 8), (x, y + 4)], colour=BLUE, width=2)
    canvas.box(x - 25, y + 5, x + 25, y + 23, colour=BLUE, radius=5)
    canvas.text(x, y + 14, state.clip.clock(state.position), size=11, bold=True, colour="white", anchor="mm")


def _x(state: TimelineState, time: float) -> float:
    start, *_, end = state.clip.edges
    return _LEFT + (_RIGHT - _LEFT) * (time - start) / (end - start)


def _filling(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    """The middle of a frame that is too wide for ``width`` : ``height``."""
    keep = round(frame.shape[0] * width / height)
    left = max(0, (frame.shape[1] - keep) // 2)
    return frame[:, left : left + keep]
