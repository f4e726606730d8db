"""Wu and Pan: CNN features and an LSTM, on stills, sequences and video (FER2013, JAFFE, CK+).

- ``tables``: what the paper reports; ``forensics``: what of it cannot be
"""
