"""The five systems side by side: what they reached, what was claimed, and a model card for each.

- ``side_by_side``: the results of this run, or the kept ones, in one table and one figure
- ``claims``: what each paper claims, and what of it survives in the results
- ``data_cards``: licences and labels, from the data sets' cards
- ``model_cards``: a card for each system, from its results and its recipe
"""
