"""What capture is: pure values and functions, with no Qt, no asyncio, no I/O and no clock of their own."""
