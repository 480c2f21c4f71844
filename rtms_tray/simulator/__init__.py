"""A Zoom on loopback: sign-in, REST, the event feed, and people who act in meetings.

It imports nothing else of the program, so it cannot agree with it by sharing its mistakes.
"""

from rtms_tray.simulator.web_server import Simulator, SimulatorThread

__all__ = ["Simulator", "SimulatorThread"]
