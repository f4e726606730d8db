"""Where a picture changes, as a layer: the size of its gradient by the Sobel operator.

Choices:
- the paper names Shen, Xu and Zhuang (2021), who combine Sobel's operator with a ResNet, as a next step and
  says no more. Our reading is a branch at the beginning (:func:`labkit.models.resnet.resnet`), of which
  this is the first half: what the filters find is fixed, what is made of it is learned;
- a gradient is a difference over two pixels, smoothed across by 1-2-1, over 8: a slope of so many grey
  levels a pixel gives just that, and a step from 0 to 1 gives ½ on both its sides;
- beyond its border a picture goes on as it ends: zeros there would draw a frame;
- colours are weighed as brightness is seen (0.299, 0.587, 0.114) before, not after: three gradients cost
  thrice as much, and in faces the edges are the same in all.
"""

from labkit.backend import keras, ops

_BRIGHTNESS = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)
_TINY = 1e-12  # added to a square, so that the root of a flat patch has a gradient


@keras.saving.register_keras_serializable("labkit")
class SobelEdges(keras.layers.Layer):
    """(batch, H, W, 3 or 1) to (batch, H, W, 1): the gradient's size, in the input's units a pixel."""

    def call(self, inputs):
        grey = inputs
        if inputs.shape[-1] == 3:
            grey = sum(weight * inputs[..., c : c + 1] for c, weight in enumerate(_BRIGHTNESS))
        grey = ops.concatenate([grey[:, :1], grey, grey[:, -1:]], axis=1)
        grey = ops.concatenate([grey[:, :, :1], grey, grey[:, :, -1:]], axis=2)
        across = grey[:, :, 2:] - grey[:, :, :-2]
        down = grey[:, 2:] - grey[:, :-2]
        across = across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:]
        down = down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]
        return ops.sqrt(ops.square(across) + ops.square(down) + _TINY) / 8

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 1)
