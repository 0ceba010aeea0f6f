"""What a checked program can be compiled to."""
