"""The desktop's own notifications, with buttons: the first way in which the user is told something.

`message` is what is said, `discretion` what may be said now, and `native_way` makes the way that this
system has: `freedesktop` straight on the message bus (Linux and the BSDs), `toolkit` through the library
desktop-notifier (macOS, Windows). Nothing here knows Qt.
"""
