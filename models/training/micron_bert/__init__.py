"""Micron-BERT (arXiv 2304.03195) in PyTorch, in two graphs: an encoder that runs once per crop and a comparator per pair."""
