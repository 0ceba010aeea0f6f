"""Backend `userop`: what a program's rules become on a chain, and the contract that holds its limits there."""
