"""The headset: capture, playback, jitter buffer, devices. No sound card must stop a desktop."""
