import { ChiralError, messageOf } from '../../../domain/errors.ts'
import type { TransferFile, TransferSession } from '../../../domain/transfer.ts'
import { abortable } from '../../../system/abortable.ts'
import { within } from '../../../system/clock.ts'
import { newPeerId } from '../peer-id.ts'
import { binary, type SessionDescription } from '../signal-messages.ts'
import type { TrackerReach } from '../tracker-reach.ts'
import { failed } from '../transfer-errors.ts'
import { openWireTransfer, type WireTransferOptions } from '../wire-transfer.ts'
import type { DataChannelDuplex } from './data-channel-duplex.ts'
import { ANSWER_TIMEOUT_MS, OFFER_AGAIN_MS } from './limits.ts'
import { RtcConnection, type RtcSettings } from './rtc-connection.ts'
import { fingerprintIn } from './session-description.ts'
import { openSignalSocket, type SignalSocketParts } from './signal-socket.ts'
import { type MeantSeeder, readEndpoint, type WebtorrentEndpoint } from './webtorrent-endpoint.ts'

export interface WebtorrentDependencies extends Omit<WireTransferOptions, 'infohash' | 'protocol'> {
  readonly rtc: RtcSettings
  readonly resolve: TrackerReach['resolve']
}

/**
 * Connects by WebRTC to the very seeder that an offer names, through one of its trackers, and shakes hands.
 * @throws ChiralError `ENDPOINT_REFUSED`, `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openWebtorrentTransfer(
  endpoint: WebtorrentEndpoint,
  file: TransferFile,
  { rtc, resolve, ...options }: WebtorrentDependencies,
): Promise<TransferSession> {
  const seeder = readEndpoint(endpoint, rtc.allows)
  const { infohash } = seeder
  let failure: unknown
  for (const tracker of seeder.trackers) {
    const connection = new RtcConnection(rtc)
    let duplex: DataChannelDuplex
    try {
      const connecting = connect(connection, tracker, seeder, { ...options, rtc, resolve })
      duplex = await (options.signal === undefined ? connecting : abortable(connecting, options.signal))
    } catch (error) {
      connection.close()
      if (options.signal?.aborted === true) throw new ChiralError('CANCELLED', 'Opening the transfer was cancelled.')
      failure = failed(messageOf(error), error)
      continue
    }
    return await openWireTransfer(duplex, file, { ...options, infohash, protocol: 'webtorrent' })
  }
  throw failure
}

/** @throws ChiralError `TRACKER_FAILED`, `PEER_UNREACHABLE`, `DECODE_FAILED`, `CERTIFICATE_MISMATCH` */
async function connect(
  connection: RtcConnection,
  tracker: string,
  seeder: MeantSeeder,
  { rtc, resolve, random, clock, signal }: WebtorrentDependencies,
): Promise<DataChannelDuplex> {
  const offer = await connection.offer()
  const own = { offer, ownId: hexOf(newPeerId(random)), offerId: hexOf(random.bytes(20)) }
  const answer = await exchange(tracker, seeder, own, { reach: { allows: rtc.allows, resolve }, clock, signal })
  // SPEC 13 §4.3: "The leecher MUST end a connection whose other side shows another certificate": a tracker, or whoever took the seeder's place there.
  if (fingerprintIn(answer.sdp) !== seeder.fingerprint) throw mismatch()
  connection.accept(answer)
  const { duplex, fingerprint } = await connection.open()
  if (fingerprint === seeder.fingerprint) return duplex
  duplex.destroy()
  throw mismatch()
}

interface OwnOffer {
  readonly offer: SessionDescription
  readonly ownId: string
  readonly offerId: string
}

interface ExchangeParts extends Pick<SignalSocketParts, 'clock' | 'reach'> {
  readonly signal: AbortSignal | undefined
}

/** Has the tracker give the offer to the seeder, and waits for the seeder's answer. @throws ChiralError `TRACKER_FAILED`, `PEER_UNREACHABLE` */
async function exchange(
  tracker: string,
  { infohash, peerId }: MeantSeeder,
  { offer, ownId, offerId }: OwnOffer,
  { reach, clock, signal }: ExchangeParts,
): Promise<SessionDescription> {
  const answered = Promise.withResolvers<SessionDescription>()
  const socket = await openSignalSocket(tracker, {
    ...{ clock, reach },
    // Others whom a tracker gave the offer to are not meant, and what makes no sense may be followed by what does.
    heard: (notice) => {
      if (notice.info_hash === infohash && notice.peer_id === peerId && notice.offer_id === offerId && notice.answer)
        answered.resolve(notice.answer)
    },
    nonsense: () => {},
  })
  let cancel = (): void => {}
  const offerAgain = (event?: 'started'): void => {
    socket.send({
      action: 'announce',
      info_hash: binary(infohash),
      peer_id: binary(ownId),
      to_peer_id: binary(peerId),
      left: 1,
      uploaded: 0,
      downloaded: 0,
      numwant: 1,
      offers: [{ offer, offer_id: binary(offerId) }],
      ...(event && { event }),
    })
    cancel = clock.schedule(OFFER_AGAIN_MS, offerAgain)
  }
  offerAgain('started')
  try {
    const late = (): ChiralError =>
      new ChiralError('PEER_UNREACHABLE', 'the seeder does not answer through its tracker')
    const over = socket.ended.then((reason) => Promise.reject(new ChiralError('TRACKER_FAILED', messageOf(reason))))
    const answer = within(clock, ANSWER_TIMEOUT_MS, late, Promise.race([answered.promise, over]))
    return await (signal === undefined ? answer : abortable(answer, signal))
  } finally {
    cancel()
    socket.close()
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function mismatch(): ChiralError {
  return new ChiralError('CERTIFICATE_MISMATCH', 'somebody else than the seeder of the offer answers')
}
