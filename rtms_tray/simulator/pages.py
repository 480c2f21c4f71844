"""The pages that the browser shows during sign-in: plain HTML, every foreign word escaped."""

from collections.abc import Iterable, Mapping
from html import escape
from string import Template

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}
button,select{font:inherit;padding:.4em 1em}</style></head>
<body><h1>$title</h1>$body<hr><p>This is the simulator. It is not Zoom.</p></body></html>
""")

_FORM = Template("""<p>The app that captures your meetings asks to see your meetings and to start,
pause and stop its own capture.</p>
<form method="post" action="/oauth/authorize">$hidden
<p><label>Sign in as <select name="user">$users</select></label></p>
<p><button name="choice" value="allow">Allow</button>
<button name="choice" value="deny">Decline</button></p></form>
""")


def consent(query: Mapping[str, str], users: Iterable[tuple[str, str]], chosen: str) -> str:
    """Make the page that asks for consent: two buttons, and who signs in."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in query.items()
        if name not in ("user", "choice", "auto")
    )
    options = "".join(
        f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(name)}'
        for key, name in users
    )
    body = _FORM.substitute(hidden=hidden, users=options)
    return _PAGE.substitute(title="Allow this app?", body=body)


def error(text: str) -> str:
    """Make the page that says why sign-in cannot go on."""
    return _PAGE.substitute(title="This app cannot be added", body=f"<p>{escape(text)}</p>")
