"""Josev as an EV: `READY evcc` on standard output, then one session for each `plug in`.

Environment: `NETWORK_INTERFACE`, `EVCC_CONFIG_PATH` and Josev's own variables; `V2X_V2G_ROOTS` (see
`common.provision`); `V2X_SESSION_LIMIT_S`, after which a session that hangs is given up.
Lines it obeys: `plug in`, and `unplug`, which drops the link at once. Each session ends with a line
`SESSION over: <reason>`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from types import SimpleNamespace
from typing import Any

from common import end_tasks, obey, provision, say
from warm import warm

SESSION_LIMIT_S = "300"


def always_ready() -> None:
    """Replace the coin that Josev's simulated EV tosses for EVProcessing by one that always says Finished."""
    from iso15118.evcc.controller import simulator

    simulator.random = SimpleNamespace(getrandbits=lambda bits: 1)


def ending_handler() -> Any:
    """Josev's EVCC handler, which tells when nothing more will come; the original waits for ever."""
    from iso15118.evcc import EVCCHandler
    from iso15118.shared.exceptions import SDPFailedError

    class Car(EVCCHandler):
        """Adds `over`, a future with the reason, and changes nothing that goes over the link."""

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def finish(self, reason: str) -> None:
            if not self.over.done():
                self.over.set_result(" ".join(reason.split()))

        async def restart_sdp(self, new_sdp_cycle: bool) -> None:  # noqa: FBT001 - Josev's signature
            try:
                await super().restart_sdp(new_sdp_cycle)
            except SDPFailedError as error:
                self.finish(f"no further SDP cycle: {error}")
                raise

        async def process_incoming_udp_packet(self, message: Any) -> None:
            await super().process_incoming_udp_packet(message)
            if getattr(self, "comm_session", (None, None))[0] is None and self._sdp_retry_cycles == 0:
                self.finish("no session followed the SDP response")

    return Car


def ending(handler: Any) -> str:
    """How a handler that came to its end came to it: it forgets its session after an orderly one."""
    return "an exception stopped Josev, see its log" if hasattr(handler, "comm_session") else "orderly end"


async def one_session(codec: Any) -> None:
    """Run one session from SDP to its end and say how it went."""
    from iso15118.evcc.controller.simulator import SimEVController
    from iso15118.evcc.evcc_config import load_from_file

    settings = await load_from_file(os.environ["EVCC_CONFIG_PATH"])
    handler = ending_handler()(
        evcc_config=settings,
        iface=os.environ["NETWORK_INTERFACE"],
        exi_codec=codec,
        ev_controller=SimEVController(settings),
    )
    ours = set(asyncio.all_tasks())
    session = asyncio.create_task(handler.start())
    limit = float(os.environ.get("V2X_SESSION_LIMIT_S", SESSION_LIMIT_S))
    reason = "unplugged"
    try:
        done, _ = await asyncio.wait({session, handler.over}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if handler.over in done:
            reason = handler.over.result()
        else:
            reason = ending(handler) if session in done else f"given up after {limit:g} s"
    finally:
        if handler.udp_client and handler.udp_client._transport:
            handler.udp_client._transport.abort()
        if handler.tcp_client and handler.tcp_client.writer:
            handler.tcp_client.writer.transport.abort()
        say(f"SESSION over: {reason}")
        await end_tasks(ours)


async def drive() -> None:
    """Wait for `plug in` and run a session for each."""
    from iso15118.evcc import Config
    from iso15118.shared.exificient_exi_codec import ExificientEXICodec

    Config().load_envs()
    always_ready()
    codec = ExificientEXICodec()
    warm(codec)
    running: list[asyncio.Task[None]] = []

    async def unplug() -> None:
        while running:
            session = running.pop()
            if not session.done():
                session.cancel()
                await asyncio.wait({session})

    async def plug_in() -> None:
        await unplug()
        running.append(asyncio.create_task(one_session(codec)))

    say("READY evcc")
    await obey({"plug in": plug_in, "unplug": unplug})
    await unplug()
    codec.gateway.shutdown()


def main() -> None:
    """Prepare, drive, clean up."""
    folder = provision()
    try:
        asyncio.run(drive())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
