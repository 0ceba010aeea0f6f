"""The reference interpreter: the meaning of the language as slow, obvious code that judges the engines."""
