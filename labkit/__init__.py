"""labkit: the pre-processing, models and measurements behind the course's notebooks.

Rooms, by floor, from the ground up. Imports point down, or along a floor, and never run
in a circle; a test reads this map and compares it with the code:

    cli                                    what a person types
    comparison                             the five systems side by side, their claims, their model cards
    notebooks, results, doctor, colab      running the course, keeping its figures, judging a machine; Colab
    exercises                              checks, hints, a student's own people; how they are made
    papers, widgets                        one package a paper; thin widgets over plain functions
    scrutiny                               what a split leaks, whose faces are misread; on drawn people
    preprocessing                          aligned faces, differences, and their cache
    synthetic                              the embedded people: a stand-in for a data set
    datasets, faces                        manifests, checks and splits; finding and following a face
    video, models, training, evaluation    frames as a stream; networks; fitting; judging
    backend, processes, whole_files        Keras, imported quietly; work on all cores; no half-written file
    errors, emotions, affect, paths, progress  what everything else may use

Importing ``labkit`` is cheap: Keras and its backend are imported only where a
network is built or trained.
"""

__version__ = "0.1.0"
