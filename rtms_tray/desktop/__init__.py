"""The desktop in Qt: it draws what the presentation makes and sends commands, and decides nothing."""
