"""The ways an operation can take to a block, one file each."""
