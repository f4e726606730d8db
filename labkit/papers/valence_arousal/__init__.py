"""Rangulov and Fahim: a CNN's features and recurrent networks for valence and arousal in video (Aff-Wild2).

- ``tables``: what the paper reports; ``forensics``: its figures checked against each other, and against
  what follows from them; ``findings``: what the checks come to, in sentences
"""
