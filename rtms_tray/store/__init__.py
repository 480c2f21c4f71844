"""What is kept: folders, settings, secrets, and who signed in."""
