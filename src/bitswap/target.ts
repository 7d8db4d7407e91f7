import { DecodeError } from '../domain/errors.ts'
import { decodeRef, encodeRef } from '../in-band/fields.ts'
import type { CancelTarget } from './message.ts'
import type * as wire from './messages.js'

export function encodeTarget(target: CancelTarget): wire.Cancel.$Properties {
  return target.kind === 'request' ? { requestId: target.requestId } : { alreadyHave: encodeRef(target.chunk) }
}

export function decodeTarget(target: wire.Cancel | wire.Settled): CancelTarget {
  if ((target.requestId === 0) === (target.alreadyHave === null))
    throw new DecodeError('a CANCEL names either a request or a chunk.')
  if (target.alreadyHave === null) return { kind: 'request', requestId: target.requestId }
  return { kind: 'already-have', chunk: decodeRef(target.alreadyHave) }
}
