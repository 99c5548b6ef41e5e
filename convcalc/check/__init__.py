"""What was refused, why, and what mends it."""
