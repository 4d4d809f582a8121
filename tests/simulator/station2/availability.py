"""Availability, unlocking and reset."""

from collections.abc import Awaitable, Callable

from .core import Core
from .evse import Connector, Evse
from .transactions import Cause, Transactions
from .wire.link import Handler
from .wire.schemas import Payload


class Availability:
    """The part of a station that is switched on and off."""

    def __init__(
        self,
        core: Core,
        transactions: Transactions,
        restart: Callable[[str], Awaitable[None]],
    ) -> None:
        """Initialize; `restart` boots the station for a reason."""
        self._core = core
        self._transactions = transactions
        self._restart = restart
        self.resets = True
        """True if a reset is followed by a boot."""
        self._reset_waits = False

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "ChangeAvailability": self._change,
            "UnlockConnector": self._unlock,
            "Reset": self._reset,
        }

    # Availability.

    def _change(self, payload: Payload) -> Payload:
        places = self._places(payload.get("evse", {}))
        if not places:
            return {"status": "Rejected"}
        operative = payload["operationalStatus"] == "Operative"
        status = "Accepted"
        for evse, connector in places:
            if evse.transaction is not None and not operative:
                connector.scheduled, status = operative, "Scheduled"
                continue
            connector.operative, connector.scheduled = operative, None
            report = self._core.report_status(evse.id, connector.id)
            self._core.link.after_answer(report)
        return {"status": status}

    def _places(self, evse: Payload) -> list[tuple[Evse, Connector]]:
        return [
            (each, connector)
            for each in self._core.evses.values()
            for connector in each.connectors.values()
            if evse.get("id", 0) in (0, each.id)
            and evse.get("connectorId", connector.id) == connector.id
        ]

    async def settle(self) -> None:
        """Take on the availability that has waited for the end of a transaction, and restart if that has."""
        for evse in self._core.evses.values():
            if evse.transaction is not None:
                continue
            for connector in evse.connectors.values():
                if connector.scheduled is not None:
                    connector.operative = connector.scheduled
                    connector.scheduled = None
                    await self._core.report_status(evse.id, connector.id)
        if self._reset_waits and not self._running():
            self._reset_waits = False
            await self._restart("RemoteReset")

    def _running(self) -> list[Evse]:
        evses = self._core.evses.values()
        return [evse for evse in evses if evse.transaction is not None]

    # Unlocking.

    def _unlock(self, payload: Payload) -> Payload:
        evse = self._core.evses.get(payload["evseId"])
        if evse is None or payload["connectorId"] not in evse.connectors:
            return {"status": "UnknownConnector"}
        if evse.transaction is not None and evse.id_token is not None:
            return {"status": "OngoingAuthorizedTransaction"}
        return {"status": "Unlocked"}

    # Reset.

    def _reset(self, payload: Payload) -> Payload:
        evse_id = payload.get("evseId")
        if evse_id is not None and evse_id not in self._core.evses:
            return {"status": "Rejected"}
        running = [evse for evse in self._running() if evse_id in (None, evse.id)]
        if payload["type"] == "OnIdle" and running:
            self._reset_waits = self.resets and evse_id is None
            return {"status": "Scheduled"}
        if self.resets:
            self._core.link.after_answer(self._reset_now(running, evse_id))
        return {"status": "Accepted"}

    async def _reset_now(self, running: list[Evse], evse_id: int | None) -> None:
        for evse in running:
            cause = Cause("ResetCommand", "ImmediateReset")
            await self._transactions.deny(evse, cause)
            if evse.transaction is not None:
                await self._transactions.finish(evse, cause)
        if evse_id is None:
            await self._restart("RemoteReset")
            return
        for connector_id in self._core.evses[evse_id].connectors:
            await self._core.report_status(evse_id, connector_id)
