import { isIPv4, isIPv6 } from 'node:net'
import { DecodeError } from '../../../domain/errors.ts'

/** An IP address and a port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

export const COMPACT_BYTES = { ipv4: 6, ipv6: 18 } as const

/** Those of one family as BEP 23 and BEP 7 write them: address and port in network order, one behind the other. */
export function encodeCompact(endpoints: readonly Endpoint[], family: 'ipv4' | 'ipv6'): Uint8Array {
  const isOf = family === 'ipv4' ? isIPv4 : isIPv6
  return Buffer.concat(
    endpoints
      .filter(({ address }) => isOf(address))
      .map(({ address, port }) => {
        const bytes =
          family === 'ipv4'
            ? address.split('.').map(Number)
            : groupsOf(address).flatMap((group) => [group >> 8, group & 255])
        return Uint8Array.from([...bytes, port >> 8, port & 255])
      }),
  )
}

/** @throws DecodeError for a length that is no multiple of an endpoint's */
export function decodeCompact(bytes: Uint8Array, family: 'ipv4' | 'ipv6'): Endpoint[] {
  const size = COMPACT_BYTES[family]
  if (bytes.byteLength % size !== 0) throw new DecodeError('A list of peers ends within one.')
  return Array.from({ length: bytes.byteLength / size }, (_, index) => {
    const one = bytes.subarray(index * size, (index + 1) * size)
    const view = new DataView(one.buffer, one.byteOffset, size)
    const address =
      family === 'ipv4'
        ? one.subarray(0, 4).join('.')
        : Array.from({ length: 8 }, (_each, at) => view.getUint16(2 * at).toString(16)).join(':')
    return { address, port: view.getUint16(size - 2) }
  })
}

/** The eight groups of an IPv6 address without a zone. */
function groupsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [, head = '', a = '', b = '', c = '', d = ''] = dotted ?? []
  const plain =
    dotted === null
      ? address
      : `${head}${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`
  const [front = '', back] = plain.split('::')
  const groups = front === '' ? [] : front.split(':')
  const after = back === undefined || back === '' ? [] : back.split(':')
  const missing = back === undefined ? 0 : 8 - groups.length - after.length
  return [...groups, ...Array.from({ length: missing }, () => '0'), ...after].map((group) => Number.parseInt(group, 16))
}
