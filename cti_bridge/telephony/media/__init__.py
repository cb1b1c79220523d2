"""The bridge's own voice path: G.711, RTP, digits, music, mixing, headsets."""
