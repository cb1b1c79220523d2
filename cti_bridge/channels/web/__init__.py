"""The public listener: browsers of customers, on a port of its own."""
