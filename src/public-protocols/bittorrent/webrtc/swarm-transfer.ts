import { ChiralError, messageOf } from '../../../domain/errors.ts'
import type { TransferFile, TransferSession } from '../../../domain/transfer.ts'
import { abortable } from '../../../system/abortable.ts'
import type { RequestSlots } from '../../request-slots.ts'
import type { SessionDescription, SignalNotice } from '../signal-messages.ts'
import type { TrackerReach } from '../tracker-reach.ts'
import { failed } from '../transfer-errors.ts'
import { openWireTransfer } from '../wire-transfer.ts'
import type { DataChannelDuplex } from './data-channel-duplex.ts'
import { MAX_STRANGERS_OFFERS, STRANGERS_ANSWER_TIMEOUT_MS } from './limits.ts'
import { exchangeOffer } from './offer-exchange.ts'
import { RtcConnection } from './rtc-connection.ts'
import type { WebtorrentDependencies } from './webtorrent-transfer.ts'

/** What to do with who answers: use it, ask for somebody else, or leave it at that. */
export type Verdict = 'take' | 'another' | 'leave'

/** Where somebody of a swarm is looked for. */
export interface SwarmPlace {
  /** 40 hex digits. */
  readonly infohash: string
  /** URL of a tracker on a WebSocket. */
  readonly tracker: string
  /** One of a torrent at a tracker: who makes an offer is a peer there, whom the tracker would give the next one. */
  readonly turns: RequestSlots
  /** May the peer be used that the tracker knows by this id, 40 hex digits? It may call itself as it likes. */
  judge(peerId: string): Verdict
}

export interface SwarmDependencies extends Omit<WebtorrentDependencies, 'grant' | 'resolve'> {
  /** Of the tracker. */
  readonly reach: TrackerReach
}

/**
 * Connects by WebRTC to whoever of a torrent answers an offer, which proves nothing of who it is, and shakes hands.
 * @throws ChiralError `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openSwarmTransfer(
  place: SwarmPlace,
  file: TransferFile,
  options: SwarmDependencies,
): Promise<TransferSession> {
  const { signal } = options
  const meeting = meetSomebody(place, options)
  let duplex: DataChannelDuplex
  try {
    duplex = await (signal === undefined ? meeting : abortable(meeting, signal))
  } catch (error) {
    // Whom it meets all the same is let go.
    void meeting.then(
      (late) => late.destroy(),
      () => {},
    )
    if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'Opening the transfer was cancelled.')
    throw failed(messageOf(error), error)
  }
  return await openWireTransfer(duplex, file, { ...options, infohash: place.infohash, protocol: 'webtorrent' })
}

/** @throws ChiralError `TRACKER_FAILED`, `PEER_UNREACHABLE`, `DECODE_FAILED`; the signal's reason */
async function meetSomebody(place: SwarmPlace, options: SwarmDependencies): Promise<DataChannelDuplex> {
  for (let offersLeft = MAX_STRANGERS_OFFERS - 1; ; offersLeft--) {
    // Each offer has its own: who answers the one before too late does not get in the way.
    const connection = new RtcConnection(options.rtc)
    const abort = (): void => connection.close()
    options.signal?.addEventListener('abort', abort, { once: true })
    try {
      const answer = await answerTo(connection, place, options)
      if (answer !== 'another') return await connect(connection, answer, options)
      if (offersLeft === 0) throw unreachable('only those answer who sell the file')
    } catch (error) {
      connection.close()
      throw error
    } finally {
      options.signal?.removeEventListener('abort', abort)
    }
    connection.close()
  }
}

/** @returns `another` when somebody answers in whose place another one is wanted */
async function answerTo(
  connection: RtcConnection,
  { tracker, infohash, turns, judge }: SwarmPlace,
  { reach, random, clock, signal }: SwarmDependencies,
): Promise<SessionDescription | 'another'> {
  const done = await turns.take(signal ?? new AbortController().signal)
  try {
    return await exchangeOffer(
      tracker,
      await connection.offer(),
      {
        ...{ infohash, withinMs: STRANGERS_ANSWER_TIMEOUT_MS, told: leaveIfAlone },
        answered(peerId, description) {
          const verdict = judge(peerId)
          if (verdict === 'leave') throw unreachable('who answers is used already')
          return verdict === 'take' ? description : verdict
        },
      },
      { reach, random, clock, signal },
    )
  } finally {
    done()
  }
}

/** @throws ChiralError `PEER_UNREACHABLE`, `DECODE_FAILED` */
async function connect(
  connection: RtcConnection,
  answer: SessionDescription,
  { rtc }: SwarmDependencies,
): Promise<DataChannelDuplex> {
  connection.accept(answer)
  const { duplex, address } = await connection.open()
  // Candidates outside of the scope are left out, but the other side may have come from there by itself.
  if (rtc.allows(address)) return duplex
  duplex.destroy()
  throw unreachable('it comes from outside of where this node connects to')
}

/** @throws ChiralError `PEER_UNREACHABLE` when a tracker counts nobody but, at the most, this node */
function leaveIfAlone({ complete, incomplete }: SignalNotice): void {
  if (complete === 0 && typeof incomplete === 'number' && incomplete <= 1) throw unreachable('nobody else is there')
}

function unreachable(why: string): ChiralError {
  return new ChiralError('PEER_UNREACHABLE', why)
}
