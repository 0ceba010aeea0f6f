"""Two versions of a program: a market and a book on which they decide differently, or a proof that none exists."""
