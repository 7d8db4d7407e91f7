import type { TransferFile, TransferSession } from '../../domain/transfer.ts'
import { formatPeerAddress } from '../../public-protocols/bittorrent/endpoint.ts'
import type { SwarmPlace, Verdict } from '../../public-protocols/bittorrent/webrtc/swarm-transfer.ts'
import { formatEd2kLink } from '../../public-protocols/ed2k/link.ts'
import { RequestSlots } from '../../public-protocols/request-slots.ts'
import { type Clock, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { BanList } from '../ban-list.ts'
import type { DownloadStore } from '../download/download-store.ts'
import { every } from '../download/every.ts'
import type { FreeDownload, Strangers } from '../download/free-sources.ts'
import type { PublicEndpoints } from '../download/public-endpoints.ts'
import { Source } from '../download/source.ts'
import type { SourceTerms } from '../download/source-host.ts'
import { strangerTerms } from '../download/stranger.ts'
import { type AddressedCandidate, type Candidate, Candidates, idOf } from './candidates.ts'
import { ASK_AGAIN_MS, IDLE_MS, LEAST_MISSING_CHUNKS } from './limits.ts'
import { type SwarmNames, sellersAddresses, sellersPeerIds, swarmNames } from './names.ts'
import { type SwarmsToAsk, searchSwarms } from './search.ts'

export interface PoolParts {
  readonly clock: Clock
  readonly log: Logger
  readonly bans: Pick<BanList, 'bannedUntil'>
  readonly store: Pick<DownloadStore, 'sources'>
  readonly ask: SwarmsToAsk
  /** Of this node's scope: what a tracker names must not lead elsewhere. */
  allows(host: string): boolean
  readonly meet: OpenSwarm
}

/** Connects by WebRTC to whoever answers. @throws ChiralError `CANCELLED`, `TRANSFER_FAILED` */
export type OpenSwarm = (place: SwarmPlace, file: TransferFile, signal: AbortSignal) => Promise<TransferSession>

/** The strangers of one download: looks for them, and lets so many at once bring chunks. */
export class StrangerPool implements Strangers {
  readonly #parts: PoolParts
  readonly #download: FreeDownload
  readonly #names: SwarmNames
  readonly #candidates: Candidates
  /** By what trackers on WebSockets know them: who sells the file; who is used, or lied. */
  readonly #sellersPeerIds: ReadonlySet<string>
  readonly #takenPeerIds = new Set<string>()
  /** By torrent and tracker. */
  readonly #turns = new Map<string, RequestSlots>()
  readonly #stopped = new AbortController()
  readonly #signal: AbortSignal
  readonly #sources = new Map<string, Source>()
  readonly #running = new Set<Promise<void>>()
  /** At the last look. */
  #idle: ReadonlySet<Source> = new Set()
  #cancelWake = (): void => {}

  constructor(parts: PoolParts, download: FreeDownload) {
    const { seeders, manifest } = download.file
    this.#parts = parts
    this.#download = download
    this.#signal = AbortSignal.any([download.signal, this.#stopped.signal])
    this.#names = swarmNames(seeders, manifest.sizeBytes)
    const sellers = sellersAddresses(seeders)
    this.#sellersPeerIds = new Set(sellersPeerIds(seeders))
    this.#candidates = new Candidates(
      (candidate) =>
        parts.allows(candidate.host) &&
        !sellers.has(formatPeerAddress(candidate)) &&
        parts.bans.bannedUntil(idOf(candidate)) === undefined,
    )
    this.#track(this.#search())
    this.#track(every(parts.clock, IDLE_MS, this.#signal, () => this.#rotate()))
  }

  sources(): readonly Source[] {
    return [...this.#sources.values()]
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#cancelWake()
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #search(): Promise<void> {
    const { clock, log, ask } = this.#parts
    const { flow } = this.#download
    const found = (candidates: readonly Candidate[]): void => {
      this.#candidates.add(candidates)
      this.#fill()
    }
    while (!this.#signal.aborted && flow.count - flow.held >= LEAST_MISSING_CHUNKS) {
      await searchSwarms(this.#names, { ask, found, clock, log, signal: this.#signal })
      await delay(clock, ASK_AGAIN_MS, this.#signal).catch(() => {})
    }
  }

  /** Connects to as many as there may be. */
  #fill(): void {
    const { clock } = this.#parts
    this.#cancelWake()
    if (this.#signal.aborted) return
    for (;;) {
      const candidate = this.#candidates.next(clock.monotonic())
      if (candidate === undefined) break
      this.#track(this.#use(candidate))
    }
    const at = this.#candidates.wakesAt()
    if (at !== undefined && at > clock.monotonic())
      this.#cancelWake = clock.schedule(at - clock.monotonic(), () => this.#fill())
  }

  /** Who has had nothing to do twice in a row gives its place to somebody who waits for one. */
  #rotate(): void {
    const idle = [...this.#sources.values()].filter(({ phase }) => phase === 'idle')
    const waiting = this.#candidates.waiting(this.#parts.clock.monotonic())
    for (const source of idle.filter((each) => this.#idle.has(each)).slice(0, waiting)) source.leaveAlone()
    this.#idle = new Set(idle)
  }

  async #use(candidate: Candidate): Promise<void> {
    const { store, clock } = this.#parts
    const { flow, job } = this.#download
    const met: string[] = []
    const terms = this.#termsOf(candidate, met)
    const { peerId } = terms
    const before = store.sources(job.downloadId).find((source) => source.peerId === peerId)
    const counted = { chunks: before?.chunks ?? 0, bytes: before?.bytes ?? 0 }
    const source = new Source(terms, flow, counted)
    this.#sources.set(peerId, source)
    flow.addSource(source)
    await source.run(this.#signal)
    await source.client?.close()
    flow.dropSource(source)
    const lied = source.phase === 'banned'
    if (!lied && source.chunks === 0) this.#sources.delete(peerId) // most never answer: nobody wants to read of them
    if (!lied) for (const peerId of met) this.#takenPeerIds.delete(peerId)
    this.#candidates.ended(candidate, clock.monotonic(), { brought: source.chunks > counted.chunks, lied })
    this.#fill()
  }

  /** @param met gets the id of the peer that answers, if one does */
  #termsOf(candidate: Candidate, met: string[]): SourceTerms {
    if (candidate.protocol !== 'webtorrent') return strangerTerms(idOf(candidate), this.#endpointOf(candidate))
    const { name: infohash, tracker } = candidate
    const judge = (peerId: string): Verdict => {
      if (this.#sellersPeerIds.has(peerId)) return 'another'
      if (this.#takenPeerIds.has(peerId)) return 'leave'
      this.#takenPeerIds.add(peerId)
      met.push(peerId)
      return 'take'
    }
    const key = `${infohash} ${tracker}`
    const turns = this.#turns.get(key) ?? new RequestSlots(1)
    this.#turns.set(key, turns)
    return strangerTerms(idOf(candidate), {}, (file, signal) =>
      this.#parts.meet({ infohash, tracker, turns, judge }, file, signal),
    )
  }

  #endpointOf(candidate: AddressedCandidate): PublicEndpoints {
    const { protocol, name } = candidate
    const address = formatPeerAddress(candidate)
    if (protocol === 'bittorrent') return { bittorrent: { infohash: name, addresses: [address] } }
    const link = this.#names.links.find(({ hash }) => hash === name)
    return link === undefined ? {} : { ed2k: { link: formatEd2kLink({ ...link, sources: [] }), address } }
  }

  /** Has `stop` wait for it. */
  #track(work: Promise<void>): void {
    const tracked = work.catch((error) => this.#download.flow.fatal(error)).finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
  }
}
