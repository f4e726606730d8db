"""Networks in pure Keras 3, one file each; channels last, any backend, a softmax at the end but for affect.

Importing this package does not import Keras; building a network does.
"""

from labkit.models.registry import MODELS, ModelCard, build, table

__all__ = ["MODELS", "ModelCard", "build", "table"]
