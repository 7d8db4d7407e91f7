import { DecodeError } from '../../../domain/errors.ts'
import { MAX_PEERS_PER_ANSWER, MAX_SCRAPED } from './limits.ts'
import { type Announce, idOf, parseEvent } from './request.ts'

export type TrackerRequest =
  | { readonly kind: 'announce'; readonly announce: Announce; readonly isCompact: boolean }
  | { readonly kind: 'scrape'; readonly infohashes: readonly string[] }

/**
 * What a client asks of a tracker in the target of a GET (BEP 3, BEP 23, BEP 48). Values are percent-encoded bytes and no text.
 * @throws DecodeError with a sentence for the client
 */
export function parseTrackerRequest(target: string): TrackerRequest | undefined {
  const at = target.indexOf('?')
  const path = at === -1 ? target : target.slice(0, at)
  const query = parseQuery(at === -1 ? '' : target.slice(at + 1))
  if (path === '/announce')
    return { kind: 'announce', announce: parseAnnounce(query), isCompact: lastText(query, 'compact') !== '0' }
  if (path !== '/scrape') return undefined
  const infohashes = (query.get('info_hash') ?? []).map((bytes) => idOf(bytes, 'info_hash'))
  // SPEC 13 §2.1: "It MUST NOT answer a scrape that names no torrent."
  if (infohashes.length === 0 || infohashes.length > MAX_SCRAPED)
    throw new DecodeError(`A scrape names one to ${MAX_SCRAPED} torrents.`)
  return { kind: 'scrape', infohashes }
}

type Query = ReadonlyMap<string, readonly Uint8Array[]>

function parseAnnounce(query: Query): Announce {
  const port = decimal(query, 'port')
  if (port === undefined || port < 1 || port > 65_535) throw new DecodeError('port is a number from 1 to 65535.')
  return {
    infohash: idOf(query.get('info_hash')?.at(-1), 'info_hash'),
    peerId: idOf(query.get('peer_id')?.at(-1), 'peer_id'),
    port,
    event: parseEvent(lastText(query, 'event')),
    isSeeder: decimal(query, 'left') === 0,
    wanted: Math.min(decimal(query, 'numwant') ?? MAX_PEERS_PER_ANSWER, MAX_PEERS_PER_ANSWER),
  }
}

function parseQuery(text: string): Query {
  const values = new Map<string, Uint8Array[]>()
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=')
    if (at === -1) continue
    const name = pair.slice(0, at)
    const value = percentDecode(pair.slice(at + 1))
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}

/** Bytes, and not the text that they might be in UTF-8: ids are not. */
function percentDecode(text: string): Uint8Array {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return Buffer.from(decoded, 'latin1')
}

function lastText(query: Query, name: string): string | undefined {
  const bytes = query.get(name)?.at(-1)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1')
}

function decimal(query: Query, name: string): number | undefined {
  const text = lastText(query, name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
