import fc from 'fast-check'
import { toHex } from '../../../../src/domain/bytes.ts'
import { type KadId, parseKadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import type { KadContact, KadMessage } from '../../../../src/public-protocols/ed2k/kad/message.ts'

const MAX_FILE_BYTES = 2 ** 38

export const kadIds: fc.Arbitrary<KadId> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => parseKadId(toHex(bytes)))
const ports = fc.integer({ min: 1024, max: 0xffff })
const address = fc.ipV4()
const tcpPort = fc.integer({ min: 1, max: 0xffff })
const version = fc.integer({ min: 2, max: 9 })
const target = kadIds
const sizeBytes = fc.nat(MAX_FILE_BYTES)
const contacts: fc.Arbitrary<KadContact[]> = fc.array(
  fc.record({ id: kadIds, address, udpPort: ports, tcpPort, version }),
  { maxLength: 20 },
)
const greeting = { id: kadIds, tcpPort, version }

/** Every message a node sends. */
export const kadMessages: fc.Arbitrary<KadMessage> = fc.oneof(
  fc.record({ kind: fc.constantFrom('bootstrap' as const, 'ping' as const) }),
  fc.record({ kind: fc.constant('bootstrap-answer' as const), ...greeting, contacts }),
  fc.record({ kind: fc.constantFrom('hello' as const, 'hello-answer' as const), ...greeting }),
  fc.record({ kind: fc.constant('find' as const), count: fc.integer({ min: 1, max: 31 }), target, receiver: kadIds }),
  fc.record({ kind: fc.constant('found' as const), target, contacts }),
  fc.record({ kind: fc.constant('search' as const), target, start: fc.nat(0x7fff), sizeBytes }),
  fc.record({
    kind: fc.constant('search-answer' as const),
    sender: kadIds,
    target,
    sources: fc.array(fc.record({ publisher: kadIds, address, tcpPort, udpPort: ports, sizeBytes }), { maxLength: 50 }),
  }),
  fc.record({
    kind: fc.constant('publish' as const),
    target,
    publisher: kadIds,
    source: fc.option(fc.record({ tcpPort, udpPort: ports, sizeBytes }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('publish-answer' as const), target, load: fc.nat(255) }),
  fc.record({ kind: fc.constant('pong' as const), port: fc.nat(0xffff) }),
)
