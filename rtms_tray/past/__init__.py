"""Past meetings: written down as they go on, taken up again after a crash, listed and reported."""
