"""What the runtime knows of a chain: its node, its contracts, its receipts."""
