"""The strategy language: source text to a syntax tree and back; knows nothing of markets."""
