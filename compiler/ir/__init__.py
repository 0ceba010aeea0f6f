"""The typed intermediate representation, its forms, and how it is made from the syntax tree."""
