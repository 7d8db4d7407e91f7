import { mkdir, readdir, rename, rmdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type WebTorrent from 'webtorrent'
import type { Torrent } from 'webtorrent'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import type { SwarmSource } from './swarm-source.ts'

/** How often progress is told: as often as a terminal is redrawn. */
const PROGRESS_EVERY_MS = 200
/** Everything but 127.0.0.0/8. */
const NOT_LOOPBACK = [
  { start: '0.0.0.0', end: '126.255.255.255' },
  { start: '128.0.0.0', end: '255.255.255.255' },
]

export interface SwarmOptions {
  readonly clock: Clock
  /** An existing folder that the file, or the folder of files, is put into. */
  readonly folder: string
  /** Asked besides those that the torrent names. */
  readonly trackers: readonly string[]
  /** Pieces in the order of the file, for whoever plays it meanwhile; else the rarest first. */
  readonly sequential: boolean
  /** Replaces what has the name of the torrent. */
  readonly overwrite: boolean
  /** Peers on this machine alone. */
  readonly loopbackOnly: boolean
  /** Nodes of the BitTorrent DHT to enter it by, as `host:port`; `undefined`: those that everybody uses; `false`: not at all. */
  readonly dhtBootstrap: readonly string[] | undefined | false
  readonly iceServers: readonly string[]
  /** Bytes a second; 0 for no limit. */
  readonly maxDownloadRate: number
  readonly maxUploadRate: number
  readonly onProgress?: (progress: SwarmProgress) => void
  /** Worth telling, and no failure: a tracker that does not answer. */
  readonly onNotice?: (message: string) => void
  /** Stops; what is here already is kept beside the target, and used by the next attempt. */
  readonly signal: AbortSignal
}

export interface SwarmProgress {
  /** `undefined` until a peer has told what the torrent is. */
  readonly sizeBytes: number | undefined
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  readonly peers: number
}

export interface SwarmResult {
  readonly infohash: string
  /** Of the file, or of the folder of files. */
  readonly path: string
  readonly files: number
  readonly sizeBytes: number
}

/**
 * Fetches a torrent from a standard swarm, over TCP and WebRTC, as any client of it does: free, every piece checked against the SHA-1 of the
 * torrent (BEP 3). It is written beside its target and takes its name when it is whole.
 *
 * @throws ChiralError `TARGET_EXISTS`, `SWARM_FAILED`, `TORRENT_INVALID`, or the reason of `signal`
 */
export async function downloadFromSwarm(source: SwarmSource, options: SwarmOptions): Promise<SwarmResult> {
  const { folder, signal } = options
  signal.throwIfAborted()
  const { default: Client } = await import('webtorrent')
  const part = join(folder, `.${source.infohash}.torrent-part`)
  await mkdir(part, { recursive: true })
  const client = new Client(clientOptions(options))
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {}) // told where it is waited for
  const fail = (error: unknown): void => failed.reject(swarmFailed(error))
  const stop = (): void => failed.reject(signal.reason)
  client.on('error', fail)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const torrent = add(client, source, { part, options, fail })
    const stopTelling = tellProgress(torrent, options)
    try {
      await Promise.race([once(torrent, 'ready'), failed.promise])
      const name = nameOf(torrent)
      const target = join(folder, name)
      if (!options.overwrite && (await exists(target))) throw targetExists(target)
      await Promise.race([once(torrent, 'done'), failed.promise])
      const { length: sizeBytes, files } = torrent
      options.onProgress?.(progressOf(torrent))
      await destroy(client)
      await takeName(part, name, target, options.overwrite)
      return { infohash: source.infohash, path: target, files: files.length, sizeBytes }
    } finally {
      stopTelling()
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await destroy(client)
    await rmdir(part).catch(() => {}) // not empty: the next attempt goes on with it
  }
}

function clientOptions(options: SwarmOptions): ConstructorParameters<typeof WebTorrent>[0] {
  const { dhtBootstrap, iceServers, maxDownloadRate, maxUploadRate, loopbackOnly } = options
  return {
    dht: dhtBootstrap === false ? false : dhtBootstrap === undefined ? {} : { bootstrap: dhtBootstrap },
    tracker: { rtcConfig: { iceServers: iceServers.map((urls) => ({ urls })) } },
    // The router is not asked for anything, and nobody shouts into the network of the user.
    ...{ lsd: false, natUpnp: false, natPmp: false, webSeeds: false },
    // Its native part is missing on some systems, and every client speaks TCP.
    utp: false,
    downloadLimit: maxDownloadRate > 0 ? maxDownloadRate : -1,
    uploadLimit: maxUploadRate > 0 ? maxUploadRate : -1,
    ...(loopbackOnly ? { blocklist: NOT_LOOPBACK } : {}),
  }
}

function add(
  client: WebTorrent,
  source: SwarmSource,
  { part, options, fail }: { part: string; options: SwarmOptions; fail: (error: unknown) => void },
): Torrent {
  const { infohash, name, peers } = source
  const trackers = [...new Set([...source.trackers, ...options.trackers])]
  const torrent = client.add(source.torrent ?? { infoHash: infohash, name, announce: trackers }, {
    path: part,
    announce: trackers,
    strategy: options.sequential ? 'sequential' : 'rarest',
  })
  torrent.on('error', fail)
  const warned = new Set<string>()
  torrent.on('warning', (warning: unknown) => {
    const message = messageOf(warning)
    if (!warned.has(message)) options.onNotice?.(message)
    warned.add(message)
  })
  torrent.once('infoHash', () => {
    for (const peer of peers) torrent.addPeer(peer)
  })
  return torrent
}

/** What stands at the top of the torrent: its file, or the folder of its files. @throws ChiralError `TORRENT_INVALID` */
function nameOf({ files }: Torrent): string {
  const tops = new Set(files.map(({ path }) => path.split(sep)[0] ?? ''))
  const [name = ''] = tops
  const isSound = tops.size === 1 && name !== '' && name !== '.' && name !== '..'
  const isInside = files.every(({ path }) => !path.split(sep).includes('..'))
  if (isSound && isInside) return name
  throw new ChiralError('TORRENT_INVALID', 'The torrent names files that do not belong together: it is not downloaded.')
}

/** The part becomes what it is a part of, at once. */
async function takeName(part: string, name: string, target: string, overwrite: boolean): Promise<void> {
  if (!overwrite && (await exists(target))) throw targetExists(target)
  const [only, ...others] = await readdir(part)
  if (only !== name || others.length > 0) throw swarmFailed(new Error(`there is something else in ${part}`))
  await rename(join(part, name), target)
}

/** Tells now and then, until what it returns is called. */
function tellProgress(torrent: Torrent, { clock, onProgress }: SwarmOptions): () => void {
  let cancel = (): void => {}
  const tell = (): void => {
    onProgress?.(progressOf(torrent))
    cancel = clock.schedule(PROGRESS_EVERY_MS, tell)
  }
  tell()
  return () => cancel()
}

function progressOf(torrent: Torrent): SwarmProgress {
  const { length, downloadSpeed, numPeers } = torrent
  return {
    sizeBytes: Number.isFinite(length) ? length : undefined,
    verifiedBytes: verifiedBytesOf(torrent),
    bytesPerSecond: downloadSpeed,
    peers: numPeers,
  }
}

function verifiedBytesOf({ pieces = [], pieceLength, lastPieceLength, bitfield }: Torrent): number {
  let bytes = 0
  for (let index = 0; index < pieces.length; index++)
    if (bitfield?.get(index)) bytes += index === pieces.length - 1 ? lastPieceLength : pieceLength
  return bytes
}

function once(torrent: Torrent, event: 'ready' | 'done'): Promise<void> {
  return new Promise((resolve) => torrent.once(event, () => resolve()))
}

/** Twice is fine. */
function destroy(client: WebTorrent): Promise<void> {
  return new Promise((resolve) => {
    try {
      client.destroy(() => resolve())
    } catch {
      resolve() // it was destroyed before
    }
  })
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function targetExists(target: string): ChiralError {
  return new ChiralError('TARGET_EXISTS', `${target} exists: give another folder, or allow overwriting.`)
}

function swarmFailed(cause: unknown): ChiralError {
  return new ChiralError('SWARM_FAILED', `The torrent cannot be downloaded: ${messageOf(cause)}.`, { cause })
}
