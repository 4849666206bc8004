"""One file a command: `add_parser` says what may be typed, the handler does it. Heavy imports are inside handlers."""
