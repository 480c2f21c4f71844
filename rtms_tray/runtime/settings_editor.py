"""The settings and the app's secret as people see and change them, in a window or by a command."""

from collections.abc import Mapping, Sequence

from rtms_tray.presentation.settings_view import (
    AppRequirements,
    Choice,
    Permission,
    SettingsView,
    SettingView,
    choices,
    switch,
)
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import has_client_secret, save_client_secret
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.setting_validation import Rule, format_value
from rtms_tray.store.settings import RULES, Problem, Settings, flatten
from rtms_tray.store.settings_file import load, set_value
from rtms_tray.support.texts import text
from rtms_tray.zoom import app_requirements as needs


class SettingsEditor:
    """Reads the settings for people, and changes one at a time."""

    def __init__(self, profile: Profile, store: SecretStore) -> None:
        self._profile = profile
        self._store = store
        self._last_good = Settings()

    def view(self) -> SettingsView:
        """Read the file as it is now."""
        self._last_good, problems = load(self._profile.settings_file, self._last_good)
        wrong = {problem.key: problem for problem in problems}
        settings = {key: self._setting(key, rule, wrong.get(key)) for key, rule in RULES.items()}
        unused = [problem for key, problem in sorted(wrong.items()) if key and key not in RULES]
        return SettingsView(
            self._profile.settings_file, settings, _in_short(problems), _unused(unused)
        )

    def change(self, key: str, value: str) -> None:
        """Write one setting; raises SettingRefusedError, and then the file is as before."""
        set_value(self._profile.settings_file, key, value)

    async def save_secret(self, secret: str) -> None:
        """Keep the app's client secret; raises SecretError."""
        settings = load(self._profile.settings_file)[0]
        await save_client_secret(self._store, self._profile, settings, secret)

    async def has_secret(self) -> bool:
        """Tell whether the app's client secret is kept; raises SecretError."""
        settings = load(self._profile.settings_file)[0]
        return await has_client_secret(self._store, self._profile, settings)

    def _setting(self, key: str, rule: Rule, problem: Problem | None) -> SettingView:
        return SettingView(
            key=key,
            value=format_value(flatten(self._last_good)[key]),
            default=format_value(rule.default),
            choices=_choices(key, rule),
            problem=_in_words(problem) if problem else "",
            applies=_applies(key, self._last_good),
        )


def app_requirements() -> AppRequirements:
    """List what the Zoom app needs."""
    calls, events = (
        tuple(Permission(scope.name, scope.purpose) for scope in group)
        for group in (needs.CALL_SCOPES, needs.EVENT_SCOPES)
    )
    return AppRequirements(calls, events, needs.SUBSCRIBED_EVENTS, needs.SWITCHES, needs.manifest)


def _choices(key: str, rule: Rule) -> tuple[Choice, ...]:
    return switch() if isinstance(rule.default, bool) else choices(key, rule.choices)


def _applies(key: str, settings: Settings) -> bool:
    """Tell whether a setting means anything beside the others; what is set is shown in any case."""
    custom, kind = settings.zoom.environment == "custom", settings.feed.kind
    idle: Mapping[str, bool] = {
        "zoom.oauth_url": not custom,
        "zoom.api_url": not custom,
        "feed.url": kind == "none" or (kind == "zoom" and not custom),
        "feed.subscription_id": kind != "zoom",
        "feed.standby_subscription_id": kind != "zoom",
        "feed.log_app_id": kind != "zoom",
    }
    return not idle.get(key, False) or bool(flatten(settings)[key])


# --- What is wrong with the file, in words. ---


def _in_short(problems: Sequence[Problem]) -> str:
    """Say above everything what is wrong with the file: the places may be far below."""
    whole = next((problem for problem in problems if not problem.key), None)
    if whole is not None:
        return f"{_in_words(whole)} {whole.remedy}"
    places = [_place(problem) for problem in problems if problem.line and problem.key in RULES]
    return text("settings.problems.wrong_values", places="; ".join(places)) if places else ""


def _in_words(problem: Problem) -> str:
    sentence = f"{problem.text} {problem.remedy}" if problem.key else problem.text
    if not problem.line:
        return sentence
    return text("settings.problems.with_line", problem=sentence, line=problem.line)


def _unused(problems: Sequence[Problem]) -> str:
    places = ", ".join(map(_place, problems))
    return text("settings.problems.unused", places=places) if places else ""


def _place(problem: Problem) -> str:
    """Say where in the file something stands: its key and its line, as far as they are known."""
    line = text("settings.problems.line", line=problem.line) if problem.line else ""
    return ", ".join(filter(None, (problem.key, line)))
