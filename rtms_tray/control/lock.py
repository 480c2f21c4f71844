"""One running instance per profile."""

from rtms_tray.store.profile import Profile
from rtms_tray.support.locks import FileLock


class InstanceLock(FileLock):
    """Held for the process's life by the one instance of a profile that runs."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile.lock_file)
