"""A mail server for the tests: accepts messages and prints each as one line of JSON.

Usage: smtp_peer.py PORT [REFUSALS]

PORT 0 picks a free port. The first line of output is the port.
The first REFUSALS messages are refused with a temporary error, as greylisting and busy servers do.
"""

import asyncio
import json
import sys

from aiosmtpd.smtp import SMTP


class Peer:
    def __init__(self, refusals):
        self.refusals = refusals

    async def handle_DATA(self, server, session, envelope):
        if self.refusals > 0:
            self.refusals -= 1
            return "451 come again later"
        message = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode(),
        }
        print(json.dumps(message), flush=True)
        return "250 taken"


async def main(port, refusals):
    peer = Peer(refusals)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(peer, hostname="peer.test"), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The test closes this process's input when it ends.
    await loop.run_in_executor(None, sys.stdin.read)


arguments = [int(argument) for argument in sys.argv[1:]]
asyncio.run(main(arguments[0], arguments[1] if len(arguments) > 1 else 0))
