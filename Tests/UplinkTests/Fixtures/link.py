"""A TCP link that goes bad when it is told to: from the first port to the second, both on this machine.

Words on its input, a line each:
    pass        whatever comes goes on
    slow        at 4000 bytes a second
    swallow     what comes is lost, without a word; connections made or used meanwhile stay dead when it is over, as they do behind a
                router that has forgotten them
    cut         all connections are closed
"""

import asyncio
import sys

mode = "pass"
writers = set()


class Connection:
    def __init__(self):
        self.is_dead = False


async def pump(connection, reader, writer):
    try:
        while data := await reader.read(400 if mode == "slow" else 65_536):
            connection.is_dead = connection.is_dead or mode == "swallow"
            if connection.is_dead:
                continue
            if mode == "slow":
                await asyncio.sleep(len(data) / 4000)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def serve(reader, writer):
    connection = Connection()
    connection.is_dead = mode == "swallow"
    try:
        there, onward = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
    except OSError:
        writer.close()
        return
    pair = {writer, onward}
    writers.update(pair)
    await asyncio.gather(pump(connection, reader, onward), pump(connection, there, writer))
    writers.difference_update(pair)


async def listen():
    global mode
    words = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    while word := (await words.readline()).decode().strip():
        if word == "cut":
            for writer in list(writers):
                writer.close()
        else:
            mode = word
    server.close()


asyncio.run(listen())
