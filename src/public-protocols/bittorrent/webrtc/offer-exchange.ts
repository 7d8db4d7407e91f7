import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { abortable } from '../../../system/abortable.ts'
import { within } from '../../../system/clock.ts'
import type { Random } from '../../../system/random.ts'
import { newPeerId } from '../peer-id.ts'
import { binary, type SessionDescription, type SignalNotice } from '../signal-messages.ts'
import { openSignalSocket, type SignalSocketParts } from './signal-socket.ts'

/** For whom an offer is, and what is made of what the tracker passes back. */
export interface Wanted<T> {
  /** 40 hex digits, as all ids here. */
  readonly infohash: string
  /** The one it is for; absent: whoever the tracker gives it to. */
  readonly meant?: string
  /** The offer is made again after this, as long as there is no answer; absent: it is made once. */
  readonly againMs?: number
  readonly withinMs: number
  /** An answer to the offer ends the exchange with what this makes of it, or throws; with `undefined` it goes on. */
  answered(peerId: string, answer: SessionDescription): T | undefined
  /** What the tracker says of the torrent besides. What this throws ends the exchange. */
  told?(notice: SignalNotice): void
}

export interface ExchangeParts extends Pick<SignalSocketParts, 'clock' | 'reach'> {
  readonly random: Random
  readonly signal?: AbortSignal | undefined
}

/** Has a tracker give an offer to others of a torrent, under an id of its own, and waits for an answer. @throws ChiralError `TRACKER_FAILED`, `PEER_UNREACHABLE`; the signal's reason */
export async function exchangeOffer<T>(
  tracker: string,
  offer: SessionDescription,
  wanted: Wanted<T>,
  { clock, reach, random, signal }: ExchangeParts,
): Promise<T> {
  const { infohash, meant, againMs } = wanted
  const [ownId, offerId] = [newPeerId(random), random.bytes(20)].map((bytes) => Buffer.from(bytes).toString('latin1'))
  const over = Promise.withResolvers<T>()
  over.promise.catch(() => {}) // whoever waits for it is told
  let isOver = false
  const heard = (notice: SignalNotice): T | undefined => {
    if (notice.info_hash !== infohash) return undefined
    wanted.told?.(notice)
    // What makes no sense may be followed by what does.
    if (!notice.peer_id || !notice.answer || !notice.offer_id || binary(notice.offer_id) !== offerId) return undefined
    return wanted.answered(notice.peer_id, notice.answer)
  }
  const socket = await openSignalSocket(tracker, {
    ...{ clock, reach },
    heard(notice) {
      if (isOver) return
      try {
        const taken = heard(notice)
        if (taken === undefined) return
        over.resolve(taken)
      } catch (error) {
        over.reject(error)
      }
      isOver = true
    },
    nonsense: () => {},
  })
  let cancel = (): void => {}
  const offerAgain = (event?: 'started'): void => {
    socket.send({
      action: 'announce',
      info_hash: binary(infohash),
      peer_id: ownId,
      left: 1,
      uploaded: 0,
      downloaded: 0,
      numwant: 1,
      offers: [{ offer, offer_id: offerId }],
      ...(meant === undefined ? {} : { to_peer_id: binary(meant) }),
      ...(event && { event }),
    })
    if (againMs !== undefined) cancel = clock.schedule(againMs, offerAgain)
  }
  offerAgain('started')
  try {
    const late = (): ChiralError =>
      new ChiralError('PEER_UNREACHABLE', 'nobody who is meant answers through the tracker')
    const ended = socket.ended.then((reason) => Promise.reject(new ChiralError('TRACKER_FAILED', messageOf(reason))))
    const answer = within(clock, wanted.withinMs, late, Promise.race([over.promise, ended]))
    return await (signal === undefined ? answer : abortable(answer, signal))
  } finally {
    cancel()
    socket.close()
  }
}
