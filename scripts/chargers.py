"""Writes docs/chargers.md: what is known of the vendors' chargers, and what is done about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from custom_components.ocpp.csms.devices.capabilities import (
    PauseBy,
    PhaseSwitching,
    Traits,
)
from custom_components.ocpp.csms.devices.capability_types import CAPABILITIES
from custom_components.ocpp.csms.devices.vendor_files import EXPECTATIONS, load
from custom_components.ocpp.csms.devices.vendors import Fact, Model, Vendor

FILE = Path(__file__).parent.parent / "docs" / "chargers.md"

INTRODUCTION = """\
# Chargers

Any charger that speaks OCPP 1.6-J, 2.0.1 or 2.1 works; what it can do is found out by trying. Of those below more is
known: which charger yours is, it tells when it boots, and what follows from that is done by itself. Where your charger
does otherwise, its settings have the last word.

Most of it was reported by owners, and linked is where. This page is made from the files in
[custom_components/ocpp/vendors](../custom_components/ocpp/vendors); if you know more, add it there and run
`scripts/chargers`.

Everywhere, the URL is `ws://ADDRESS_OF_HOME_ASSISTANT:9000/CHARGER_ID`. Many chargers add their identity by themselves;
then leave it out. Where nothing is said of the place for it, look for *OCPP*, *backend* or *central system* in the
charger's app or on its web page.
"""

_PAUSES = {
    PauseBy.ZERO_CURRENT: "It is paused by a limit of 0 A; its session goes on.",
    PauseBy.LEAST_CURRENT: "It is not paused: it charges with the least that it can offer.",
    PauseBy.STOP_TRANSACTION: "To pause it, its session is stopped; another is started for going on.",
    PauseBy.INOPERATIVE: "To pause it, its connector is put out of service.",
}
_PHASES = {
    PhaseSwitching.NONE: "Its phases are not switched.",
    PhaseSwitching.PROFILE: "Its phases can be switched by the charging profile.",
}


def _listed(items: Iterable[object]) -> str:
    return ", ".join(
        f"{item:g}" if isinstance(item, float | int) else f"`{item}`" for item in items
    )


def _given(text: str) -> Callable[[object], str]:
    """Return what gives a text, with the trait's value in it."""
    return lambda value: text.format(value)


def _either(yes: str, no: str) -> Callable[[object], str]:
    return lambda value: yes if value else no


CONSEQUENCES: Mapping[str, Callable[..., str]] = {
    "purposes": lambda names: (
        f"Limits are told as {_listed(names)}, in this order."
        if names
        else "It is told no limits."
    ),
    "kinds": lambda names: f"Profiles are {_listed(names)}.",
    "units": lambda names: f"Limits are given in {_listed(names)}.",
    "stack_levels": lambda levels: (
        f"Profiles are put on stack level {_listed(levels)}."
    ),
    "start_schedule": _either(
        "Profiles say when they begin.", "Profiles do not say when they begin."
    ),
    "duration": _either("Profiles may expire.", "Profiles do not expire."),
    "schedule_periods": _given("A schedule has {} periods at most."),
    "obeys_in_session": _either(
        "Limits may change in a session.", "Limits are told before a session starts."
    ),
    "minimum_current_a": _given("Less than {:g} A pauses."),
    "current_step_a": _given("Limits are multiples of {:g} A."),
    "currents_a": lambda currents: f"Limits are {_listed(currents)} A, rounded down.",
    "write_interval_s": _given("What it keeps is written every {:g} s at most."),
    "pause_by": lambda way: _PAUSES[way],
    "repeat_after_pause": _either(
        "The limit that ends a pause is told twice.",
        "The limit that ends a pause is told once.",
    ),
    "phase_switching": lambda way: _PHASES[way],
    "phase_pause_s": _given("It rests {:g} s when phases are switched."),
    "remote_start": _either(
        "Sessions are started for it.", "It starts sessions by itself."
    ),
    "id_token": _given("Sessions are started with the id tag `{}`."),
    "id_token_setting": lambda names: (
        f"Sessions are started with the id tag in its setting {_listed(names)}."
    ),
    "change_availability": _either(
        "It may be put out of service.", "It is never put out of service, nor into it."
    ),
    "shows_cost": _either(
        "It is told what a session has cost so far.",
        "It is not told what a session has cost so far.",
    ),
    "discharges": _either("It can discharge cars.", "It cannot discharge cars."),
    "measurands": lambda names: f"It is asked for {_listed(names)}.",
    "unwanted_measurands": lambda names: f"It is not asked for {_listed(names)}.",
    "sample_interval_s": _given("It is asked for values every {} s."),
    "settings": lambda settings: (
        "Its settings: "
        + ", ".join(f"`{key}` = {value}" for key, value in settings.items())
        + "."
    ),
    "frozen_settings": lambda names: f"{_listed(names)} is left as it is.",
    "reads_all_settings": _either(
        "All its settings are read.",
        "It is asked for the settings that are needed alone, by name.",
    ),
    "call_timeout_s": _given("It gets {:g} s to answer."),
    "versions": lambda names: f"OCPP {_listed(names)} is spoken with it.",
    "answer_delay_s": _given("It is answered after {:g} s, and not at once."),
}
"""The description of each trait, in words."""

_TOPICS = {topic: topic.replace("_", " ").capitalize() for topic in EXPECTATIONS}


def page(vendors: Sequence[Vendor]) -> str:
    """Return the page about these vendors."""
    ordered = sorted(vendors, key=lambda vendor: vendor.name.casefold())
    rows = [
        f"| [{vendor.name}](#{_anchor(vendor.name)}) | {model.name} | {model.works} |"
        for vendor in ordered
        for model in vendor.models
    ]
    overview = ["| Vendor | Model | What works |", "| --- | --- | --- |", *rows]
    sections = [_section(vendor) for vendor in ordered]
    return "\n".join([INTRODUCTION, *overview, "", *sections])


def _section(vendor: Vendor) -> str:
    return "\n".join(
        [
            f"## {vendor.name}",
            "",
            *(line for model in vendor.models for line in _model(model)),
        ]
    )


def _model(model: Model) -> Iterator[str]:
    yield f"**{model.name}.** {model.works}"
    yield ""
    if model.set_url is not None:
        yield f"- *URL:* {model.set_url}"
    for topic, name in _TOPICS.items():
        if topic in model.expect:
            yield f"- *{name}:* {model.expect[topic]}"
    if model.set_url is not None or model.expect:
        yield ""
    yield "| What is known | What is done |"
    yield "| --- | --- |"
    yield from map(_row, model.facts)
    yield ""


def _row(fact: Fact) -> str:
    links = " ".join(
        f"[{number}]({source})" for number, source in enumerate(fact.sources, 1)
    )
    firmware = "" if fact.firmware is None else f" (firmware `{fact.firmware}`)"
    done = " ".join(
        [*consequences(fact.traits), *([] if fact.remedy is None else [fact.remedy])]
    )
    return f"| {fact.text}{firmware} {links} | {done} |"


def consequences(traits: Traits) -> Iterator[str]:
    """Tell in words what follows from traits."""
    for name in CAPABILITIES:
        if name in traits.known:
            yield CONSEQUENCES[name](traits.known[name])


def _anchor(heading: str) -> str:
    """Return what GitHub makes of a heading."""
    kept = (
        character
        for character in heading.lower()
        if character.isalnum() or character in " -"
    )
    return "".join(kept).replace(" ", "-")


def main() -> None:
    """Write the page."""
    FILE.write_text(page(load().all))


if __name__ == "__main__":
    main()
