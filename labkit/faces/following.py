"""Following a face from frame to frame by sparse optical flow.

Design choices:
- corners of the upper face and cheeks, not of the mouth: its movement is the signal, not the motion;
- grey, the face's window only, shrunk to one working size: the cost does not depend on the video's;
- corners are followed forward and back (a corner that does not return is dropped), and the motion is
  fitted from where they were *seeded*, so that errors do not add up from frame to frame;
- a similarity fitted by RANSAC: corners on a blinking eye or a hand are outvoted;
- a fit is believed only while the straightened face still looks like the one that was seeded.
"""

import math

import cv2
import numpy as np

from labkit.faces.alignment import align_face, halved
from labkit.faces.poses import IDENTITY, Pose, compose, scale_of

WORKING_SIDE = 100  # least pixels of a face's side in the working window, if the frame has them
REACH = 1.5  # side of the working window in faces
CORNERS = 60
FEWEST_CORNERS = 12
RETURN_ERROR = 0.7  # working pixels between a corner and its forward-backward image
FIT_ERROR = 1.5  # working pixels between a corner and the fit
LIKENESS = 0.5  # least correlation of the straightened face with the seeded one
_THUMBNAIL = 24
_FLOW = {
    "winSize": (15, 15),
    "maxLevel": 2,
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03),
}


class Follower:
    """Follows the face at ``pose`` in ``image``; ``motion`` maps that first frame onto the latest one."""

    def __init__(self, image: np.ndarray, pose: Pose) -> None:
        self.motion = IDENTITY
        self.pose = pose
        self._seed(image)
        self._likeness = self._thumbnail(pose)

    def confirm(self, image: np.ndarray) -> None:
        """A detector has seen the face in the frame last followed: this is how it looks now."""
        self._seed(image)
        self._likeness = self._thumbnail(self.pose)

    def _seed(self, image: np.ndarray) -> None:
        """Choose new corners on the face in the frame last followed."""
        pose = self.pose
        self._seed_pose, self._seed_motion = pose, self.motion
        self._set_window(pose)
        self._gray = self._cut(image)
        corners = cv2.goodFeaturesToTrack(self._gray, CORNERS, 0.01, 5, mask=self._mask(pose))
        found = np.empty((0, 2), np.float32) if corners is None else corners.reshape(-1, 2)
        self._points = self._seeds = self._to_image(found)

    def follow(self, image: np.ndarray) -> bool:
        """Take in the next frame; False when the face was not followed (``motion`` is then stale)."""
        fit = self._fit(image)
        if fit is None:
            return False
        pose = self._seed_pose.moved_by(fit)
        if not 0.8 < pose.side / self.pose.side < 1.25 or self._unlike(pose):
            return False
        self.pose, self.motion = pose, compose(fit, self._seed_motion)
        if len(self._points) < CORNERS / 2 or self._left_window(pose):
            self._seed(image)
        return True

    def _fit(self, image: np.ndarray) -> np.ndarray | None:
        if len(self._points) < FEWEST_CORNERS:
            return None
        gray = self._cut(image)
        old = self._to_window(self._points)
        new, forward, _ = cv2.calcOpticalFlowPyrLK(self._gray, gray, old, None, **_FLOW)
        back, backward, _ = cv2.calcOpticalFlowPyrLK(gray, self._gray, new, None, **_FLOW)
        kept = (forward & backward).ravel().astype(bool) & (np.hypot(*(back - old).T) < RETURN_ERROR)
        if kept.sum() < FEWEST_CORNERS:
            return None
        seeds, points = self._seeds[kept], self._to_image(new[kept])
        fit, inliers = cv2.estimateAffinePartial2D(
            seeds, points, method=cv2.RANSAC, ransacReprojThreshold=FIT_ERROR * self._shrink
        )
        if fit is None or inliers.sum() < max(FEWEST_CORNERS, 0.4 * len(points)) or not scale_of(fit) > 0:
            return None
        self._gray, self._seeds, self._points = gray, seeds, points
        return fit

    def _set_window(self, pose: Pose) -> None:
        """A window about the face, a whole number of blocks wide, that is halved to the working size."""
        self._shrink = 2 ** max(0, int(math.log2(pose.side / WORKING_SIDE)))
        half = math.ceil(REACH * pose.side / 2 / self._shrink) * self._shrink
        self._corner = np.array([math.floor(pose.x) - half, math.floor(pose.y) - half])
        self._window = 2 * half

    def _left_window(self, pose: Pose) -> bool:
        moved = math.hypot(pose.x - self._seed_pose.x, pose.y - self._seed_pose.y)
        return moved > 0.2 * pose.side or not 0.85 < pose.side / self._seed_pose.side < 1.18

    def _cut(self, image: np.ndarray) -> np.ndarray:
        (x, y), n = self._corner, self._window
        height, width = image.shape[:2]
        gray = cv2.cvtColor(image[max(0, y) : max(0, y + n), max(0, x) : max(0, x + n)], cv2.COLOR_RGB2GRAY)
        outside = (max(0, -y), max(0, y + n - height), max(0, -x), max(0, x + n - width))
        if any(outside):
            gray = cv2.copyMakeBorder(gray, *outside, cv2.BORDER_REPLICATE)
        for _ in range(int(math.log2(self._shrink))):
            gray = halved(gray)
        return gray

    def _to_window(self, points: np.ndarray) -> np.ndarray:
        return ((points + 0.5 - self._corner) / self._shrink - 0.5).astype(np.float32)

    def _to_image(self, points: np.ndarray) -> np.ndarray:
        return (points + 0.5) * self._shrink - 0.5 + self._corner

    def _mask(self, pose: Pose) -> np.ndarray:
        """The face's oval without its lower third, where the mouth and the jaw move."""
        n, side = len(self._gray), pose.side / self._shrink
        mask = np.zeros((n, n), np.uint8)
        cv2.ellipse(mask, ((n / 2, n / 2), (0.72 * side, 0.92 * side), 0), 255, -1)
        mask[round(n / 2 + 0.16 * side) :] = 0
        turn = cv2.getRotationMatrix2D((n / 2, n / 2), -pose.roll, 1.0)
        return cv2.warpAffine(mask, turn, (n, n), flags=cv2.INTER_NEAREST)

    def _thumbnail(self, pose: Pose) -> np.ndarray:
        """The straightened face, tiny, with mean 0 and length 1."""
        x, y = self._to_window(np.array([[pose.x, pose.y]]))[0]
        local = Pose(float(x), float(y), pose.side / self._shrink, pose.roll)
        tiny = align_face(self._gray, local.box, local.roll, _THUMBNAIL).astype(np.float32)
        tiny -= tiny.mean()
        return tiny / max(1e-6, float(np.linalg.norm(tiny)))

    def _unlike(self, pose: Pose) -> bool:
        return float((self._thumbnail(pose) * self._likeness).sum()) < LIKENESS
