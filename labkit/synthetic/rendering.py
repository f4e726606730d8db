"""From a clip to its frames: skin, light, mouth, eyes, hair; then background, body and head in one picture.

Only the face moves by itself, so only its window is drawn anew in every frame;
the lit head around it, the background, the body and the camera's noise are drawn
once a clip.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.backgrounds import draw_background
from labkit.synthetic.body import draw_body
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.pose import DEPTH_OF_AXIS, Pose
from labkit.synthetic.rig import Rig
from labkit.synthetic.shading import shade

# Stored with every world: raise it when a change here or below alters the pictures.
VERSION = 3
NOISE_MARGIN = 96  # pixels by which the one field of camera noise is shifted about from frame to frame


class ClipRenderer:
    """Renders the frames of one clip in any order. A ``rig`` of the person saves building one."""

    def __init__(self, clip: Clip, rig: Rig | None = None):
        self.clip, self.scene, self.performance = clip, clip.scene, clip.performance
        self.rig = rig or Rig(clip.person, clip.size[1])
        self._background = draw_background(self.scene, clip.random(2))
        self._body = draw_body(self.scene, clip.person, clip.random(3))
        self._body_top = max(0, int(self.scene.centre[1] + 30 * self.scene.scale))
        self._noise = _camera_noise(self.scene.size, self.scene.noise, clip.random(4))
        self._light_the_hair()
        self._head = self._resting_head()

    def frames(self) -> Iterator[np.ndarray]:
        """All frames in order, RGB uint8 (height, width, 3)."""
        return (self.frame(index) for index in range(self.clip.frames))

    def frame(self, index: int) -> np.ndarray:
        """Frame ``index``, RGB uint8 (height, width, 3)."""
        self._draw_face(index)
        picture = self._compose(index)
        if self.scene.blur > 0.3:
            picture = cv2.GaussianBlur(picture, (0, 0), self.scene.blur)
        width, height = self.scene.size
        row, column = (index * 37 + 11) % NOISE_MARGIN, (index * 59 + 23) % NOISE_MARGIN
        return cv2.add(picture, self._noise[row : row + height, column : column + width], dtype=cv2.CV_8U)

    def _light_the_hair(self) -> None:
        """Lit hair and glasses as one layer over face and head: colour x opacity, and 1 - opacity."""
        scene, hair, canvas = self.scene, self.rig.hair, self.rig.canvas
        side = 0.5 + 1.1 * (canvas.X / 80) * float(scene.light[0]) - 0.3 * (canvas.Y + 60) / 100
        lit = (0.72 + 0.35 * np.clip(side, 0, 1.1))[..., None] * hair.colour
        tint = np.float32(scene.exposure) * scene.tint
        lit = np.clip((lit + 0.8 * scene.diffuse * hair.gloss[..., None]) * tint, 0, 255)
        glasses_opacity, glasses_colour = self.rig.glasses
        under_hair = ((1 - hair.front) * glasses_opacity)[..., None]
        self._over = (hair.front[..., None] * lit + under_hair * glasses_colour * tint).astype(np.float32)
        self._under = np.repeat(1 - hair.front[..., None] - under_hair, 3, axis=2).astype(np.float32)
        self._hair_opacity = (255 * hair.front).astype(np.uint8)
        self._back = None
        if hair.back is not None:
            back = np.clip(0.62 * hair.colour * tint, 0, 255)
            self._back = np.dstack([back, 255 * hair.back]).astype(np.uint8)

    def _resting_head(self) -> np.ndarray:
        """The whole head, RGBA uint8; its face is replaced in every frame."""
        rig = self.rig
        colour = np.ascontiguousarray(rig.colour[..., :3], dtype=np.float32)
        lit = shade(colour, rig.height, rig.canvas.scale, self.scene, rig.hair.shadow)
        return self._under_hair(lit, rig.colour[..., 3], np.s_[:, :])

    def _draw_face(self, index: int) -> None:
        """Draw one frame's face into its window of the head."""
        rig, scene, window = self.rig, self.scene, self.rig.face_window
        units = self.performance.units[index]
        au = dict(zip(ACTION_UNITS, units.tolist(), strict=True))
        columns, rows = rig.deformation.source(units)
        skin = cv2.remap(rig.colour[window], columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        height = cv2.remap(
            rig.height[window], columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        height += rig.deformation.relief(units)
        colour = skin[..., :3].astype(np.float32)
        mouth = rig.mouth.lay(au) if self.clip.draw_mouth else None
        if mouth:
            mouth.colour_and_raise(colour, height)
        picture = shade(colour, height, rig.canvas.scale, scene, rig.hair.shadow[window])
        if mouth:
            mouth.finish(picture, scene.brightness, scene.light)
        if self.clip.draw_eyes:
            blink, gaze = float(self.performance.blink[index]), self.performance.gaze[index]
            rig.eyes.paint(picture, au, blink, gaze, scene.brightness, scene.light)
        self._head[window] = self._under_hair(picture, skin[..., 3], window)

    def _under_hair(
        self, picture: np.ndarray, opacity: np.ndarray, window: tuple[slice, slice]
    ) -> np.ndarray:
        """Lay hair and glasses on lit skin; RGBA uint8. Only hair reaches beyond the head's own outline."""
        picture *= self._under[window]
        picture += self._over[window]
        opaque = cv2.max(np.ascontiguousarray(opacity), self._hair_opacity[window])
        return cv2.merge([*cv2.split(np.clip(picture, 0, 255).astype(np.uint8)), opaque])

    def _compose(self, index: int) -> np.ndarray:
        """Background, hair behind, body, head."""
        frame = self._background.copy()
        pose = Pose.of(self.performance, self.scene, index)
        rows, columns = self._head_rectangle(pose)
        x, y = pose.plane(columns, rows)
        target = frame[rows, columns]
        if self._back is not None:
            _lay(target, self._sample(self._back, x, y))
        self._lay_body(frame, index)
        depth = self._sample(self.rig.depth, x, y, outside=-DEPTH_OF_AXIS)
        x = x * np.float32(1 / np.cos(pose.yaw)) - depth * np.float32(np.tan(pose.yaw))
        y = y * np.float32(1 / np.cos(pose.pitch)) - depth * np.float32(np.tan(pose.pitch))
        _lay(target, self._sample(self._head, x, y))
        return frame

    def _head_rectangle(self, pose: Pose) -> tuple[slice, slice]:
        """Rows and columns of the frame that the head's canvas covers."""
        canvas = self.rig.canvas
        x, y = canvas.x[[0, -1, -1, 0]], canvas.y[[0, 0, -1, -1]]
        corners = np.stack([x, y], axis=1) @ pose.matrix.T + pose.offset
        width, height = self.scene.size
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int).tolist()
        right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (width, height)).astype(int).tolist()
        return slice(top, bottom), slice(left, right)

    def _sample(self, layer: np.ndarray, x: np.ndarray, y: np.ndarray, outside: float = 0) -> np.ndarray:
        """``layer`` of the head's canvas at the millimetres x, y."""
        canvas = self.rig.canvas
        columns, rows = (x - canvas.x[0]) * canvas.scale, (y - canvas.y[0]) * canvas.scale
        return cv2.remap(
            layer, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=outside
        )

    def _lay_body(self, frame: np.ndarray, index: int) -> None:
        """The shoulders follow half of the head's sway."""
        across, down = 0.5 * self.scene.scale * self.performance.shift[index]
        height, width = frame.shape[:2]
        top = self._body_top
        move = np.float32([[1, 0, across], [0, 1, down - top]])
        body = cv2.warpAffine(self._body, move, (width, height - top), borderMode=cv2.BORDER_REPLICATE)
        _lay(frame[top:], body)


def render_still(
    person: Person, emotion: str, *, size: tuple[int, int] = (480, 270), take: int = 0, intensity: float = 1.0
) -> np.ndarray:
    """One picture, RGB uint8 (height, width, 3), of ``person`` at the height of ``emotion``."""
    clip = Clip(person, emotion, take=take, size=size, voice="silent", intensity=intensity)
    return ClipRenderer(clip).frame(clip.apex)


def render_clip(clip: Clip) -> Iterator[np.ndarray]:
    """The frames of a clip, RGB uint8 (height, width, 3)."""
    return ClipRenderer(clip).frames()


def _lay(target: np.ndarray, layer: np.ndarray) -> None:
    """Lay RGBA ``layer`` over RGB ``target``, in place."""
    opacity = cv2.cvtColor(cv2.extractChannel(layer, 3), cv2.COLOR_GRAY2RGB)
    above = cv2.multiply(cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), opacity, scale=1 / 255)
    below = cv2.multiply(target, cv2.bitwise_not(opacity), scale=1 / 255)
    cv2.add(above, below, dst=target)


def _camera_noise(size: tuple[int, int], spread: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of equal strength in grey and in colour, int16, larger than the frame by NOISE_MARGIN."""
    width, height = size[0] + NOISE_MARGIN, size[1] + NOISE_MARGIN
    field = rng.standard_normal((height + 3, width), dtype=np.float32)
    # One field, moved by a row for each colour, serves as four independent ones.
    layers = [field[row : row + height] + 0.6 * field[row + 1 : row + 1 + height] for row in range(3)]
    return np.round(spread * cv2.merge(layers)).astype(np.int16)
