"""A client of ARI, the Asterisk REST Interface: requests by HTTP, events by WebSocket."""
