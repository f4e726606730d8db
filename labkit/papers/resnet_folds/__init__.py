"""Chang: ResNet-50 on clips of sixteen frames, in five folds (DFEW).

- ``tables``: what the paper states, and what others measured on DFEW
- ``verdict``: its rule for a network that did well, partially well or poorly
- ``class_sizes``: how many clips each emotion has, worked out from others' tables
- ``disagreements``: the paper against itself, its listing and its data, as a table
- ``forensics``: its figures and its protocol checked by arithmetic; ``findings``: what comes out,
  in sentences
- ``recipe``: every setting, a record a profile; ``system``: the pipeline in named steps;
  ``judging``: its answers judged
- ``study``: clip decisions, who was seen, edges, fewer frames; ``figures``: what notebook 05 draws
"""
