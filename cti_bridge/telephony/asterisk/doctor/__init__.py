"""Whether a running Asterisk is as Ficha needs it, and what to do where it is not."""
