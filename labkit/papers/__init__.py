"""One module a paper: its published numbers as data, its recipes, and its pipeline as named steps."""

from labkit.papers.overview import PAPERS, Paper

__all__ = ["PAPERS", "Paper"]
