"""Units, types and their inference."""
