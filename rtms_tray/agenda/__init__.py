"""The user's calendar: which of today's entries are Zoom meetings."""
