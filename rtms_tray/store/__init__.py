"""What is kept between runs: folders, settings, secrets, and what the program remembers.

- `profile` finds the folders; `log` writes the log.
- `settings` declares every key with its type, `setting_rules` checks values, `settings_file` reads the file.
- `secrets` is the interface of secret stores, `keyring_store` the one that lasts; `secret_names` names secrets.
- `environment` has Zoom's addresses; `state` remembers the account, plans and windows.
"""
