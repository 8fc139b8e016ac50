"""From pictures to canonical crops, with the agent's own face detector and the model's landmark template."""
