import { type DataChannel, PeerConnection } from 'node-datachannel'
import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { type Clock, within } from '../../../system/clock.ts'
import type { SessionDescription } from '../signal-messages.ts'
import { DataChannelDuplex } from './data-channel-duplex.ts'
import { CHECK_DELAY_MS, CONNECT_TIMEOUT_MS, GATHER_TIMEOUT_MS, MAX_RECEIVED_MESSAGE_BYTES } from './limits.ts'
import { splitCandidates, withAllowedCandidates } from './session-description.ts'

/** How this node makes connections of WebRTC. */
export interface RtcSettings {
  readonly clock: Clock
  /** STUN and TURN servers that may be asked. */
  readonly iceServers: readonly string[]
  /** The one address of this machine to use; absent: all. */
  readonly bindAddress?: string | undefined
  /** May packets be sent to this IP address? */
  allows(address: string): boolean
}

/** Certificate and key in PEM, by which others know this node again; without them a connection has its own. */
export interface RtcIdentity {
  readonly certificate: string
  readonly key: string
}

/** An open data channel, and whom it leads to. */
export interface OpenChannel {
  readonly duplex: DataChannelDuplex
  /** The other side's IP address. */
  readonly address: string
  /** SHA-256 of the certificate that the other side has shown, hex. */
  readonly fingerprint: string
}

/** One connection of WebRTC with one data channel. */
export class RtcConnection {
  readonly #settings: RtcSettings
  readonly #peer: PeerConnection
  readonly #described = Promise.withResolvers<void>()
  readonly #opened = Promise.withResolvers<DataChannel>()
  #channel: DataChannel | undefined
  #isOver = false
  #onEnd = (): void => {}
  #cancelCheck = (): void => {}

  constructor(settings: RtcSettings, identity?: RtcIdentity) {
    this.#settings = settings
    const { iceServers, bindAddress } = settings
    this.#peer = new PeerConnection('chiral', {
      iceServers: [...iceServers],
      maxMessageSize: MAX_RECEIVED_MESSAGE_BYTES,
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(identity && { certificatePemFile: identity.certificate, keyPemFile: identity.key }),
    })
    this.#opened.promise.catch(() => {}) // whoever waits for it is told
    this.#peer.onGatheringStateChange((state) => {
      if (state === 'complete') this.#described.resolve()
    })
    this.#peer.onStateChange((state) => {
      if (state === 'failed' || state === 'closed' || state === 'disconnected') this.close()
    })
  }

  /** Begins a connection. */
  async offer(): Promise<SessionDescription> {
    this.#use(this.#peer.createDataChannel('chiral'))
    return { type: 'offer', sdp: await this.#describe() }
  }

  /** @throws ChiralError `DECODE_FAILED` for what is no answer to the offer */
  accept(answer: SessionDescription): void {
    this.#setRemote({ type: 'answer', sdp: this.#allowed(answer.sdp) })
  }

  /** Answers an offer. @throws ChiralError `DECODE_FAILED` for what is none */
  async answer(offer: SessionDescription): Promise<SessionDescription> {
    this.#peer.onDataChannel((channel) => {
      // Stock clients use one; another would be for nobody.
      if (this.#channel === undefined) this.#use(channel)
      else channel.close()
    })
    const { sdp, candidates, mid } = splitCandidates(this.#allowed(offer.sdp))
    this.#setRemote({ type: 'offer', sdp })
    const answer = { type: 'answer', sdp: await this.#describe() } as const
    this.#cancelCheck = this.#settings.clock.schedule(CHECK_DELAY_MS, () => this.#check(candidates, mid))
    return answer
  }

  /** @throws ChiralError `PEER_UNREACHABLE` */
  async open(): Promise<OpenChannel> {
    const { clock } = this.#settings
    try {
      const channel = await within(
        clock,
        CONNECT_TIMEOUT_MS,
        () => unreachable('it took too long'),
        this.#opened.promise,
      )
      this.#cancelCheck()
      const duplex = new DataChannelDuplex(channel, () => this.close())
      this.#onEnd = () => duplex.destroy()
      const address = this.#peer.getSelectedCandidatePair()?.remote.address ?? ''
      const fingerprint = this.#peer.remoteFingerprint().value.replaceAll(':', '').toLowerCase()
      return { duplex, address, fingerprint }
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Closing twice is fine. */
  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#opened.reject(unreachable('the connection ended'))
    this.#cancelCheck()
    this.#onEnd()
    this.#channel?.close()
    this.#peer.close()
  }

  #use(channel: DataChannel): void {
    this.#channel = channel
    if (channel.isOpen()) this.#opened.resolve(channel)
    else channel.onOpen(() => this.#opened.resolve(channel))
    channel.onClosed(() => this.close())
  }

  #allowed(sdp: string): string {
    return withAllowedCandidates(sdp, (address) => this.#settings.allows(address))
  }

  /** Begins from this side as well, where the other has not come through. */
  #check(candidates: readonly string[], mid: string): void {
    try {
      for (const candidate of candidates) this.#peer.addRemoteCandidate(candidate, mid)
    } catch {
      // One that the library does not take is none.
    }
  }

  #setRemote({ type, sdp }: SessionDescription): void {
    try {
      this.#peer.setRemoteDescription(sdp, type)
    } catch (error) {
      const message = `A session description cannot be used: ${messageOf(error)}.`
      throw new ChiralError('DECODE_FAILED', message, { cause: error })
    }
  }

  /** Everything at once, candidates included: trackers carry one message each way. */
  async #describe(): Promise<string> {
    const { clock } = this.#settings
    // A STUN server that does not answer is not waited for.
    const waited = new Promise<void>((resolve) => {
      const cancel = clock.schedule(GATHER_TIMEOUT_MS, resolve)
      void this.#described.promise.then(cancel)
    })
    await Promise.race([this.#described.promise, waited])
    const sdp = this.#peer.localDescription()?.sdp
    if (sdp === undefined) throw new ChiralError('DECODE_FAILED', 'A session description cannot be answered.')
    return sdp
  }
}

function unreachable(why: string): ChiralError {
  return new ChiralError('PEER_UNREACHABLE', `A connection by WebRTC did not come about: ${why}.`)
}
