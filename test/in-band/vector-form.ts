import { toHex } from '../../src/domain/bytes.ts'

/** A message as JSON: amounts as decimal strings, bytes as hex, a chunk set as its length and members. */
export function jsonOf(message: object): unknown {
  return JSON.parse(JSON.stringify(plain(message)))
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('has' in value && typeof value.has === 'function' && 'length' in value && typeof value.length === 'number') {
    const { length } = value
    const members: number[] = []
    const count = 'count' in value && typeof value.count === 'number' ? value.count : 0
    for (let i = 0; i < Math.min(length, 100); i++) if (value.has(i) === true) members.push(i)
    return { length, count, membersBelow100: members }
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
