import { DecodeError } from '../../../domain/errors.ts'

/** What an announce says has happened; `undefined`: nothing, it is the usual one. */
export type AnnounceEvent = 'started' | 'completed' | 'stopped' | 'paused' | undefined

/** One announce, as HTTP (BEP 3) and UDP (BEP 15) have it alike. */
export interface Announce {
  /** 40 hex digits. */
  readonly infohash: string
  /** 40 hex digits. */
  readonly peerId: string
  readonly port: number
  readonly event: AnnounceEvent
  /** Nothing is missing there. */
  readonly isSeeder: boolean
  /** Peers wanted. */
  readonly wanted: number
}

/** How the text of an event is read; clients send words of their own as well, and empty ones. */
export function parseEvent(text: string | undefined): AnnounceEvent {
  switch (text) {
    case 'started':
    case 'completed':
    case 'stopped':
    case 'paused':
      return text
    default:
      return undefined
  }
}

/** Twenty bytes as 40 hex digits. @throws DecodeError */
export function idOf(bytes: Uint8Array | undefined, name: string): string {
  if (bytes?.byteLength !== 20) throw new DecodeError(`${name} has 20 bytes.`)
  return Buffer.from(bytes).toString('hex')
}
