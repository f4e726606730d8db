"""labkit: the pre-processing, models and measurements behind the course's notebooks.

Rooms, from the ground up (imports only point down):

    cli, doctor, notebooks    what a person types
    papers, widgets           one module a paper; thin widgets over plain functions
    preprocessing             aligned faces, differences, and their cache
    datasets, synthetic, faces  manifests and splits; the embedded people; finding and following a face
    video, models, training, evaluation  frames as a stream; networks; fitting; judging
    emotions, paths, progress, errors    what everything else may use

Importing ``labkit`` is cheap: Keras and its backend are imported only where a
network is built or trained.
"""

__version__ = "0.1.0"
