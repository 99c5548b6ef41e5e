"""What was refused, why, and what fixes it."""
