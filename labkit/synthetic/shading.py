"""Light on the face: a colour and a height map become a lit picture."""

import cv2
import numpy as np

from labkit.synthetic.scene import Scene

# Light that has passed through skin is redder: shadows lose red last.
SHADOW_EXPONENTS = (0.46, 0.53, 0.60)
OCCLUSION_CELL = 4.0  # millimetres


def shade(
    colour: np.ndarray, height: np.ndarray, scale: float, scene: Scene, shadow: np.ndarray
) -> np.ndarray:
    """Light a surface.

    Args:
        colour: (H, W, 3) float32 RGB of the surface in full light.
        height: (H, W) float32 millimetres towards the camera.
        scale: pixels a millimetre.
        shadow: (H, W) float32, 1 in the open and less under cast shadow.

    Returns:
        (H, W, 3) float32 RGB, not yet clipped.
    """
    right = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)
    facing = 1 / np.sqrt(1 + right * right + down * down)  # z of the surface's unit normal
    x, y, z = (float(v) for v in scene.light)
    diffuse = np.maximum(((z - x * right - y * down) * facing + 0.18) * (scene.diffuse / 1.18), 0)
    sky = scene.ambient * (0.85 - 0.15 * down * facing)
    lit = np.maximum((sky + diffuse) * _occlusion(height, scale) * shadow, 0.02)
    shine = _shine(right, down, facing, scene)
    picture = np.empty_like(colour)
    log_lit = cv2.log(lit)
    for channel, exponent in enumerate(SHADOW_EXPONENTS):
        factor = cv2.exp(log_lit * np.float32(exponent))
        factor *= np.float32(scene.exposure * scene.tint[channel])
        picture[..., channel] = colour[..., channel] * factor + shine
    return picture


def _shine(right: np.ndarray, down: np.ndarray, facing: np.ndarray, scene: Scene) -> np.ndarray:
    """Blinn's highlight with exponent 22."""
    half = scene.light + np.float32((0, 0, 1))
    x, y, z = (half / np.linalg.norm(half)).tolist()
    towards = np.maximum((z - x * right - y * down) * facing, 0)
    second = towards * towards
    fourth = second * second
    sixteenth = fourth * fourth
    sixteenth *= sixteenth
    return sixteenth * fourth * second * np.float32(140 * scene.shine * scene.diffuse)


def _occlusion(height: np.ndarray, scale: float) -> np.ndarray:
    """Less light reaches what lies lower than its neighbourhood."""
    rows, columns = height.shape
    cells = max(2, round(columns / scale / OCCLUSION_CELL)), max(2, round(rows / scale / OCCLUSION_CELL))
    neighbourhood = cv2.GaussianBlur(cv2.resize(height, cells, interpolation=cv2.INTER_AREA), (0, 0), 1.25)
    below = cv2.resize(neighbourhood, (columns, rows), interpolation=cv2.INTER_LINEAR) - height
    return np.clip(1 - 0.055 * np.maximum(below, 0), 0.55, 1)
