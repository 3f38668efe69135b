"""What was seen: the evidence that judges read, and nothing else."""
