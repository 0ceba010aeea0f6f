"""What can be said of a program without a solver: ranges of values, and the parts of conditions."""
