import { messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import { TokenBucket } from '../../../system/token-bucket.ts'
import { ConnectionCount } from '../connection-count.ts'
import type { ServedPeer } from '../served-wire.ts'
import type { TrackerReach } from '../tracker-reach.ts'
import type { ByteDuplex } from '../wire.ts'
import { MAX_PENDING, OFFER_BURST, OFFERS_PER_SECOND } from './limits.ts'
import type { WebrtcMetrics } from './metrics.ts'
import { RtcConnection, type RtcIdentity, type RtcSettings } from './rtc-connection.ts'
import { type ReceivedOffer, SignalFeed } from './signal-feed.ts'

export interface WebrtcSeederParts {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: WebrtcMetrics
  readonly rtc: RtcSettings
  /** What offers of this node name. */
  readonly identity: RtcIdentity
  /** As this node is known in swarms: 40 hex digits. */
  readonly peerId: string
  /** WebSocket trackers. */
  readonly trackers: readonly string[]
  readonly reach: TrackerReach
  /** Serves whoever connected. `address`: an IP address. */
  serve(duplex: ByteDuplex, address: string): ServedPeer
}

/** Serves files by WebRTC to peers that find this node through trackers. */
export interface WebrtcSeeder {
  /** Takes connections for it from now on; nothing happens when it does already. */
  add(infohash: string): void
  /** Takes no more of them; those that are open stay. */
  remove(infohash: string): void
  /** Connections that are open. */
  connections(): number
  /** Ends all connections. Stopping twice is fine. */
  stop(): Promise<void>
}

export function startWebrtcSeeder(parts: WebrtcSeederParts): WebrtcSeeder {
  const { clock, log, metrics, rtc, identity, peerId, trackers, reach, serve } = parts
  const pending = new Set<RtcConnection>()
  const open = new Set<ServedPeer>()
  const count = new ConnectionCount()
  const offers = new TokenBucket({ burst: OFFER_BURST, perSecond: OFFERS_PER_SECOND }, clock.monotonic())
  let isStopped = false

  async function answer({ peerId: from, description, reply }: ReceivedOffer): Promise<void> {
    // SPEC 13 §4.2: "The seeder MUST bound what it answers": an offer costs nothing to make.
    if (isStopped || pending.size >= MAX_PENDING || !offers.take(1, clock.monotonic())) {
      metrics.offersRefused.inc()
      return
    }
    const connection = new RtcConnection(rtc, identity)
    pending.add(connection)
    try {
      reply(await connection.answer(description))
      const { duplex, address } = await connection.open()
      const letGo = isStopped ? undefined : count.take(address)
      if (letGo === undefined) {
        metrics.connectionsRefused.inc()
        duplex.destroy()
        return
      }
      metrics.connectionsOpened.inc()
      const peer = serve(duplex, address)
      open.add(peer)
      void peer.ended.then(() => {
        open.delete(peer)
        letGo()
      })
    } catch (error) {
      metrics.offersFailed.inc()
      log.debug({ peer_id: from, reason: messageOf(error) }, 'An offer of WebRTC led to no connection')
      connection.close()
    } finally {
      pending.delete(connection)
    }
  }

  const offered = (offer: ReceivedOffer): void => void answer(offer)
  const feeds = trackers.map((href) => new SignalFeed({ clock, log, reach, peerId, href, offered }))
  return {
    add(infohash) {
      for (const feed of feeds) feed.add(infohash)
    },
    remove(infohash) {
      for (const feed of feeds) feed.remove(infohash)
    },
    connections: () => open.size,
    async stop() {
      isStopped = true
      const stopped = Promise.all(feeds.map((feed) => feed.stop()))
      for (const connection of pending) connection.close()
      for (const peer of open) peer.stop()
      await stopped
    },
  }
}
