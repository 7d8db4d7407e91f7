import { createSocket } from 'node:dgram'
import type { Clock } from '../../system/clock.ts'
import type { Gateway } from './gateway.ts'
import { NAT_PMP_FIRST_RETRY_MS } from './limits.ts'
import {
  decodeAddressAnswer,
  decodeMapAnswer,
  encodeAddressRequest,
  encodeMapRequest,
  NAT_PMP_PORT,
} from './nat-pmp-codec.ts'

/** The router at this IPv4 address, when it speaks NAT-PMP. @throws Error when it does not, or the signal's reason */
export async function findNatPmp(
  { host, clock, port = NAT_PMP_PORT }: { readonly host: string; readonly clock: Clock; readonly port?: number },
  signal: AbortSignal,
): Promise<Gateway> {
  const ask = <T>(bytes: Uint8Array, decode: (answer: Uint8Array) => T | undefined, until: AbortSignal) =>
    exchange({ bytes, decode, to: { host, port }, clock }, until)
  const { ownAddress } = await ask(encodeAddressRequest(), decodeAddressAnswer, signal)
  return {
    by: 'NAT-PMP',
    ownAddress,
    async externalAddress(until) {
      return (await ask(encodeAddressRequest(), decodeAddressAnswer, until)).answer
    },
    async map(request, until) {
      return (await ask(encodeMapRequest(request), (bytes) => decodeMapAnswer(bytes, request), until)).answer
    },
    async unmap(request, until) {
      const bytes = encodeMapRequest({ ...request, leaseSeconds: 0 })
      await ask(bytes, (found) => decodeMapAnswer(found, request), until)
    },
  }
}

interface Exchange<T> {
  readonly bytes: Uint8Array
  readonly to: { readonly host: string; readonly port: number }
  readonly clock: Clock
  /** `undefined`: not the answer, wait on. */
  decode(answer: Uint8Array): T | undefined
}

/** Sends a request until it is answered (RFC 6886 §3.1). The socket is connected: it takes nothing from others, and hears when nobody is there. */
async function exchange<T>(
  { bytes, to, clock, decode }: Exchange<T>,
  signal: AbortSignal,
): Promise<{ answer: T; ownAddress: string }> {
  signal.throwIfAborted()
  const done = Promise.withResolvers<{ answer: T; ownAddress: string }>()
  const socket = createSocket('udp4')
  socket.unref()
  let cancel = (): void => {}
  const onAbort = (): void => done.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const send = (waitMs: number): void => {
    socket.send(bytes) // what cannot be sent is told to the listener of errors
    cancel = clock.schedule(waitMs, () => send(2 * waitMs))
  }
  socket.on('error', done.reject)
  socket.on('connect', () => send(NAT_PMP_FIRST_RETRY_MS))
  socket.on('message', (message) => {
    try {
      const answer = decode(message)
      if (answer !== undefined) done.resolve({ answer, ownAddress: socket.address().address })
    } catch (error) {
      done.reject(error)
    }
  })
  socket.connect(to.port, to.host)
  try {
    return await done.promise
  } finally {
    cancel()
    signal.removeEventListener('abort', onAbort)
    socket.removeAllListeners('connect')
    socket.close()
  }
}
