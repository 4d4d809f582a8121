"""When cars charge so that they are ready at their departure, for as little money as possible.

What a slot's energy costs is a convex function of it (see `supply`), and the costs of slots add up. To spread a fixed
energy over such slots, it is optimal to buy the cheapest step first, whichever slot it is in, until there is enough:
were a dearer step bought while a cheaper one is left, moving some energy from that to this would save money; and where
none is left, no move does. The order within a slot keeps itself, as its steps become dearer. So a sort solves the
linear program exactly for one car. Several that share the sun or a limit are coupled, and planned in `joint`.
"""

from collections.abc import Iterable, Mapping
import math

from .outlook import DAY_S, HOUR_S, Outlook, Slot
from .plan import Plan, Wish
from .purchases import Basket, Offer
from .supply import Source, full_power, steps
from .two_stage import later, told_s

RESERVE_S = 240.0
"""How long before the departure a car shall be ready."""
HURRY_S = 600.0
"""How long before it shall be ready a car no longer waits for anything: too much can come between."""
RESERVE_SHARE = 0.02
"""How much more energy than wanted is planned: cars draw less than they are offered."""


def plan_all(
    wishes: Mapping[str, Wish],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    """Return the cheapest plans for all cars of a site.

    Args:
        wishes: what is wanted of each charger.
        outlook: what is expected.
        now_s: the present instant.
        previous: the plans up to now; a slot that one has begun is gone on with.
    """
    coupled = {
        key: wish
        for key, wish in wishes.items()
        if wish.departure_s is not None
        and math.isfinite(wish.energy_wh)
        and not is_urgent(wish, now_s)
    }
    if not _are_coupled(coupled, outlook, now_s):
        coupled = {}
    plans = {
        key: plan_one(wish, outlook, now_s, previous.get(key))
        for key, wish in wishes.items()
        if key not in coupled
    }
    return {**plans, **_plan_together(coupled, outlook, now_s, previous)}


def _are_coupled(wishes: Mapping[str, Wish], outlook: Outlook, now_s: float) -> bool:
    """Whether cars have anything to share."""
    return len(wishes) > 1 and (
        bool(outlook.sun_w) or math.isfinite(outlook.site_limit_w)
    )


def _plan_together(
    wishes: Mapping[str, Wish],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    if not wishes:
        return {}
    # HiGHS and numpy take a second and some megabytes; who has but one car needs neither.
    from .joint import Demand, UnsolvedError, share  # noqa: PLC0415

    demands = {
        key: Demand(
            wish,
            needed_wh(wish),
            horizon_s(wish, now_s),
            begun_s(previous.get(key), now_s),
        )
        for key, wish in wishes.items()
    }
    try:
        baskets = share(demands, outlook, now_s)
    except UnsolvedError:
        # Then each is planned for as if it were alone: better than none.
        return {
            key: plan_one(wish, outlook, now_s, previous.get(key))
            for key, wish in wishes.items()
        }
    return {
        key: Plan(
            wishes[key],
            basket.slots(),
            missing_wh(wishes[key], now_s, basket.left_wh),
        )
        for key, basket in baskets.items()
    }


def plan_one(
    wish: Wish, outlook: Outlook, now_s: float, previous: Plan | None = None
) -> Plan:
    """Return the cheapest plan for one car; the arguments are those of `plan_all`."""
    end_s = horizon_s(wish, now_s)
    told = told_s(outlook, now_s, end_s)
    slots = outlook.slots(now_s, end_s, (told,))
    offers = [
        Offer(index, slot, step)
        for index, slot in enumerate(slots)
        for step in steps(slot, wish.draw, wish.price_limit)
    ]
    begun_until_s = begun_s(previous, now_s)
    basket = Basket(needed_wh(wish), running=begun_until_s > now_s)
    if wish.departure_s is None:
        basket.buy_automatic(offers)
    elif is_urgent(wish, now_s):
        basket = _at_once(wish, slots)
    else:
        first = [offer for offer in offers if offer.slot.start_s < told]
        rest = [offer for offer in offers if offer.slot.start_s >= told]
        basket.buy_automatic(first)
        for offer in first:
            if offer.slot.end_s <= begun_until_s:
                basket.buy(offer)
        if rest:
            basket.buy_rather_than_later(
                first, later(outlook, wish.draw, wish.price_limit, (told, end_s))
            )
        basket.buy_automatic(rest)
        basket.buy_cheapest(rest or first)
    return Plan(wish, basket.slots(), missing_wh(wish, now_s, basket.left_wh))


def _at_once(wish: Wish, slots: Iterable[Slot]) -> Basket:
    """Return what a car gets that charges as fast as it can from now on."""
    basket = Basket(needed_wh(wish), running=True)
    for index, slot in enumerate(slots):
        if (step := full_power(slot, wish.draw)) is not None:
            basket.buy(Offer(index, slot, step))
    return basket


def is_urgent(wish: Wish, now_s: float) -> bool:
    """Whether the car must be ready so soon that it waits for nothing."""
    return (
        wish.departure_s is not None and now_s >= wish.departure_s - RESERVE_S - HURRY_S
    )


def horizon_s(wish: Wish, now_s: float) -> float:
    """Return until when to plan: until shortly before the departure, as long as that is ahead."""
    if wish.departure_s is None:
        return now_s + DAY_S
    ready_s = wish.departure_s - RESERVE_S
    return ready_s if ready_s > now_s else wish.departure_s


def needed_wh(wish: Wish) -> float:
    """Return what to plan for: a little more than is wanted."""
    return wish.energy_wh * (1 + RESERVE_SHARE)


def missing_wh(wish: Wish, now_s: float, left_wh: float) -> float:
    """Return what will be missing at the departure, the reserves used up, if so much could not be planned."""
    if wish.departure_s is None:
        return 0.0
    late_s = wish.departure_s - horizon_s(wish, now_s)
    reserve_wh = wish.energy_wh * RESERVE_SHARE + wish.draw.max_w * late_s / HOUR_S
    return max(0.0, left_wh - reserve_wh)


def begun_s(previous: Plan | None, now_s: float) -> float:
    """Return until when a plan has the car draw from the grid now; the present instant where it does not."""
    slot = None if previous is None else previous.slot_at(now_s)
    return now_s if slot is None or slot.source is not Source.GRID else slot.end_s
