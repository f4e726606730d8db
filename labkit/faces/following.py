"""Following a face from frame to frame by sparse optical flow.

Design choices:
- corners over the whole face, in grey, in the face's window only, shrunk to one working size: the cost
  does not depend on the video's;
- a corner that goes its own way, off the fit, is dropped; following each back to its place as well
  (forward-backward error) cost a third of the flow and changed no measured figure;
- a similarity is fitted to each frame's step by reweighted least squares: a moving lip or brow goes
  another way than the head, and is outvoted. Fitting the steps proved better than fitting from the frame
  where the corners were chosen: an expression moves a brow little in one frame and much in thirty, and a
  consensus (RANSAC) then jumps from one set of corners to another. The slow drift that steps add up to
  is corrected by the tracker's readings;
- a fit is believed only while the straightened face looks like the one that a detector has seen.
"""

import math

import cv2
import numpy as np

from labkit.faces.alignment import align_face, halved
from labkit.faces.poses import IDENTITY, Pose, compose
from labkit.video import Frame

WORKING_SIDE = 72  # least pixels of a face's side in the working window, if the frame has them
REACH = 1.3  # side of the working window in faces
CORNERS = 40
FEWEST_CORNERS = 12
OFF_THE_FIT = 1.5  # working pixels off the fit at which a corner is dropped
FIT_ERROR = 0.3  # working pixels off the fit at which a corner keeps a quarter of its vote
LIKENESS = 0.5  # least correlation of the straightened face with the one last detected
_THUMBNAIL = 24
_COMPLEX = np.array([1, 1j])
_FLOW = {
    "winSize": (11, 11),
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03),
}


class Follower:
    """Follows the face at ``pose`` in ``frame``; ``motion`` maps that first frame onto the latest one."""

    def __init__(self, frame: Frame, pose: Pose) -> None:
        self.motion = IDENTITY
        self.pose = pose
        self.confirm(frame)

    def confirm(self, frame: Frame) -> None:
        """A detector sees the face in this frame, the last followed: this is how it looks now."""
        self._choose_corners(frame)
        self._seen = self._thumbnail(self.pose)

    def follow(self, frame: Frame) -> bool:
        """Take in the next frame; False when the face was not followed (``motion`` is then stale)."""
        step = self._step(frame)
        if step is None:
            return False
        pose = self.pose.moved_by(step)
        if not 0.8 < pose.side / self.pose.side < 1.25 or self._likeness(pose) < LIKENESS:
            return False
        self.pose, self.motion = pose, compose(step, self.motion)
        if len(self._points) < CORNERS / 2 or self._left_window(pose):
            self._choose_corners(frame)
        return True

    def _step(self, frame: Frame) -> np.ndarray | None:
        if len(self._points) < FEWEST_CORNERS:
            return None
        gray = self._cut(frame)
        old = self._points
        new, found, _ = cv2.calcOpticalFlowPyrLK(self._gray, gray, old, None, maxLevel=2, **_FLOW)
        found = found.ravel().astype(bool)
        start, stop = self._to_image(old[found]), self._to_image(new[found])
        step = fit_similarity(start, stop, self._error)
        if step is None:
            return None
        off = np.hypot(*(start @ step[:, :2].T + step[:, 2] - stop).T)
        kept = off < OFF_THE_FIT * self._shrink
        if kept.sum() < max(FEWEST_CORNERS, len(old) / 3):
            return None
        self._gray, self._points = gray, new[found][kept]
        return step

    def _choose_corners(self, frame: Frame) -> None:
        """New corners, in a new window about the face in the frame last followed."""
        pose = self.pose
        self._shrink = 2 ** max(0, int(math.log2(pose.side / WORKING_SIDE)))
        self._error = FIT_ERROR * self._shrink
        half = math.ceil(REACH * pose.side / 2 / self._shrink) * self._shrink
        self._corner = np.array([math.floor(pose.x) - half, math.floor(pose.y) - half])
        self._window, self._window_pose = 2 * half, pose
        self._gray = self._cut(frame)
        corners = cv2.goodFeaturesToTrack(self._gray, CORNERS, 0.01, 5, mask=self._oval(pose))
        self._points = np.empty((0, 2), np.float32) if corners is None else corners.reshape(-1, 2)

    def _left_window(self, pose: Pose) -> bool:
        old = self._window_pose
        moved = math.hypot(pose.x - old.x, pose.y - old.y)
        return moved > 0.15 * old.side or not 0.85 < pose.side / old.side < 1.18

    def _cut(self, frame: Frame) -> np.ndarray:
        """The working window: grey, halved to the working size, the frame's edge repeated outside of it."""
        (x, y), n = self._corner, self._window
        height, width = frame.pixels.shape[:2]
        outside = (max(0, -y), max(0, y + n - height), max(0, -x), max(0, x + n - width))
        gray = frame.in_gray(frame.pixels[max(0, y) : max(0, y + n), max(0, x) : max(0, x + n)])
        if any(outside):
            gray = cv2.copyMakeBorder(gray, *outside, cv2.BORDER_REPLICATE)
        for _ in range(int(math.log2(self._shrink))):  # halving is the fast case of averaging
            gray = halved(gray)
        return gray

    def _to_image(self, points: np.ndarray) -> np.ndarray:
        return (points + 0.5) * self._shrink - 0.5 + self._corner

    def _oval(self, pose: Pose) -> np.ndarray:
        n, side = len(self._gray), pose.side / self._shrink
        mask = np.zeros((n, n), np.uint8)
        cv2.ellipse(mask, ((n / 2, n / 2), (0.6 * side, 0.65 * side), pose.roll), 255, -1)
        return mask

    def _thumbnail(self, pose: Pose) -> np.ndarray:
        """The straightened face, tiny, with mean 0 and length 1."""
        x, y = (np.array([pose.x, pose.y]) - self._corner) / self._shrink
        side = pose.side / self._shrink
        box = Pose(float(x), float(y), side, pose.roll).box
        tiny = align_face(self._gray, box, pose.roll, _THUMBNAIL).astype(np.float32)
        tiny -= tiny.mean()
        return tiny / max(1e-6, float(np.linalg.norm(tiny)))

    def _likeness(self, pose: Pose) -> float:
        return float((self._thumbnail(pose) * self._seen).sum())


def fit_similarity(start: np.ndarray, stop: np.ndarray, error: float, rounds: int = 3) -> np.ndarray | None:
    """The similarity that carries most points of ``start`` (n, 2) to ``stop``, as a 2 × 3 matrix.

    With points as complex numbers a similarity is q = a·p + b: a line, fitted by least squares. Each
    round gives a point the weight 1 / (1 + (residual / ``error``)²)², so that outliers lose their vote.

    Returns:
        None when the points do not determine it (all in one place).
    """
    p, q = start @ _COMPLEX, stop @ _COMPLEX
    weights = np.ones(len(p))
    for _ in range(rounds):
        share = weights / weights.sum()
        from_center = p - share @ p
        spread = share @ np.abs(from_center) ** 2
        if not spread > 0:
            return None
        a = (share * from_center.conj()) @ q / spread
        b = share @ q - a * (share @ p)
        weights = 1 / (1 + (np.abs(a * p + b - q) / error) ** 2) ** 2
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
