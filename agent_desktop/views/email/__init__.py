"""E-mail: read safely, written well."""
