"""The contact distributor: who gets which contact, and what becomes of it."""
