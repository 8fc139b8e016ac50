"""Synthetic people in a synthetic plant: a face renderer, and a short film made with it.

`face` and what it imports draw one person (identity, expression weights, pose, light in; RGBA and
projected landmarks out) and know nothing of the film. `cast`, `script`, `room`, `torso`, `film` and `truth` use it.
Everything here is numpy; Pillow writes the signs and ffmpeg the video.
"""
