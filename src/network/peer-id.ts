import { peerIdFromString } from '@libp2p/peer-id'
import { DecodeError } from '../domain/errors.ts'
import { type PeerIdText, peerIdText } from '../domain/ids.ts'

/** A peer id that somebody typed. @throws DecodeError */
export function parsePeerId(text: string): PeerIdText {
  try {
    return peerIdText(peerIdFromString(text).toString())
  } catch {
    throw new DecodeError(`"${text.slice(0, 200)}" is not a peer id such as 12D3KooW…, nor an account (0x…).`)
  }
}
