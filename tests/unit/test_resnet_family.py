"""The residual networks of every depth: their parameters by arithmetic, narrower ones, and their features."""

import numpy as np
import pytest

from labkit import models
from labkit.errors import LabkitError
from labkit.models import MODELS
from labkit.models.resnet import PLANS


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
    from labkit.models.vgg import feature_extractor

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
