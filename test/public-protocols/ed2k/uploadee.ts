import { type Callee, clientKey } from '../../../src/public-protocols/ed2k/callee.ts'
import { STOCK_PAUSE_MS } from '../../../src/public-protocols/ed2k/limits.ts'
import type { Uploadee } from '../../../src/public-protocols/ed2k/places.ts'
import { UploadSlots } from '../../../src/public-protocols/ed2k/upload-slots.ts'
import type { Clock } from '../../../src/system/clock.ts'

/** One connection of somebody who wants to be sent to. */
export interface Peer extends Uploadee {
  hasTurn: boolean
  isDisplaced: boolean
}

/** @param user the number of a client that can be called; `undefined`: one of ours */
export function peerOf(
  address: string,
  {
    pays = false,
    user,
    port = 4_662,
  }: { readonly pays?: boolean; readonly user?: number; readonly port?: number } = {},
): Peer {
  const callee = user === undefined ? undefined : calleeOf(address, user, port)
  const peer: Peer = {
    address,
    pays,
    client: callee?.client,
    callee,
    hasTurn: false,
    isDisplaced: false,
    granted() {
      peer.hasTurn = true
    },
    displaced() {
      peer.isDisplaced = true
    },
  }
  return peer
}

function calleeOf(host: string, user: number, port: number): Callee {
  const userHash = new Uint8Array(16)
  new DataView(userHash.buffer).setUint32(0, user)
  return { client: clientKey(userHash, host), host, port, userHash, pauseMs: STOCK_PAUSE_MS, vainCalls: 0 }
}

/** Slots, and whom they had called. */
export function slotsAt(clock: Clock): { readonly slots: UploadSlots; readonly calls: Callee[] } {
  const calls: Callee[] = []
  return { slots: new UploadSlots({ clock, call: (callee) => calls.push(callee) }), calls }
}
