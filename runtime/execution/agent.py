"""The execution agent: sends each firing once, and follows it until it is settled or can never be."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.reads import number
from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.lanes import free_nonce
from stratc.runtime.execution.making import Maker, NotSent, bid_of
from stratc.runtime.execution.outbox import Activation, Entry, Outbox, has_ended
from stratc.runtime.execution.parcel import Parcel
from stratc.runtime.execution.reconcile import fate
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.execution.states import Event, State, after
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.watch import UNSENT, Watch


class Batch(NamedTuple):
    """The calls to make, and when it is too late for them."""

    calls: Sequence[Call]
    deadline: int | None = None
    """Epoch seconds after which the guard refuses the batch. Leave it out where no guard does."""


Recheck = Callable[[Activation], Batch | None]
"""Looks at guards and prices again: what to send now, or None when the firing is no longer wanted."""


class InDoubt(RuntimeError):
    """Something was sent before this process began, and what became of it has not been looked up."""


@dataclass(frozen=True, slots=True)
class Firing:
    """What is to be sent for one firing of a rule."""

    activation: str
    """Its name, unique for ever: see `lanes.activation_of`."""
    lane: int
    batch: Batch
    route: str = "public"
    cap: int | None = None
    """Wei that all of its gas may cost: see `fees.cap_of`."""
    retries: int = 0
    """How often it may be sent again, each time looked at anew."""


class Status(NamedTuple):
    """What is known of a firing."""

    activation: str
    state: State
    reason: str
    landing: Landing | None


class Agent:
    """Sends for one account. Nothing here runs by itself: call `step` as often as there are blocks."""

    def __init__(
        self,
        maker: Maker,
        outbox: Outbox,
        watch: Watch,
        routes: Mapping[str, Route],
        recheck: Recheck,
        *,
        pause: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`pause` is the shortest time between two sends of one firing, in seconds."""
        self._maker = maker
        self._outbox = outbox
        self._watch = watch
        self._routes = routes
        self._recheck = recheck
        self._pause = pause
        self._clock = clock
        self._in_doubt = self._doubted()

    def submit(self, firing: Firing) -> Status:
        """Send a firing, or say what became of it when it was sent before.

        Raises:
            InDoubt: call `step` first, until the chain has told what became of what was sent before.
            LaneBusy: the one before it on its lane is under way.
            ChainError: the chain does not say what must be known; nothing was sent.
        """
        if self._outbox.activation(firing.activation) is not None:
            return self.status(firing.activation)
        if self._in_doubt:
            raise InDoubt(
                f"{len(self._in_doubt)} operations were under way when this began, {min(self._in_doubt)} among "
                "them; look them up with `step` before anything is sent"
            )
        activation = self._activation(firing)
        try:
            operation = self._maker.make(
                firing.batch.calls, activation.nonce, self._route(firing.route), activation.cap
            )
        except NotSent as error:
            self._outbox.plan(activation, str(error))
            return self.status(activation.id)
        self._outbox.plan(activation)
        self._send(activation, self._written(activation, operation, firing.batch.deadline))
        return self.status(activation.id)

    def step(self) -> list[Status]:
        """Look at everything that is under way, and send again what has to be; what is known of each then.

        Raises:
            ChainError: the chain does not say; what is under way stays so.
        """
        followed = [activation.id for activation in self._outbox.open_activations()]
        self._watch.look(self._outbox)
        for activation in self._outbox.open_activations():
            try:
                self._follow(activation)
                self._in_doubt.discard(activation.id)
            except ChainError as error:
                self._note(activation, str(error))
        self._in_doubt &= {activation.id for activation in self._outbox.open_activations()}
        return [self.status(id_) for id_ in followed]

    def status(self, activation: str) -> Status:
        """What is known of a firing; KeyError when it was never sent."""
        found = self._outbox.activation(activation)
        if found is None:
            raise KeyError(activation)
        entries = self._outbox.entries(activation)
        landing = next((entry.landing for entry in entries if entry.landing is not None), None)
        said = found.reason or next((entry.reason for entry in reversed(entries) if entry.reason), "")
        return Status(activation, self._outbox.state(activation), said, landing)

    def withdraw(self, activation: str) -> Status:
        """Use up a firing's nonce with an operation that does nothing, where what was sent can be outbid.

        Raises:
            ChainError: the chain does not say what must be known; nothing was sent.
        """
        found = self._outbox.activation(activation)
        if found is None or found.ended:
            return self.status(activation)
        self._replace(found, self._outbox.entries(activation), self._nothing(), nothing=True)
        return self.status(activation)

    def _activation(self, firing: Firing) -> Activation:
        maker = self._maker
        nonce = free_nonce(maker.rpc, maker.at, maker.account, self._outbox, firing.lane)
        head = number(maker.rpc, "eth_blockNumber")
        return Activation(
            firing.activation,
            firing.lane,
            nonce,
            firing.route,
            firing.cap,
            firing.retries,
            head,
        )

    def _route(self, name: str) -> Route:
        if name not in self._routes:
            known = ", ".join(sorted(self._routes)) or "none"
            raise NotSent(f"there is no route {name!r} here; the routes are: {known}")
        return self._routes[name]

    def _written(
        self, activation: Activation, operation: UserOperation, deadline: int | None, *, nothing: bool = False
    ) -> Entry:
        hash_ = self._maker.hash(operation)
        return self._outbox.attempt(activation, hash_, operation, deadline, nothing=nothing)

    def _nothing(self) -> Batch:
        return Batch([Call(self._maker.account.address, 0, b"")])

    def _doubted(self) -> set[str]:
        """What a process before this one left: what it had planned may have been sent."""
        doubted = set()
        for activation in self._outbox.open_activations():
            entries = self._outbox.entries(activation.id)
            for entry in entries:
                if entry.state == "planned":
                    self._outbox.record(entry.hash, "unclear", "the process ended while it was being sent")
            if self._outbox.state(activation.id) in ("sent", "unknown"):
                doubted.add(activation.id)
            if not entries:
                self._outbox.end(activation.id, UNSENT)
        return doubted

    def _follow(self, activation: Activation) -> None:
        entries = self._outbox.entries(activation.id)
        live = [entry for entry in entries if entry.state in ("sent", "unknown")]
        if not live:
            return
        entry, route = live[-1], self._routes[activation.route]
        waited = self._clock() - entry.sent_at
        if entry.state == "sent" and waited < route.patience:
            return
        where = fate(self._maker.rpc, self._maker.at, self._outbox, route, entry)
        if where == "waiting":
            entry = self._moved(entry, "taken")
            if waited >= route.patience and not entry.nothing:
                self._again(activation, entries, entry, outbid=True)
        elif where == "absent":
            entry = self._moved(entry, "unclear", "neither chain nor route knows it")
            if waited >= self._pause:
                self._again(activation, entries, entry, outbid=False)

    def _again(self, activation: Activation, entries: list[Entry], entry: Entry, *, outbid: bool) -> None:
        """Send again, if that is allowed and still wanted: the same where that can land, else a higher bid."""
        sent = sum(one.sends for one in entries)
        if sent > activation.retries:
            self._note(activation, f"sent {sent} times, as often as it may be")
            return
        batch = self._nothing() if entry.nothing else self._recheck(activation)
        if batch is None:
            self._note(activation, "no longer wanted; nothing is sent again for it")
            return
        same = self._maker.account.batch(batch.calls) == entry.operation.call_data
        if same and not outbid:
            self._send(activation, entry)
        else:
            self._replace(activation, entries, batch, nothing=entry.nothing)

    def _replace(self, activation: Activation, entries: list[Entry], batch: Batch, *, nothing: bool) -> None:
        """Bid higher with the same nonce, so that at most one of the two can land."""
        before, route = bid_of(entries[-1].operation), self._routes[activation.route]
        try:
            operation = self._maker.make(batch.calls, activation.nonce, route, activation.cap, before)
        except NotSent as error:
            self._note(activation, f"not sent again: {error}")
            return
        self._send(activation, self._written(activation, operation, batch.deadline, nothing=nothing))

    def _send(self, activation: Activation, entry: Entry) -> None:
        """Write it down, hand it over, write down the answer: a crash between any two of these loses nothing."""
        route = self._routes[activation.route]
        try:
            parcel = self._parcel(activation, entry, route)
        except ChainError as error:
            self._answered(activation, entry, "unclear", str(error))
            return
        self._outbox.leaving(entry.hash, parcel, self._clock())
        answer = route.send(entry.operation, parcel, entry.deadline)
        self._answered(activation, entry, answer.kind, answer.reason)

    def _answered(
        self, activation: Activation, entry: Entry, kind: Literal["taken", "unclear", "refused"], reason: str
    ) -> None:
        entries = self._outbox.entries(activation.id)
        older = [one for one in entries if one.attempt < entry.attempt and one.state in ("sent", "unknown")]
        if kind == "refused" and older:
            self._outbox.record(entry.hash, "superseded", reason)
            self._note(activation, f"not replaced: {reason}")
            return
        self._outbox.record(entry.hash, kind, reason)
        for one in older:
            self._outbox.record(one.hash, "superseded", f"{entry.hash} was sent in its place")
        if has_ended(self._outbox.entries(activation.id)):
            self._outbox.end(activation.id, reason)

    def _moved(self, entry: Entry, event: Event, reason: str = "") -> Entry:
        """Written only when it says something new: each write waits for the disk."""
        if after(entry.state, event) == entry.state and reason == entry.reason:
            return entry
        return self._outbox.record(entry.hash, event, reason)

    def _note(self, activation: Activation, reason: str) -> None:
        if reason != activation.reason:
            self._outbox.note(activation.id, reason)

    def _parcel(self, activation: Activation, entry: Entry, route: Route) -> Parcel:
        """The same bytes as before where they can still land, else new ones in the place of the activation's own."""
        before = self._outbox.parcels(entry.hash)
        if before and route.again(before[0]):
            return before[0]
        entries = self._outbox.entries(activation.id)
        own = {parcel.nonce for one in entries for parcel in self._outbox.parcels(one.hash)}
        return route.pack(entry.operation, entry.hash, own, self._outbox.reserved(route.pays, activation.id))
