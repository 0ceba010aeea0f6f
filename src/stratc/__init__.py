"""A declarative language and compiler for decentralised derivatives strategies."""

__version__ = "0.1.0"
