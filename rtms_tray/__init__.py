"""rtms-tray: shows whether Zoom's Realtime Media Streams capture a meeting, why not, and what to do."""

__version__ = "0.1.0"
