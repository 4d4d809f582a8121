"""Why a charger charges now, or why not: a closed list, for which the shell has a sentence each."""

from enum import StrEnum


class Reason(StrEnum):
    """The one thing that matters most to what a charger does now."""

    # Nothing can be charged.
    OFFLINE = "offline"
    """The charger is not connected."""
    OUT_OF_ORDER = "out_of_order"
    """The charger has a fault, or is out of service."""
    NO_CAR = "no_car"
    NO_SESSION = "no_session"
    """A car is plugged in, but nobody has begun a session: a tag is awaited, as a rule."""
    EXTERNAL_PROFILE = "foreign_profile"
    """A charging profile of somebody else's is in force."""
    CAR_FULL = "car_full"
    """The car takes nothing, as when it is full or has a timer of its own."""
    CAR_ASLEEP = "car_asleep"
    """The car does not wake up for what it is offered."""

    # The owner wants it so.
    OFF = "off"
    PAUSED_BY_OWNER = "paused_by_owner"
    """The owner lets the charger offer less than any car can take."""
    HANDS_OFF = "hands_off"
    """The owner's automations decide."""
    SCHEDULE = "schedule"
    """A schedule that somebody has set says how much to charge now, or to pause."""

    # It waits.
    WAITING_FOR_SUN = "waiting_for_sun"
    WAITING_FOR_CHEAP_PRICE = "waiting_for_cheap_price"
    """The car will be ready in time at less cost when it charges later."""
    BATTERY_FIRST = "battery_first"
    """The home battery is served before the car."""
    OTHERS_FIRST = "others_first"
    """What there is goes to other chargers."""
    FUSE = "fuse"
    """A fuse, or another limit of the installation, leaves too little."""
    METER_SILENT = "meter_silent"
    """The grid meter says nothing, so no sun can be counted on."""
    TARGET_REACHED = "target_reached"
    """The car has what was wanted for the departure."""
    STARTING = "starting"
    """The car has been offered current and is about to draw."""
    SWITCHING_PHASES = "switching_phases"

    # It charges.
    FAST = "fast"
    SUN = "sun"
    TOPPED_UP = "topped_up"
    """The grid makes up for what the sun does not suffice for."""
    PLANNED = "planned"
    """From the grid, for the departure, in one of the cheapest slots."""
    CHEAP_PRICE = "cheap_price"
    """From the grid, at a price below the owner's limit."""
    NOT_REACHABLE_IN_TIME = "not_reachable_in_time"
    """As fast as it can, and yet the car will not be ready at its departure."""
    SOC_FLOOR = "soc_floor"
    """From the grid, until the car has the least that it should always have."""
    KEEP_AWAKE = "keep_awake"
    """For a moment, lest the car falls asleep."""
