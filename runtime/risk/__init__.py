"""Margin, liquidation and a clearing house in exact integers: pure, no clock, no randomness, no I/O."""
