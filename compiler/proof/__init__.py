"""Limits are theorems: from the IR to obligations, from obligations to verdicts, counterexamples, certificates."""
