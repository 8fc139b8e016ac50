"""Synthetic faces for training: people, light, cameras, what faces do, and labels that are right by construction.

Its own renderer (OpenGL, in software where there is no GPU) is kept apart from `scene`, which draws the demo's films
and the test set that training never looks at.
"""
