"""The door of the bridge for desktops: listener, sessions, hub, sign-in."""
