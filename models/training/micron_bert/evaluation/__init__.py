"""A model against annotated films of real people."""
