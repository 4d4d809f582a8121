"""Reasons for which a charger charges or does not: a closed list, with a text for each in the translations."""

from enum import StrEnum


class Reason(StrEnum):
    """Most important reason for the present state of a charger."""

    # Charging is impossible.
    OFFLINE = "offline"
    """The charger is not connected."""
    OUT_OF_ORDER = "out_of_order"
    """The charger has a fault, or is out of service."""
    NO_CAR = "no_car"
    NO_SESSION = "no_session"
    """A car is plugged in without a session: usually a tag is awaited."""
    EXTERNAL_PROFILE = "foreign_profile"
    """A charging profile that is not ours is in force."""
    LIMIT_REFUSED = "limit_refused"
    """The charger refuses its limit, or does not answer."""
    LIMIT_IGNORED = "limit_ignored"
    """The charger accepts its limit, and lets the car draw more."""
    CAR_FULL = "car_full"
    """The car draws nothing: it is full, or has a timer of its own."""
    CAR_ASLEEP = "car_asleep"
    """The car does not wake up although it is offered current."""

    # The owner decides.
    OFF = "off"
    PAUSED_BY_OWNER = "paused_by_owner"
    """The owner's maximum is below the least that any car can draw."""
    HANDS_OFF = "hands_off"
    """The owner's automations decide."""
    SCHEDULE = "schedule"
    """An external schedule sets the limit, or a pause."""

    # It waits.
    WAITING_FOR_SUN = "waiting_for_sun"
    WAITING_FOR_CHEAP_PRICE = "waiting_for_cheap_price"
    """The car will be ready in time at less cost if it charges later."""
    BATTERY_FIRST = "battery_first"
    """The home battery is served before the car."""
    OTHERS_FIRST = "others_first"
    """The surplus goes to other chargers."""
    FUSE = "fuse"
    """A fuse, or another limit of the installation, leaves too little."""
    METER_SILENT = "meter_silent"
    """The grid meter is silent, so that no sun can be counted on."""
    TARGET_REACHED = "target_reached"
    """The goal for the departure is reached."""
    STARTING = "starting"
    """The car has been offered current and is about to draw."""
    SWITCHING_PHASES = "switching_phases"

    # It charges.
    FAST = "fast"
    SUN = "sun"
    TOPPED_UP = "topped_up"
    """The grid fills in what is missing of the sun."""
    PLANNED = "planned"
    """From the grid, for the departure, in one of the cheapest slots."""
    CHEAP_PRICE = "cheap_price"
    """From the grid, at a price below the owner's limit."""
    NOT_REACHABLE_IN_TIME = "not_reachable_in_time"
    """As fast as it can, and still not ready at the departure."""
    SOC_FLOOR = "soc_floor"
    """From the grid, up to the least state of charge that the owner wants at any time."""
    KEEP_AWAKE = "keep_awake"
    """For a moment, to keep the car from falling asleep."""
