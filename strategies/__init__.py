"""Example strategies, one folder each, shipped with the package."""
