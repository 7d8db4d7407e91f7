import { createSocket, type Socket } from 'node:dgram'
import type { Clock } from '../../system/clock.ts'
import type { Gateway } from './gateway.ts'
import { MAX_CANDIDATES, MAX_INTERFACES, SEARCH_AGAIN_MS } from './limits.ts'
import { ownAddresses } from './own-addresses.ts'
import { decodeSearchAnswer, encodeSearch, GATEWAY_DEVICES, SSDP_GROUP } from './ssdp.ts'
import { openUpnp } from './upnp-gateway.ts'

/** The first router that answers a search in the networks of this machine and says how it forwards ports; `undefined` when none did until the signal. */
export async function findUpnp(
  { clock }: { readonly clock: Clock },
  signal: AbortSignal,
): Promise<Gateway | undefined> {
  const found = Promise.withResolvers<Gateway | undefined>()
  const tried = new Set<string>()
  const sockets = ownAddresses()
    .slice(0, MAX_INTERFACES)
    .map((address) =>
      search(address, (location) => {
        if (tried.has(location.href) || tried.size >= MAX_CANDIDATES) return
        tried.add(location.href)
        openUpnp(location, signal).then(found.resolve, () => {}) // another one may do
      }),
    )
  const send = (): void => {
    for (const { ask } of sockets) ask()
  }
  const cancel = clock.schedule(SEARCH_AGAIN_MS, send)
  const onAbort = (): void => found.resolve(undefined)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted || sockets.length === 0) onAbort()
  try {
    return await found.promise
  } finally {
    cancel()
    signal.removeEventListener('abort', onAbort)
    for (const { close } of sockets) close()
  }
}

interface Search {
  ask(): void
  close(): void
}

/** Asks in the network of one of our addresses, from any port: answers come back to it alone. */
function search(address: string, onAnswer: (location: URL) => void): Search {
  const socket: Socket = createSocket('udp4')
  socket.unref()
  let state: 'opening' | 'open' | 'closed' = 'opening'
  const ask = (): void => {
    if (state !== 'open') return
    for (const device of GATEWAY_DEVICES) socket.send(encodeSearch(device), SSDP_GROUP.port, SSDP_GROUP.host)
  }
  const close = (): void => {
    if (state === 'closed') return
    state = 'closed'
    socket.close()
  }
  socket.on('error', close) // a network without multicast has no such router
  socket.on('message', (message, { address: sender }) => {
    const location = decodeSearchAnswer(message, sender)
    if (location !== undefined) onAnswer(location)
  })
  socket.bind(0, address, () => {
    if (state === 'closed') return
    state = 'open'
    socket.setMulticastInterface(address)
    ask()
  })
  return { ask, close }
}
