"""How good: recognition and spotting as the Facial Micro-Expression Grand Challenges (MEGC) count them."""
