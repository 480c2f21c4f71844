"""Every test here draws into memory: no display is needed, none is used."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
