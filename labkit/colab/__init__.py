"""The course on Google Colab: where it is published, the cells that open and prepare it there, its session.

There, the course is a checkout, as on a laptop: every folder is where the notebooks expect it.

- :mod:`~labkit.colab.addresses`: the one setting, and the addresses made from it.
- :mod:`~labkit.colab.cells`: what ``make badges`` writes into the notebooks and the README.
- :mod:`~labkit.colab.session`: what a notebook's first cell runs on Colab.
"""
