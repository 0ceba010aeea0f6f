"""Runs a compiled plan against a market: decisions, orders, settlement and the journal."""
