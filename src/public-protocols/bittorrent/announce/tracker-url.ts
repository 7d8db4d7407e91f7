import { DecodeError } from '../../../domain/errors.ts'
import { MAX_URL_LENGTH } from './limits.ts'

export interface TrackerUrl {
  readonly kind: 'http' | 'udp' | 'websocket'
  /** As it was written, without a fragment. */
  readonly href: string
  readonly hostname: string
  readonly port: number
}

const KINDS = new Map([
  ['http:', ['http', 80]],
  ['https:', ['http', 443]],
  ['udp:', ['udp', 0]],
  ['ws:', ['websocket', 80]],
  ['wss:', ['websocket', 443]],
] as const)

/** @throws DecodeError with a sentence that shows what one looks like */
export function parseTrackerUrl(text: string): TrackerUrl {
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text)
  const known = [...KINDS].find(([scheme]) => scheme === url?.protocol)
  if (url === null || known === undefined || url.hostname === '' || url.username !== '' || url.password !== '')
    throw notOne(text)
  const [, [kind, standardPort]] = known
  const port = url.port === '' ? standardPort : Number(url.port)
  if (port === 0) throw notOne(text)
  url.hash = ''
  return { kind, href: url.href, hostname: url.hostname.replace(/^\[|\]$/g, ''), port }
}

function notOne(text: string): DecodeError {
  const examples = 'udp://192.0.2.7:6969, http://192.0.2.7:6969/announce or wss://tracker.example'
  return new DecodeError(`"${text.slice(0, 120)}" is no address of a tracker: give one such as ${examples}.`)
}
