"""What a configuration would do with a day's traffic: the bridge's own routing, in no time."""
