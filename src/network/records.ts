import type { EventEmitter } from 'node:events'
import { Uint8ArrayList } from 'uint8arraylist'

/**
 * What belongs together goes through TLS, and comes out of it, together. Both reach into a connection of libp2p over a TLS socket, and leave alone one
 * that does not have the methods they know.
 */

/**
 * A frame of the muxer is a header, a message's head and a chunk, and libp2p writes one after another: the header alone in a record of its own, with a
 * system call on either side. Held together they are one.
 */
export function sendTogether(connection: object, socket: { cork(): void; uncork(): void }): void {
  if (!('sendData' in connection && typeof connection.sendData === 'function')) return
  const send = connection.sendData
  connection.sendData = (...data: unknown[]) => {
    socket.cork()
    try {
      return send.apply(connection, data)
    } finally {
      socket.uncork()
    }
  }
}

/**
 * TLS gives a record of 16 KiB at a time, sixteen for a chunk, and each would go through libp2p's events and the muxer's decoder alone. Those that
 * came in one turn of the event loop are handed on together.
 */
export function receiveTogether(connection: object, socket: EventEmitter, afterTurn: (work: () => void) => void): void {
  if (!('onData' in connection && typeof connection.onData === 'function')) return
  const receive = connection.onData
  let held = new Uint8ArrayList()
  let waits = false
  const handOn = (): void => {
    waits = false
    if (held.byteLength === 0) return
    const data = held
    held = new Uint8ArrayList()
    receive.call(connection, data)
  }
  connection.onData = (record: Uint8Array) => {
    held.append(record)
    if (!waits) afterTurn(handOn)
    waits = true
  }
  // before libp2p hears of the end, and throws away what comes after it
  for (const end of ['end', 'close']) socket.prependListener(end, handOn)
}
