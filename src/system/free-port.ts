import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below what systems give to outgoing connections and to servers that ask for any port (Linux from 32,768, macOS from 49,152), and below
 * geth's own 30,303: nobody gets one of these by chance between the look and the use.
 */
const LOWEST_PORT = 20_000
const PORTS = 10_000
/** A machine on which so many in a row are taken has another trouble. */
const MOST_TRIES = 100

/** What this process was given is not given again: it may not listen yet. */
const given = new Set<number>()

/** A TCP port of `host` nobody listens on now, another one at each call. Another process may still choose the same. */
export async function freePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const port = LOWEST_PORT + randomInt(PORTS)
    if (given.has(port) || !(await isPortFree(host, port))) continue
    given.add(port)
    return port
  }
  throw new Error(`None of ${MOST_TRIES} ports of ${host} is free.`)
}

/** Could a server listen on `port` of `host` now? */
export function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
