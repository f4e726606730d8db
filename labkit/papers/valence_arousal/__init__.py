"""Rangulov and Fahim: a CNN's features and recurrent networks for valence and arousal in video (Aff-Wild2).

- ``tables``: what the paper reports, and the settings its code has otherwise
- ``recipe``: the settings of each profile
- ``system``: tracks, frames and faces; ``single_frames``: the CNN; ``sequences``: the recurrent networks;
  ``judging``: their answers; ``study``: Table III and the toggles; ``words``: Tables I and II
- ``clips``: for the affect plane; ``figures``: what notebook 04 draws
- ``public_runs``: epochs that the authors' public notebooks printed
- ``disagreements``: the paper against itself, its data and its code, as tables
- ``forensics``: the figures checked against each other; ``findings``: what comes out, in sentences
"""
