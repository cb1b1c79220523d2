"""Bringing customers in: the start, the columns, the first rows, the run."""
