import { DecodeError } from '../../domain/errors.ts'
import { elements, escapeXml, textOf } from './xml.ts'

/** A router's service that forwards ports, and the URL where it takes actions. */
export interface UpnpService {
  readonly type: string
  readonly control: URL
}

/** Best first. The second version has all actions of the first; PPP is what routers of DSL lines call the same. */
const SERVICE_TYPES = ['WANIPConnection:2', 'WANIPConnection:1', 'WANPPPConnection:1'].map(
  (name) => `urn:schemas-upnp-org:service:${name}`,
)

/** UPnP's codes for what can be done about (WANIPConnection:1 §2.4.16, :2 §2.5.16). */
export const CONFLICT = 718
export const ONLY_PERMANENT_LEASES = 725
/** Of a router's own words, what goes into a line of the log. */
const MAX_REASON_LENGTH = 80

/** The code of a router's refusal; `undefined` of any other error. */
export function refusalOf(error: unknown): number | undefined {
  const code = error instanceof DecodeError ? error.details['upnpCode'] : undefined
  return typeof code === 'number' ? code : undefined
}

/** The service in a device's description. It is at the router's own address. @param at where the description was. @throws DecodeError */
export function decodeDescription(xml: string, at: URL): UpnpService {
  const base = URL.parse(textOf(xml, 'URLBase') ?? '') ?? at
  const services = elements(xml, 'service').map((service) => ({
    type: textOf(service, 'serviceType'),
    path: textOf(service, 'controlURL'),
  }))
  for (const type of SERVICE_TYPES) {
    const path = services.find((service) => service.type === type)?.path
    const control = path === undefined || path === '' ? null : URL.parse(path, base.href)
    if (control?.protocol === 'http:' && control.hostname === at.hostname) return { type, control }
  }
  throw new DecodeError('the router does not say how it forwards ports')
}

/** A SOAP request's body: an action and its arguments. */
export function encodeAction(
  type: string,
  action: string,
  args: Readonly<Record<string, string | number>>,
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const inner = Object.entries(args).map(([name, value]) => `<${name}>${escapeXml(`${value}`)}</${name}>`)
  const envelope =
    's:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
  const call = `<u:${action} xmlns:u="${type}">${inner.join('')}</u:${action}>`
  return {
    body: `<?xml version="1.0"?>\r\n<${envelope}><s:Body>${call}</s:Body></s:Envelope>\r\n`,
    headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"` },
  }
}

/** Throws what an answer to an action refuses. @throws DecodeError, of which `refusalOf` knows the router's code */
export function checkAnswer(status: number, xml: string): void {
  if (status === 200) return
  const code = Number(textOf(xml, 'errorCode') ?? Number.NaN)
  if (!Number.isInteger(code)) throw new DecodeError(`the router answers with status ${status}`)
  const description = (textOf(xml, 'errorDescription') ?? '').replace(/[^ -~]/g, '').slice(0, MAX_REASON_LENGTH)
  throw new DecodeError(`the router refuses: ${description === '' ? 'no reason given' : description} (UPnP ${code})`, {
    upnpCode: code,
  })
}

/** What `GetExternalIPAddress` answers. @throws DecodeError */
export function decodeExternalAddress(xml: string): string {
  const address = textOf(xml, 'NewExternalIPAddress')
  if (address === undefined) throw new DecodeError('the router does not say which address it has')
  return address
}
