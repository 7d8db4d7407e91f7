import fc from 'fast-check'
import { toHex } from '../../../../src/domain/bytes.ts'
import {
  MAX_PEERS_SENT,
  MAX_TOKEN_BYTES,
  MAX_TRANSACTION_BYTES,
} from '../../../../src/public-protocols/bittorrent/dht/limits.ts'
import type { DhtMessage, DhtQuestion } from '../../../../src/public-protocols/bittorrent/dht/message.ts'

export const places = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex)
const ports = fc.integer({ min: 1_024, max: 65_535 })
const addresses = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'))
const tokens = fc.uint8Array({ minLength: 1, maxLength: MAX_TOKEN_BYTES })
const contacts = fc.array(fc.record({ id: places, address: addresses, udpPort: ports }), { maxLength: 8 })
const peers = fc.array(fc.record({ address: addresses, port: ports }), { maxLength: MAX_PEERS_SENT })

export const questions: fc.Arbitrary<DhtQuestion> = fc.oneof(
  fc.constant({ kind: 'ping' as const }),
  fc.record({ kind: fc.constant('find' as const), target: places }),
  fc.record({ kind: fc.constant('get-peers' as const), target: places }),
  fc.record({
    kind: fc.constant('announce' as const),
    target: places,
    port: fc.option(ports, { nil: undefined }),
    token: tokens,
  }),
)

const transaction = fc.uint8Array({ minLength: 1, maxLength: MAX_TRANSACTION_BYTES })

export const dhtMessages: fc.Arbitrary<DhtMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('question' as const),
    transaction,
    sender: places,
    isReadOnly: fc.boolean(),
    question: questions,
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    transaction,
    sender: places,
    contacts,
    peers,
    token: fc.option(tokens, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('error' as const), transaction, code: fc.constantFrom(201, 202, 203, 204) }),
)
