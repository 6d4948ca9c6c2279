"""What each code says to people: Vietnamese, English. A rule test holds that every code has both."""

from adapters.http.texts import campaigns, decisions, request

TEXTS: dict[str, tuple[str, str]] = {**request.TEXTS, **campaigns.TEXTS, **decisions.TEXTS}
