"""Two files of one customer become one, and two again: the rules, the ports and the service."""
