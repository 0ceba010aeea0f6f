"""Where orders go: simulated ones, one file each."""
