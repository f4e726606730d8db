"""The residual networks of every depth, their branch of edges, and the head that reads frames in order."""

import numpy as np
import pytest

from labkit import models
from labkit.backend import keras
from labkit.errors import LabkitError
from labkit.models import MODELS
from labkit.models.resnet import PLANS, basic_block, bottleneck_block
from labkit.models.sobel import SobelEdges
from labkit.models.temporal_head import temporal_head
from labkit.models.vgg import feature_extractor


def convolution(before: int, after: int, size: int) -> int:
    """Parameters of a convolution without biases, and of the normalisation behind it."""
    return size**2 * before * after + 2 * after


def counted(depth: int, channels: int, classes: int) -> int:
    """Trainable parameters of a ResNet with bottlenecks, from He et al.'s table 1 alone."""
    stages = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}[depth]
    total, before = convolution(channels, 64, 7), 64
    for width, blocks in zip((64, 128, 256, 512), stages, strict=True):
        total += convolution(before, 4 * width, 1)  # the first block's shortcut
        for _ in range(blocks):
            total += convolution(before, width, 1) + convolution(width, width, 3)
            total += convolution(width, 4 * width, 1)
            before = 4 * width
    return total + (before + 1) * classes


@pytest.mark.parametrize("depth", [50, 101, 152])
def test_the_deep_ones_have_the_parameters_of_their_table(depth):
    assert counted(depth, 3, 1000) == {50: 25_557_032, 101: 44_549_160, 152: 60_192_808}[depth]
    assert MODELS[f"resnet-{depth}"].trainable_with(7) == counted(depth, 3, 7)


def test_resnet_50_of_seven_classes_is_the_reference_less_993_outputs():
    assert MODELS["resnet-50"].trainable_with(7) == 25_557_032 - 993 * (2048 + 1) == 23_522_375


def test_resnet_20_is_that_for_small_pictures_with_projected_shortcuts():
    zeros_as_shortcuts = 269_722  # He et al. table 6: 0.27 million
    projections = convolution(16, 32, 1) + convolution(32, 64, 1)
    assert MODELS["resnet-20"].trainable_with(10) == zeros_as_shortcuts + projections
    model = models.build("resnet-20", (12, 9, 1), classes=3)
    assert model.get_layer("stem").output.shape == (None, 12, 9, 16)
    assert model.get_layer("features").input.shape == (None, 3, 3, 64)


def test_every_depth_is_a_network_of_the_course():
    assert {f"resnet-{depth}" for depth in PLANS} == {name for name in MODELS if name.startswith("resnet")}


def test_half_the_width_is_half_in_every_layer_but_the_last():
    model = models.build("resnet-20", (8, 8, 3), classes=7, width=0.5)
    assert {layer.filters for layer in model.layers if hasattr(layer, "filters")} == {8, 16, 32}
    assert model.output_shape == (None, 7)
    with pytest.raises(LabkitError, match="a width above 0"):
        models.build("resnet-20", (8, 8, 3), width=0)


def test_the_logarithms_of_probabilities_are_the_logits_where_frames_are_averaged():
    """So the mean of a clip's logits needs no network without a softmax."""
    model = models.build("resnet-20", (8, 8, 3), classes=7, seed=1)
    frames = np.random.default_rng(0).normal(size=(16, 8, 8, 3)).astype("float32")
    features = np.asarray(feature_extractor(model)(frames))
    kernel, bias = model.get_weights()[-2:]
    logits = features @ kernel + bias
    logarithms = np.log(np.asarray(model(frames)))
    apart = logits - logarithms
    np.testing.assert_allclose(apart, apart[:, :1].repeat(7, axis=1), atol=1e-5)
    decided = [np.exp(mean) / np.exp(mean).sum() for mean in (logits.mean(axis=0), logarithms.mean(axis=0))]
    np.testing.assert_allclose(*decided, atol=1e-6)


def normalised(maps: np.ndarray) -> np.ndarray:
    """What an untrained batch normalisation answers: its running mean is 0, its variance 1."""
    return maps / np.sqrt(1 + 1e-5)


def convolved(maps: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A convolution of stride 1 with zeros around, pixel by pixel; (b, H, W, c)."""
    size, (_, height, width, _) = len(kernel), maps.shape
    padded = np.pad(maps, [(0, 0), (size // 2,) * 2, (size // 2,) * 2, (0, 0)])
    result = np.zeros((*maps.shape[:3], kernel.shape[-1]))
    for row, column in np.ndindex(size, size):
        result += padded[:, row : row + height, column : column + width] @ kernel[row, column]
    return normalised(result)


@pytest.mark.parametrize("block", [basic_block, bottleneck_block])
def test_a_block_adds_its_input_to_its_convolutions(block):
    inputs = keras.Input((5, 6, 8))
    model = keras.Model(inputs, block(inputs, 4, "block"))
    maps = np.random.default_rng(0).normal(size=(2, 5, 6, 8))
    kernels = {layer.name[6:]: layer.get_weights()[0] for layer in model.layers if hasattr(layer, "kernel")}
    branch = maps
    *before, last = [kernels[letter] for letter in "abc" if letter in kernels]
    for kernel in before:
        branch = np.maximum(convolved(branch, kernel), 0)
    shortcut = convolved(maps, kernels["projection"])
    expected = np.maximum(shortcut + convolved(branch, last), 0)
    np.testing.assert_allclose(np.asarray(model(maps.astype("float32"))), expected, atol=1e-4)


def edges_of(picture: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, 3) to (H, W)."""
    picture = np.atleast_3d(picture)[None].astype("float32")
    return np.asarray(SobelEdges()(picture))[0, ..., 0]


def test_the_edge_of_a_step_is_half_its_height_on_both_sides_and_a_ramp_is_its_slope():
    step = np.repeat([[0, 0, 0, 1, 1, 1]], 5, axis=0)
    np.testing.assert_allclose(edges_of(step), np.repeat([[0, 0, 0.5, 0.5, 0, 0]], 5, axis=0), atol=1e-6)
    np.testing.assert_allclose(edges_of(step.T), edges_of(step).T, atol=1e-6)
    y, x = np.mgrid[:6, :7]
    inner = edges_of(3 * x - 4 * y)[1:-1, 1:-1]
    np.testing.assert_allclose(inner, 5, atol=1e-5)


def test_edges_of_colours_are_those_of_their_brightness_and_a_flat_picture_has_none():
    np.testing.assert_allclose(edges_of(np.full((4, 5, 3), 7.0)), 0, atol=1e-6)
    picture = np.random.default_rng(0).normal(size=(6, 6, 3))
    np.testing.assert_allclose(edges_of(picture), edges_of(picture @ [0.299, 0.587, 0.114]), atol=1e-5)


def test_the_branch_of_edges_costs_one_channels_filters_and_can_be_saved(tmp_path):
    plain, seeing = (
        models.build("resnet-20", (8, 8, 3), classes=3, width=0.5, edges=edges) for edges in (False, True)
    )
    assert seeing.count_params() - plain.count_params() == 9 * 8 + 4 * 8
    assert seeing.get_layer("sobel").output.shape == (None, 8, 8, 1)
    faces = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    seeing.save(tmp_path / "edges.keras")
    loaded = keras.models.load_model(tmp_path / "edges.keras")
    np.testing.assert_allclose(np.asarray(loaded(faces)), np.asarray(seeing(faces)), atol=1e-6)


def test_the_temporal_head_has_the_parameters_of_one_gru_and_minds_the_order():
    assert temporal_head().count_params() == 3 * (2048 * 64 + 64 * 64 + 2 * 64) + (64 + 1) * 7
    head = temporal_head(5, 3, steps=4, units=8)
    clip = np.random.default_rng(0).normal(size=(1, 4, 5)).astype("float32")
    forwards, backwards = np.asarray(head(clip)), np.asarray(head(clip[:, ::-1]))
    assert forwards.shape == (1, 3) and forwards.sum() == pytest.approx(1, abs=1e-6)
    assert not np.allclose(forwards, backwards, atol=1e-3)
