"""Fitting a network by a recipe: batches, the loop, what is seen of it, and the ledger of runs.

Importing this package does not import Keras; ``labkit.training.fit`` and
``labkit.training.data`` do.
"""
