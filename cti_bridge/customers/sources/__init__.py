"""From what a source says to a customer's fields: no file, no database, no clock."""
