"""ERC-4337 user operations, without a node: packing, hashing, batches of accounts, signing."""
