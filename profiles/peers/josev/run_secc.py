"""Josev as a charging station: `READY secc` on standard output, then it serves until standard input ends.

Environment: `NETWORK_INTERFACE` and Josev's own variables; `V2X_OEM_ROOTS` (see `common.provision`).
Lines it obeys: `reset` (a power cycle of the station: all sessions, paused ones too, are forgotten).
"""

from __future__ import annotations

import asyncio
import shutil
import sys

from common import end_tasks, obey, provision, say
from warm import usable, warm


async def serve() -> None:
    """Run Josev's SECC until told to stop."""
    from iso15118.secc import SECCHandler
    from iso15118.secc.controller.interface import ServiceStatus
    from iso15118.secc.controller.simulator import SimEVSEController
    from iso15118.secc.secc_settings import Config
    from iso15118.shared.exificient_exi_codec import ExificientEXICodec

    class Station(SimEVSEController):
        """Josev's simulated station, which tells when it listens."""

        async def set_status(self, status: ServiceStatus) -> None:
            await super().set_status(status)
            if status is ServiceStatus.READY:
                say("READY secc")
            elif status is ServiceStatus.ERROR:
                say("FAILED to listen")

    config = Config()
    config.load_envs()
    codec = ExificientEXICodec()
    warm(codec)
    ours = set(asyncio.all_tasks())
    running: list[SECCHandler] = []

    async def start() -> None:
        nonlocal codec
        if not usable(codec):
            codec.gateway.shutdown()
            codec = ExificientEXICodec()
            warm(codec)
        handler = SECCHandler(exi_codec=codec, evse_controller=Station(), config=config)
        running.append(handler)
        asyncio.create_task(handler.start(config.iface))  # noqa: RUF006 - ended by `stop`, through all_tasks

    async def stop() -> None:
        handler = running.pop()
        for session, _ in list(handler.comm_sessions.values()):
            session.writer.transport.abort()
        await end_tasks(ours)
        if handler.udp_server and handler.udp_server._transport:
            handler.udp_server._transport.abort()

    async def reset() -> None:
        await stop()
        await start()

    await start()
    await obey({"reset": reset})
    await stop()
    codec.gateway.shutdown()


def main() -> None:
    """Prepare, serve, clean up."""
    folder = provision()
    try:
        asyncio.run(serve())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
