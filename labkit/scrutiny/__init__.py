"""What a number hides: who was in the training set, and whose faces are misread.

- ``recipe``: the sizes of each profile
- ``crowd``: many drawn people's faces, with what is true of each; the same people with one trait changed
- ``readers``: models that learn in a second
- ``leakage``: one model under three splits, over the number of people
- ``groups``: errors by skin, beard, glasses and light, and which differences may be claimed
- ``planted``: a training set without a group, beside a balanced one of the same size
- ``drawing_people``: the bootstrap that all of them use
- ``figures``: what notebook 06 draws of them
"""
