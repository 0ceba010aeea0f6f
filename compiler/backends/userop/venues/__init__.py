"""The calls of each kind of venue, one file each, with holes for what is known when a rule fires."""
