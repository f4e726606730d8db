"""Wu and Pan: CNN features and an LSTM, on stills, sequences and video (FER2013, JAFFE, CK+).

- ``tables``: what the paper reports
- ``forensics``: its figures checked against each other; ``face_counts``: the test faces behind
  Tables 1 and 2; ``findings``: what both come to, in sentences
"""
