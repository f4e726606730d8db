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

from labkit.faces.alignment import align_face
from labkit.faces.poses import IDENTITY, Pose, compose, scale_of

WORKING_SIDE = 128  # pixels of a face's side in the working window
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
            seeds, points, method=cv2.RANSAC, ransacReprojThreshold=FIT_ERROR / self._scale
        )
        if fit is None or inliers.sum() < max(FEWEST_CORNERS, 0.4 * len(points)) or not scale_of(fit) > 0:
            return None
        self._gray, self._seeds, self._points = gray, seeds, points
        return fit

    def _set_window(self, pose: Pose) -> None:
        half = REACH * pose.side / 2
        self._scale = WORKING_SIDE / pose.side
        self._corner = (math.floor(pose.x - half), math.floor(pose.y - half))
        self._window = math.ceil(2 * half)

    def _left_window(self, pose: Pose) -> bool:
        moved = math.hypot(pose.x - self._seed_pose.x, pose.y - self._seed_pose.y)
        return moved > 0.2 * pose.side or not 0.85 < pose.side / self._seed_pose.side < 1.18

    def _cut(self, image: np.ndarray) -> np.ndarray:
        (x, y), n = self._corner, self._window
        height, width = image.shape[:2]
        inside = image[max(0, y) : max(0, y + n), max(0, x) : max(0, x + n)]
        gray = cv2.cvtColor(inside, cv2.COLOR_RGB2GRAY) if inside.ndim == 3 else inside
        before_x, before_y = max(0, -x), max(0, -y)
        after_x, after_y = max(0, x + n - width), max(0, y + n - height)
        if before_x or before_y or after_x or after_y:
            gray = cv2.copyMakeBorder(gray, before_y, after_y, before_x, after_x, cv2.BORDER_REPLICATE)
        side = round(REACH * WORKING_SIDE)
        return cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA if n > side else cv2.INTER_LINEAR)

    def _to_window(self, points: np.ndarray) -> np.ndarray:
        scale = round(REACH * WORKING_SIDE) / self._window
        return ((points + 0.5 - self._corner) * scale - 0.5).astype(np.float32)

    def _to_image(self, points: np.ndarray) -> np.ndarray:
        scale = round(REACH * WORKING_SIDE) / self._window
        return (points + 0.5) / scale - 0.5 + self._corner

    def _mask(self, pose: Pose) -> np.ndarray:
        """The face's oval without its lower third, where the mouth and the jaw move."""
        side = round(REACH * WORKING_SIDE)
        mask = np.zeros((side, side), np.uint8)
        center = side / 2
        axes = (0.36 * WORKING_SIDE, 0.46 * WORKING_SIDE)
        cv2.ellipse(mask, ((center, center), (2 * axes[0], 2 * axes[1]), 0), 255, -1)
        mask[round(center + 0.16 * WORKING_SIDE) :] = 0
        turn = cv2.getRotationMatrix2D((center, center), -pose.roll, 1.0)
        return cv2.warpAffine(mask, turn, (side, side), flags=cv2.INTER_NEAREST)

    def _thumbnail(self, pose: Pose) -> np.ndarray:
        """The straightened face, tiny, with mean 0 and length 1."""
        x, y = self._to_window(np.array([[pose.x, pose.y]]))[0]
        local = Pose(float(x), float(y), pose.side * self._scale, pose.roll)
        tiny = align_face(self._gray, local.box, local.roll, _THUMBNAIL).astype(np.float32)
        tiny -= tiny.mean()
        return tiny / max(1e-6, float(np.linalg.norm(tiny)))

    def _unlike(self, pose: Pose) -> bool:
        return float((self._thumbnail(pose) * self._likeness).sum()) < LIKENESS
