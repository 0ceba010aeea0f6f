"""From decided orders to settled ones on a chain."""
