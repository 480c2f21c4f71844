"""What Zoom speaks: sign-in, REST calls, events. Works on any asyncio loop, knows nothing of Qt."""
