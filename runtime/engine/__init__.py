"""Decides, tick by tick: triggers, the projected book, limits and modes; no clock, no input or output."""
