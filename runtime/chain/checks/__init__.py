"""What a deployment file says, held against its chain: one file a part of it."""
