"""Who may see what of whom, who looked, how long it is kept, and how it is kept at rest."""
