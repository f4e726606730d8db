"""Where the head's points appear in the frame.

The head is turned about the neck in the picture's plane (roll), shifted and
scaled exactly. Turns out of the plane (yaw, pitch) use the height map: a point
that stands closer to the camera moves further. That is exact for small angles,
as long as nothing comes to hide anything else.
"""

from dataclasses import dataclass

import numpy as np

from labkit.synthetic.performance import Performance
from labkit.synthetic.scene import Scene

NECK = np.array((0.0, 70.0))  # the point, in the head's millimetres, that a roll leaves in place
DEPTH_OF_AXIS = 38.0  # height, in millimetres, of the axes of yaw and pitch


@dataclass(frozen=True)
class Pose:
    """A head's place in one frame: after turns out of the plane, pixels = matrix @ millimetres + offset."""

    matrix: np.ndarray  # (2, 2)
    offset: np.ndarray  # (2,)
    yaw: float  # radians
    pitch: float  # radians

    @classmethod
    def of(cls, performance: Performance, scene: Scene, frame: int) -> "Pose":
        """The pose of one frame of a performance in a scene."""
        roll = np.deg2rad(performance.roll[frame])
        scale = scene.scale * performance.nearness[frame]
        turn = scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        origin = np.array(scene.centre) + scene.scale * performance.shift[frame]
        return cls(
            matrix=turn,
            offset=origin + scale * NECK - turn @ NECK,
            yaw=float(np.deg2rad(performance.yaw[frame])),
            pitch=float(np.deg2rad(performance.pitch[frame])),
        )

    def project(self, points: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """Frame pixels (N, 2) of head points (N, 2), which stand ``heights`` (N,) above the axes; mm."""
        x = (points[:, 0] + heights * np.tan(self.yaw)) * np.cos(self.yaw)
        y = (points[:, 1] + heights * np.tan(self.pitch)) * np.cos(self.pitch)
        return np.stack([x, y], axis=1) @ self.matrix.T + self.offset

    def plane(self, columns: slice, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Millimetres x and y, before turns out of the plane, of a rectangle of frame pixels; float32."""
        inverse = np.linalg.inv(self.matrix).astype(np.float32)
        right = np.arange(columns.start, columns.stop, dtype=np.float32) + np.float32(0.5 - self.offset[0])
        down = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(0.5 - self.offset[1])
        x = inverse[0, 0] * right + inverse[0, 1] * down
        y = inverse[1, 0] * right + inverse[1, 1] * down
        return x, y
