"""How a file written by `stratc devnet` starts."""

MARK = "# Written by stratc devnet"
