import { isIPv4 } from 'node:net'

/** The search of UPnP (UPnP Device Architecture 1.1, §1.3): a request to a multicast address, answered by datagrams to whoever asked. */
export const SSDP_GROUP = { host: '239.255.255.250', port: 1_900 } as const
/** Routers of both versions; many of the second answer to the first as well. */
export const GATEWAY_DEVICES = [1, 2].map((version) => `urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`)

/** A search for devices of one type, which answer within a second. */
export function encodeSearch(device: string): Uint8Array {
  const { host, port } = SSDP_GROUP
  const lines = ['M-SEARCH * HTTP/1.1', `HOST: ${host}:${port}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${device}`]
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
}

/**
 * Where the device that answered describes itself. `undefined`: no answer of a router, or one that sends us elsewhere: the description of a router is at
 * its own address, and nobody in the LAN may have us ask others for something.
 *
 * @param sender the IP address that the datagram came from
 */
export function decodeSearchAnswer(bytes: Uint8Array, sender: string): URL | undefined {
  const [status = '', ...lines] = new TextDecoder('latin1').decode(bytes).split('\r\n')
  if (!/^HTTP\/1\.[01] 200\b/.test(status)) return undefined
  const fields = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const location = fields.get('location')
  if (!GATEWAY_DEVICES.includes(fields.get('st') ?? '') || location === undefined) return undefined
  const url = URL.parse(location)
  return url !== null && url.protocol === 'http:' && isIPv4(url.hostname) && url.hostname === sender ? url : undefined
}
