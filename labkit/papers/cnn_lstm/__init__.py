"""Wu and Pan: CNN features and an LSTM, on stills, sequences and video (FER2013, JAFFE, CK+).

- ``tables``: what the paper reports
- ``recipe``: the settings of each profile
- ``face_sets``: from data sets to faces; ``system``: extractor and LSTM; ``study``: the comparisons
- ``video``: answers along a clip; ``figures``: what notebook 03 draws
- ``forensics``: its figures checked against each other; ``face_counts``: the test faces behind
  Tables 1 and 2; ``findings``: what both come to, in sentences
"""
