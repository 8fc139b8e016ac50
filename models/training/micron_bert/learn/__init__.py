"""What the training steps share: clips, augmentation, optimisation."""
