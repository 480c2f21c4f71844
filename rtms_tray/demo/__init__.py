"""The demo: a simulated Zoom, the tray beside it, and a panel to play the host."""
