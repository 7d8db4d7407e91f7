/** A set of networks, such as `10.0.0.0/8`. */
export interface IpRanges {
  /** Is this address, as text, in one of them? An IPv4 address in IPv6 notation is the IPv4 address; what is no address is in none. */
  has(address: string): boolean
}

const IPV4_BITS = 32
const IPV6_BITS = 128
/** `::ffff:0:0/96`: IPv4 addresses in IPv6 notation (RFC 4291 §2.5.5.2). */
const MAPPED_IPV4 = 0xffffn

interface Ip {
  readonly bits: number
  readonly value: bigint
}

/** Each network is `address/prefix`. In plain code, since a browser has no such list. */
export function ipRanges(networks: readonly string[]): IpRanges {
  const ranges = networks.map((network) => {
    const [address = '', prefix] = network.split('/')
    const ip = parseIp(address)
    if (ip === undefined) throw new RangeError(`"${network}" is not a network`)
    const shift = BigInt(ip.bits - Number(prefix))
    return { bits: ip.bits, shift, start: ip.value >> shift }
  })
  return {
    has(address) {
      const ip = parseIp(address)
      return (
        ip !== undefined && ranges.some(({ bits, shift, start }) => bits === ip.bits && ip.value >> shift === start)
      )
    },
  }
}

function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === undefined ? undefined : { bits: IPV4_BITS, value }
  }
  const value = parseIpv6(text)
  if (value === undefined) return undefined
  const isMapped = value >> BigInt(IPV4_BITS) === MAPPED_IPV4
  return isMapped ? { bits: IPV4_BITS, value: value & 0xffffffffn } : { bits: IPV6_BITS, value }
}

function parseIpv4(text: string): bigint | undefined {
  const bytes = text.split('.')
  if (bytes.length !== 4 || !bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) return undefined
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [front, back] = halves.map(groupsOf)
  if (front === undefined || (halves.length === 2 && back === undefined)) return undefined
  const gap = 8 - front.length - (back?.length ?? 0)
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined
  const groups = [...front, ...Array.from({ length: gap }, () => 0n), ...(back ?? [])]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

/** The 16-bit groups of one side of `::`; the last two may be written as an IPv4 address. */
function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return []
  const groups: bigint[] = []
  for (const group of text.split(':')) {
    const ipv4 = group.includes('.') ? parseIpv4(group) : undefined
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) groups.push(BigInt(`0x${group}`))
    else return undefined
  }
  return groups
}
