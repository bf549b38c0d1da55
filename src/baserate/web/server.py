"""Serve the explorer to this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from baserate.errors import refuse
from baserate.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from baserate.models.scenario import Scenario

HOST = "127.0.0.1"  # and no other: there is no option for it
_LONGEST_HEAD = 128_000  # bytes of a request before its body


class _Server(uvicorn.Server):
    """A server that says where it can be found once it can be."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], object]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self.announce(f"http://{HOST}:{port}/")


def serve(scenarios: Mapping[str, Scenario], *, port: int, announce: Callable[[str], object]) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    scenarios
        What is shown, by what the command line calls it: a shipped name or a path. Of two with the same name, the last.
    port
        Port of this machine; 0 for any that is free.
    announce
        Called with the address once it answers.

    Raises
    ------
    InputError
        If the port is taken or not ours to use.
    """
    config = uvicorn.Config(
        create_app({own.name: own for own in scenarios.values()}, {own.name: at for at, own in scenarios.items()}),
        host=HOST,
        port=port,
        http="h11",
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config, announce)
    try:
        server.run()
    except SystemExit:
        raise refuse(
            "port-taken",
            f"--port {port}",
            "cannot be listened to: another program has it, or it is not yours to use",
            "Give another port, or 0 for any that is free",
        ) from None
    except KeyboardInterrupt:
        return
