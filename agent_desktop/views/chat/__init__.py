"""A chat as an agent has it: what was said, and the field to answer in."""
