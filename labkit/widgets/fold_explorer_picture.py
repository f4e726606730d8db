"""The fold explorer's picture: one clip's frames, what each says, and what the clip says.

A pure function of a :class:`FoldState`; the notebook, the widget and the tests share it. At the top two
frames stand large: for a mistake, the frame most for the answer beside the one most for the truth; else the
surest frame beside the least sure. Below, under each frame of the clip, a column of its probabilities in per
cent, as deep in the class's colour as they are high; a frame's own answer has a dark rim, and the clip's
answer stands at the right. Numbers and places tell everything that colours do.
"""

import numpy as np

from labkit.emotions import COLOURS
from labkit.widgets.canvas import BLUE, INK, MUTED, Canvas, mixed, readable_on, scaled_face
from labkit.widgets.fold_explorer_state import FoldState

WIDTH, HEIGHT = 900, 470
_TOP, _PANEL, _SPACE = 36, 150, 18  # the two frames' top and side, and what lies between
_LEFT, _RIGHT = 88, 784  # of the strip
_STRIP, _ROWS, _ROW = 226, 302, 22  # tops of the strip and of the rows, a row's height
_CLIP, _CLIP_WIDTH = 794, 46  # the clip's column
_NAMED = 0.05  # a lower probability is not written out


def compose_fold(state: FoldState) -> np.ndarray:
    """The fold explorer's picture, (940, 1800, 3) uint8 RGB."""
    canvas = Canvas(WIDTH, HEIGHT)
    if state.row is None:
        _draw_nothing(canvas, state)
        return canvas.pixels()
    faces = state.held_out.faces[state.row]
    frames = _telling_frames(state)
    _draw_panels(canvas, state, faces, frames)
    _draw_answer(canvas, state)
    _draw_strip(canvas, state, faces, [frame for frame, _ in frames])
    _draw_rows(canvas, state)
    return canvas.pixels()


def _draw_nothing(canvas: Canvas, state: FoldState) -> None:
    canvas.hatch(0, _TOP, WIDTH, HEIGHT - 20)
    middle, wide = (WIDTH / 2, HEIGHT / 2), 250
    canvas.box(middle[0] - wide, middle[1] - 30, middle[0] + wide, middle[1] + 30, colour="white", radius=6)
    canvas.text(middle[0], middle[1] - 10, "No clip matches", size=15, bold=True, anchor="mm")
    canvas.text(middle[0], middle[1] + 12, state.selection, size=12, colour=MUTED, anchor="mm")


def _telling_frames(state: FoldState) -> list[tuple[int, int]]:
    """Two frames worth a look, and the number of the class of which each tells; one where they are one."""
    frames, true, said = _shown(state)
    surest = (int(frames[:, said].argmax()), said)
    if true == said:
        other = (int(frames[:, said].argmin()), said)
    else:
        other = (int(frames[:, true].argmax()), true)
    return [surest] if surest == other else [surest, other]


def _draw_panels(canvas: Canvas, state: FoldState, faces: np.ndarray, telling: list) -> None:
    frames, true, said = _shown(state)
    width = canvas.text(0, 22, state.name, size=15, bold=True)
    place = (
        f"{state.position + 1} of {len(state.matching)}   {state.held_out.title}, {state.held_out.data} data"
    )
    canvas.text(width + 12, 22, place, size=12, colour=MUTED)
    words = ("most", "least" if true == said else "most")
    for number, ((frame, emotion), word) in enumerate(zip(telling, words, strict=False)):
        x, name = number * (_PANEL + _SPACE), state.held_out.classes[emotion]
        canvas.picture(scaled_face(faces[frame], _PANEL), x, _TOP, _PANEL, _PANEL)
        words_below = f"{word} {name}: {frames[frame, emotion]:.0%}, frame {frame + 1}"
        canvas.text(x, _TOP + _PANEL + 15, words_below, size=10.5, colour=MUTED)


def _draw_answer(canvas: Canvas, state: FoldState) -> None:
    """The true class, the clip's answer, and how the frames would vote, in words."""
    held_out, (_, true, said) = state.held_out, _shown(state)
    left = 2 * (_PANEL + _SPACE) + 14
    rows = (("true class", true, ""), ("answer", said, f"{held_out.answers[state.row, said]:.0%}"))
    for number, (title, emotion, share) in enumerate(rows):
        y, name = _TOP + 12 + 52 * number, held_out.classes[emotion]
        canvas.text(left, y, title, size=11, colour=MUTED)
        canvas.box(left, y + 10, left + 20, y + 30, colour=COLOURS[name], radius=4)
        width = canvas.text(left + 30, y + 29, name, size=22, bold=True)
        canvas.text(left + 42 + width, y + 29, share, size=22, colour=MUTED)
    verdict = (
        "Right." if true == said else f"Wrong: {held_out.classes[true]} taken for {held_out.classes[said]}."
    )
    canvas.text(left, _TOP + 122, verdict, size=13, bold=True)
    votes = ", ".join(f"{count} {emotion}" for emotion, count in state.votes.items())
    canvas.paragraph(left, _TOP + 141, f"Frames, each alone: {votes}.", WIDTH - left, size=12, colour=MUTED)


def _draw_strip(canvas: Canvas, state: FoldState, faces: np.ndarray, large: list[int]) -> None:
    """All frames in their order; those that stand large above have a blue rim."""
    step = (_RIGHT - _LEFT) / len(faces)
    side = min(42, round(step) - 2)
    canvas.text(_LEFT - 10, _STRIP + side / 2, "frames", size=11, colour=MUTED, anchor="rm")
    for number, face in enumerate(faces):
        x = _LEFT + step * number
        if number in large:
            canvas.box(x - 2, _STRIP - 2, x + side + 2, _STRIP + side + 2, colour=BLUE, radius=2)
        canvas.picture(scaled_face(face, side), x, _STRIP, side, side)
        canvas.text(x + side / 2, _ROWS - 8, str(number + 1), size=10, colour=MUTED, anchor="ms")
    canvas.text(_CLIP + _CLIP_WIDTH / 2, _ROWS - 8, "clip", size=11, bold=True, anchor="ms")


def _draw_rows(canvas: Canvas, state: FoldState) -> None:
    """A row a class: each frame's probability, and the clip's at the right."""
    held_out, (frames, true, said) = state.held_out, _shown(state)
    step = (_RIGHT - _LEFT) / len(frames)
    for number, name in enumerate(held_out.classes):
        y = _ROWS + _ROW * number
        canvas.box(0, y + 5, 11, y + 16, colour=COLOURS[name], radius=2)
        canvas.text(17, y + _ROW / 2, name, size=12, bold=number in (true, said), anchor="lm")
        for frame, row in enumerate(frames):
            cell = _LEFT + step * frame, y, step - 2
            _draw_cell(canvas, cell, name, row[number], row.argmax() == number)
        answer = held_out.answers[state.row, number]
        _draw_cell(canvas, (_CLIP, y, _CLIP_WIDTH), name, answer, number == said)
        mark = {true: "true", said: "answer"} if true != said else {true: "right"}
        canvas.text(
            _CLIP + _CLIP_WIDTH + 6, y + _ROW / 2, mark.get(number, ""), size=11, bold=True, anchor="lm"
        )
    canvas.text(
        _RIGHT - 2, _ROWS + _ROW * len(held_out.classes) + 12, "per cent", size=10, colour=MUTED, anchor="rs"
    )


def _draw_cell(
    canvas: Canvas, place: tuple[float, float, float], emotion: str, share: float, chosen: bool
) -> None:
    """A probability at (x, y, width); with a dark rim where it is the highest of its column."""
    (x, y, width), ground = place, mixed(COLOURS[emotion], "#f6f7f9", float(share))
    if chosen:
        canvas.box(x, y, x + width, y + _ROW - 2, colour=INK)
    rim = 1.5 * chosen
    canvas.box(x + rim, y + rim, x + width - rim, y + _ROW - 2 - rim, colour=ground)
    if share >= _NAMED:
        colour = readable_on(ground)
        words = f"{100 * share:.0f}"
        canvas.text(x + width / 2, y + _ROW / 2 - 1, words, size=11, bold=chosen, colour=colour, anchor="mm")


def _shown(state: FoldState) -> tuple[np.ndarray, int, int]:
    """The shown clip's frames (F, K), its true class and its answer."""
    held_out, row = state.held_out, state.row
    return held_out.probabilities[row], int(held_out.true[row]), int(held_out.said[row])
