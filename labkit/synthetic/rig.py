"""A person made ready for drawing: every layer that no clip changes, at one resolution.

Building a rig costs as much as drawing some dozens of frames, so a world builds
one a person and shares it between that person's clips.
"""

import numpy as np

from labkit.synthetic.deformation import Deformation
from labkit.synthetic.eyes import Eyes
from labkit.synthetic.glasses import glasses_layer
from labkit.synthetic.hair import hair_layers
from labkit.synthetic.head import FACE, ear_mask, face_mask, head_canvas, head_height
from labkit.synthetic.identity import Person
from labkit.synthetic.mouth import Mouth
from labkit.synthetic.pose import DEPTH_OF_AXIS
from labkit.synthetic.scene import REFERENCE_HEIGHT
from labkit.synthetic.skin import skin_colour

OVERSAMPLING = 1.1  # head pixels a frame pixel at average distance


class Rig:
    """The layers of one person for pictures ``frame_height`` pixels high."""

    def __init__(self, person: Person, frame_height: int):
        self.person = person
        self.canvas = head_canvas(OVERSAMPLING * frame_height / REFERENCE_HEIGHT)
        self.face_window = self.canvas.window(*FACE)
        self.face = self.canvas.part(self.face_window)
        rng = np.random.default_rng([person.seed, 2])
        face, ears = face_mask(self.canvas, person), ear_mask(self.canvas, person)
        head = np.maximum(face, ears)
        colour = skin_colour(self.canvas, person, face, ears, rng)
        self.colour = np.dstack([colour, 255 * head]).astype(np.uint8)  # RGBA
        self.height = head_height(self.canvas, person)
        self.depth = self.canvas.blur(self.height, 4) - np.float32(
            DEPTH_OF_AXIS
        )  # for turns out of the plane
        self.deformation = Deformation(self.face, person, rng)
        self.hair = hair_layers(self.canvas, person, head, rng)
        self.glasses = glasses_layer(self.canvas, person)
        self.mouth = Mouth(self.face, person)
        self.eyes = Eyes(self.face, person, rng)

    def depth_at(self, points: np.ndarray) -> np.ndarray:
        """How far (N,) head points (N, 2) stand above the axes of yaw and pitch, in millimetres."""
        pixels = np.round(self.canvas.to_pixels(points)).astype(int)
        rows, columns = self.canvas.shape
        return self.depth[np.clip(pixels[:, 1], 0, rows - 1), np.clip(pixels[:, 0], 0, columns - 1)]
