"""The catalogue: the truth about what came in, what it is, how far it is and who changed it."""
