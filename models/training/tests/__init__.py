"""Run with `python3 -m unittest discover -s models/training/tests -t models/training`."""
