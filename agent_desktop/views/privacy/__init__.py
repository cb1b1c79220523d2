"""What the Privacy page shows: the access log, one customer's rights, exports."""
