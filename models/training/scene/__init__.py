"""Synthetic people in a synthetic plant: a face renderer, and a short film made with it.

`face` and what it imports draw one person (identity, expression weights, pose, light in; RGBA and
projected landmarks out) and know nothing of the film. `cast`, `room`, `film` and `generate` use it.
Everything here is numpy; Pillow writes the signs and ffmpeg the video.
"""
