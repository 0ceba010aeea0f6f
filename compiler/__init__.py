"""Syntax tree to intermediate representation, checks, proofs and artefact; pure, no input or output."""
