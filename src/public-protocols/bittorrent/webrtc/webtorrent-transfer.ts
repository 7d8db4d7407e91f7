import { ChiralError, messageOf } from '../../../domain/errors.ts'
import type { TransferFile, TransferSession } from '../../../domain/transfer.ts'
import { abortable } from '../../../system/abortable.ts'
import type { TrackerReach } from '../tracker-reach.ts'
import { failed } from '../transfer-errors.ts'
import { openWireTransfer, type WireTransferOptions } from '../wire-transfer.ts'
import type { DataChannelDuplex } from './data-channel-duplex.ts'
import { ANSWER_TIMEOUT_MS, OFFER_AGAIN_MS } from './limits.ts'
import { exchangeOffer } from './offer-exchange.ts'
import { RtcConnection, type RtcSettings } from './rtc-connection.ts'
import { fingerprintIn } from './session-description.ts'
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
  { infohash, peerId, fingerprint: meant }: MeantSeeder,
  { rtc, resolve, random, clock, signal }: WebtorrentDependencies,
): Promise<DataChannelDuplex> {
  const wanted = { infohash, meant: peerId, againMs: OFFER_AGAIN_MS, withinMs: ANSWER_TIMEOUT_MS }
  const answer = await exchangeOffer(
    tracker,
    await connection.offer(),
    // Others whom a tracker gave the offer to are not meant.
    { ...wanted, answered: (from, description) => (from === peerId ? description : undefined) },
    { reach: { allows: rtc.allows, resolve }, random, clock, signal },
  )
  // SPEC 13 §4.3: "The leecher MUST end a connection whose other side shows another certificate": a tracker, or whoever took the seeder's place there.
  if (fingerprintIn(answer.sdp) !== meant) throw mismatch()
  connection.accept(answer)
  const { duplex, fingerprint } = await connection.open()
  if (fingerprint === meant) return duplex
  duplex.destroy()
  throw mismatch()
}

function mismatch(): ChiralError {
  return new ChiralError('CERTIFICATE_MISMATCH', 'somebody else than the seeder of the offer answers')
}
