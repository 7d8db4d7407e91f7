import { isIP } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'
import { ChiralError, DecodeError, messageOf } from '../../../domain/errors.ts'
import { deadline } from '../../../system/clock.ts'
import { type Bencoded, type BencodedDict, decodeBencode } from '../bencode.ts'
import { decodeCompact, type Endpoint } from '../tracker/compact.ts'
import { addressesOf, lookupWithin, type TrackerReach } from '../tracker-reach.ts'
import { type Announcement, type AskingParts, intervalOf, type TrackerAnswer } from './announcement.ts'
import { HTTP_TIMEOUT_MS, MAX_ANSWER_BYTES, MAX_PEERS } from './limits.ts'
import type { AnnounceTo } from './tracker-feed.ts'

export interface HttpAnnounceParts extends Pick<AskingParts, 'clock'> {
  readonly reach: TrackerReach
}

/** How a tracker is announced to over HTTP (BEP 3), redirections not followed. Its errors say what went wrong. */
export function announcesOverHttp(href: string, { clock, reach }: HttpAnnounceParts): AnnounceTo {
  // Of its own: a connection that another tracker's URL led to was checked by other rules.
  const dispatcher = new Agent({ connect: { lookup: lookupWithin(reach) } })
  const hostname = new URL(href).hostname.replace(/^\[|\]$/g, '')
  return (announcement, signal) => announce(href, announcement, { clock, reach, hostname, dispatcher }, signal)
}

interface Connecting extends HttpAnnounceParts {
  readonly hostname: string
  readonly dispatcher: Dispatcher
}

async function announce(
  href: string,
  announcement: Announcement,
  { clock, reach, hostname, dispatcher }: Connecting,
  signal?: AbortSignal,
): Promise<TrackerAnswer> {
  const late = new ChiralError('TRACKER_FAILED', `no answer in ${HTTP_TIMEOUT_MS / 1_000} s`)
  const limit = deadline(clock, HTTP_TIMEOUT_MS, late, signal)
  try {
    if (isIP(hostname) !== 0) await addressesOf(hostname, reach)
    const { statusCode, body } = await request(urlOf(href, announcement), {
      dispatcher,
      signal: limit.signal,
      headers: { 'user-agent': 'Chiral' },
      headersTimeout: 0, // the clock that is passed in measures
      bodyTimeout: 0,
    })
    const bytes = await readAll(body)
    // Trackers answer refusals with all kinds of statuses; what counts is whether there is an answer in the body.
    if (statusCode !== 200 && bytes.byteLength === 0) throw new DecodeError(`the status is ${statusCode}`)
    return readAnswer(decodeBencode(bytes))
  } catch (error) {
    if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'The announcement was cancelled.')
    const reason = limit.signal.aborted ? late : error
    throw new ChiralError('TRACKER_FAILED', `The tracker ${href} cannot be used: ${messageOf(reason)}`, {
      cause: reason,
    })
  } finally {
    limit.done()
  }
}

function urlOf(href: string, { infohash, peerId, port, left, event, wanted }: Announcement): string {
  const query = [
    `info_hash=${escaped(infohash)}`,
    `peer_id=${escaped(peerId)}`,
    `port=${port}&uploaded=0&downloaded=0&left=${left}&compact=1&numwant=${wanted}`,
    ...(event === undefined ? [] : [`event=${event}`]),
  ].join('&')
  return `${href}${href.includes('?') ? '&' : '?'}${query}`
}

function escaped(hex: string): string {
  return hex.replace(/../g, '%$&')
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.byteLength
    if (length > MAX_ANSWER_BYTES) throw new DecodeError('the answer is too long') // leaving the loop ends the connection
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** @throws DecodeError */
function readAnswer(value: Bencoded): TrackerAnswer {
  if (!isDict(value)) throw new DecodeError('the answer is no dictionary')
  const failure = value.get('failure reason')
  if (failure !== undefined) throw new DecodeError(`it says "${textOf(failure)}"`)
  const interval = value.get('interval')
  const peers = [...endpoints(value.get('peers'), 'ipv4'), ...endpoints(value.get('peers6'), 'ipv6')]
  return {
    intervalMs: intervalOf(typeof interval === 'number' ? interval : undefined),
    peers: peers.slice(0, MAX_PEERS),
  }
}

/** BEP 23's string, or BEP 3's list of dictionaries. */
function endpoints(value: Bencoded | undefined, family: 'ipv4' | 'ipv6'): Endpoint[] {
  if (value === undefined) return []
  if (value instanceof Uint8Array) return decodeCompact(value, family)
  if (!Array.isArray(value)) throw new DecodeError('the peers are no list')
  const list: readonly Bencoded[] = value
  return list.flatMap((each) => {
    if (!isDict(each)) return []
    const address = textOf(each.get('ip'))
    const port = each.get('port')
    // A host name would be resolved for a stranger.
    return isIP(address) !== 0 && typeof port === 'number' && port > 0 && port < 65_536 ? [{ address, port }] : []
  })
}

function isDict(value: Bencoded): value is BencodedDict {
  return value instanceof Map
}

/** Text of a stranger, without what would confuse a terminal. */
function textOf(value: Bencoded | undefined): string {
  return value instanceof Uint8Array
    ? Buffer.from(value.subarray(0, 200))
        .toString('utf8')
        .replace(/[^\x20-\x7e]/g, '?')
    : ''
}
