"""A Zoom on loopback: sign-in, REST, event feed, and a meeting's people to play with.

It shares no code with the rest of the program, so it cannot agree with it by sharing mistakes.
"""

from rtms_tray.simulator.server import Simulator, SimulatorThread

__all__ = ["Simulator", "SimulatorThread"]
