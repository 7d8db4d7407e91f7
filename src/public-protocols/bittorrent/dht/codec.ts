import { fromHex, toHex } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import type { Contact } from '../../kademlia/contact.ts'
import {
  type Bencodable,
  type BencodableDict,
  type Bencoded,
  type BencodedDict,
  decodeDict,
  encodeBencode,
} from '../bencode.ts'
import { COMPACT_BYTES, decodeCompact, type Endpoint, encodeCompact } from '../tracker/compact.ts'
import {
  MAX_CONTACTS_READ,
  MAX_DATAGRAM_BYTES,
  MAX_PEERS_READ,
  MAX_TOKEN_BYTES,
  MAX_TRANSACTION_BYTES,
} from './limits.ts'
import type { DhtAnswer, DhtMessage, DhtQuestion } from './message.ts'
import { PLACE_BYTES } from './place.ts'

/** Ports below are those of services such as DNS: nobody is made to send datagrams there. */
const LOWEST_UDP_PORT = 1_024
const CONTACT_BYTES = PLACE_BYTES + COMPACT_BYTES.ipv4
const METHODS = { ping: 'ping', find: 'find_node', 'get-peers': 'get_peers', announce: 'announce_peer' } as const

/** A datagram of BEP 5. */
export function encodeMessage(message: DhtMessage): Uint8Array {
  const { transaction } = message
  switch (message.kind) {
    case 'question': {
      const { question, sender, isReadOnly } = message
      const asked = { id: fromHex(sender), ...argumentsOf(question) }
      return encodeBencode({
        t: transaction,
        y: 'q',
        q: METHODS[question.kind],
        a: asked,
        ro: isReadOnly ? 1 : undefined,
      })
    }
    case 'answer':
      return encodeBencode({ t: transaction, y: 'r', r: { id: fromHex(message.sender), ...valuesOf(message) } })
    case 'error':
      return encodeBencode({ t: transaction, y: 'e', e: [message.code, 'Protocol Error'] })
  }
}

function argumentsOf(question: DhtQuestion): BencodableDict {
  switch (question.kind) {
    case 'ping':
      return {}
    case 'find':
      return { target: fromHex(question.target) }
    case 'get-peers':
      return { info_hash: fromHex(question.target) }
    case 'announce': {
      const { target, port, token } = question
      return { info_hash: fromHex(target), token, ...(port === undefined ? { implied_port: 1, port: 0 } : { port }) }
    }
  }
}

function valuesOf({ contacts, peers, token }: DhtAnswer): BencodableDict {
  const values: Bencodable[] = peers.map((peer) => encodeCompact([peer], 'ipv4'))
  return {
    nodes: contacts.length === 0 ? undefined : encodeContacts(contacts),
    token,
    values: values.length === 0 ? undefined : values,
  }
}

function encodeContacts(contacts: readonly Contact[]): Uint8Array {
  return Buffer.concat(
    contacts.flatMap(({ id, address, udpPort }) => [fromHex(id), encodeCompact([{ address, port: udpPort }], 'ipv4')]),
  )
}

/**
 * `undefined` for a method this node does not know and for what answers an error without a number: there is nothing to be said to it.
 * @throws DecodeError for all that is no datagram of BEP 5
 */
export function decodeMessage(bytes: Uint8Array): DhtMessage | undefined {
  if (bytes.byteLength > MAX_DATAGRAM_BYTES) throw new DecodeError(`A datagram has ${bytes.byteLength} bytes.`)
  const dict = decodeDict(bytes)
  const transaction = bytesIn(dict, 't', MAX_TRANSACTION_BYTES)
  switch (textIn(dict, 'y')) {
    case 'q': {
      const asked = dictIn(dict, 'a')
      const question = decodeQuestion(textIn(dict, 'q'), asked)
      const isReadOnly = dict.get('ro') === 1
      return question && { kind: 'question', transaction, sender: placeIn(asked, 'id'), isReadOnly, question }
    }
    case 'r': {
      const values = dictIn(dict, 'r')
      return { kind: 'answer', transaction, sender: placeIn(values, 'id'), ...decodeAnswer(values) }
    }
    case 'e': {
      const error = dict.get('e')
      const code: unknown = Array.isArray(error) ? error[0] : undefined
      return typeof code === 'number' ? { kind: 'error', transaction, code } : undefined
    }
    default:
      throw new DecodeError('A datagram is no question, answer or error.')
  }
}

function decodeQuestion(method: string, asked: BencodedDict): DhtQuestion | undefined {
  switch (method) {
    case METHODS.ping:
      return { kind: 'ping' }
    case METHODS.find:
      return { kind: 'find', target: placeIn(asked, 'target') }
    case METHODS['get-peers']:
      return { kind: 'get-peers', target: placeIn(asked, 'info_hash') }
    case METHODS.announce: {
      const isImplied = asked.get('implied_port') === 1
      const token = bytesIn(asked, 'token', MAX_TOKEN_BYTES)
      return {
        kind: 'announce',
        target: placeIn(asked, 'info_hash'),
        port: isImplied ? undefined : portIn(asked),
        token,
      }
    }
    default:
      return undefined
  }
}

function decodeAnswer(values: BencodedDict): DhtAnswer {
  const nodes = values.get('nodes')
  const peers = values.get('values')
  return {
    contacts: nodes instanceof Uint8Array ? decodeContacts(nodes) : [],
    peers: Array.isArray(peers) ? decodePeers(peers) : [],
    token: values.has('token') ? bytesIn(values, 'token', MAX_TOKEN_BYTES) : undefined,
  }
}

function decodeContacts(bytes: Uint8Array): Contact[] {
  if (bytes.byteLength % CONTACT_BYTES !== 0) throw new DecodeError('A list of nodes ends within one.')
  const count = Math.min(MAX_CONTACTS_READ, bytes.byteLength / CONTACT_BYTES)
  return Array.from({ length: count }, (_, index) => {
    const one = bytes.subarray(index * CONTACT_BYTES, (index + 1) * CONTACT_BYTES)
    const [at] = decodeCompact(one.subarray(PLACE_BYTES), 'ipv4')
    return { id: toHex(one.subarray(0, PLACE_BYTES)), address: at?.address ?? '', udpPort: at?.port ?? 0 }
  }).filter(({ udpPort }) => udpPort >= LOWEST_UDP_PORT)
}

/** Those of IPv4; others stand there as well. */
function decodePeers(values: readonly Bencoded[]): Endpoint[] {
  return values
    .slice(0, MAX_PEERS_READ)
    .filter((value) => value instanceof Uint8Array && value.byteLength === COMPACT_BYTES.ipv4)
    .flatMap((value) => (value instanceof Uint8Array ? decodeCompact(value, 'ipv4') : []))
    .filter(({ port }) => port > 0)
}

function dictIn(dict: BencodedDict, key: string): BencodedDict {
  const value = dict.get(key)
  if (!(value instanceof Map)) throw new DecodeError(`A datagram has no dictionary "${key}".`)
  return value
}

function bytesIn(dict: BencodedDict, key: string, most: number): Uint8Array {
  const value = dict.get(key)
  if (!(value instanceof Uint8Array) || value.byteLength === 0 || value.byteLength > most)
    throw new DecodeError(`"${key}" of a datagram is no string of 1 to ${most} bytes.`)
  return Uint8Array.from(value) // what is kept of a datagram does not keep all of it
}

function textIn(dict: BencodedDict, key: string): string {
  return Buffer.from(bytesIn(dict, key, MAX_TOKEN_BYTES)).toString('latin1')
}

function placeIn(dict: BencodedDict, key: string): string {
  const value = dict.get(key)
  if (value instanceof Uint8Array && value.byteLength === PLACE_BYTES) return toHex(value)
  throw new DecodeError(`"${key}" of a datagram has not ${PLACE_BYTES} bytes.`)
}

function portIn(dict: BencodedDict): number {
  const port = dict.get('port')
  if (typeof port === 'number' && port > 0 && port < 65_536) return port
  throw new DecodeError('"port" of a datagram is none.')
}
