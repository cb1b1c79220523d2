"""Ficha's desktop: it shows facts and sends commands; it holds no truth of its own."""
