"""Two files side by side, and a merge taken back."""
