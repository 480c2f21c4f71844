"""Past meetings: what is kept of them, how it is written, read and reported."""
