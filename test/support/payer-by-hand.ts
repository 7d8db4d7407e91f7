import { decodeMessage, encodeMessage } from '../../src/bitswap/codec.ts'
import type { Message, PayeeMessage, PayerMessage } from '../../src/bitswap/message.ts'
import { BITSWAP_PROTOCOL, MAX_PAYEE_FRAME_BYTES } from '../../src/bitswap/protocol.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signHello } from '../../src/channel/hello.ts'
import { signVoucher } from '../../src/channel/voucher.ts'
import type { Wei } from '../../src/domain/amount.ts'
import type { ChannelId, FileHash, PeerIdText } from '../../src/domain/ids.ts'
import type { ChannelKey, Voucher } from '../../src/domain/voucher.ts'
import type { HelloProof } from '../../src/in-band/payments.ts'
import type { Network } from '../../src/network/network.ts'
import { type ChainStack, openChainStack } from '../../src/node/chain-stack.ts'
import { openNetwork } from '../../src/node/network-stack.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import { startSystem } from '../../src/node/node-system.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'
import { readFrames } from '../../src/system/framing.ts'
import type { LiveNode } from './live-swarm.ts'

type Hello = PayeeMessage & { type: 'payee-hello' }

/** A channel that a test opened itself. */
export interface OwnChannel {
  readonly key: ChannelKey
  readonly channelId: ChannelId
  readonly deposit: Wei
}

/** A wallet, a chain and a peer, and nothing that keeps to the rules: every message is made by the test. */
export interface PayerByHand {
  readonly chain: ChainStack
  readonly network: Network
  /** What its vouchers are signed for, unless a test says otherwise. */
  readonly domain: SigningDomain
  /** Opens a channel; resolves when it is mined. */
  open(seeder: LiveNode, deposit: Wei): Promise<OwnChannel>
  voucher(channel: { readonly channelId: ChannelId }, cumulativeAmount: Wei, domain?: SigningDomain): Voucher
  /** The proof a HELLO needs, for these peers and this nonce. */
  prove(channel: OwnChannel, claim: { payeePeerId: PeerIdText; nonce: Uint8Array }): HelloProof
  /** Opens a stream and waits for the payee's HELLO. */
  dial(seeder: LiveNode): Promise<Conversation>
  /** Dials and proves itself. @throws Error with the payee's code when it refuses */
  connect(seeder: LiveNode, channel: OwnChannel): Promise<Conversation>
  /** Ends the connection, and with it every stream. */
  hangUp(seeder: LiveNode): Promise<void>
  stop(): Promise<void>
}

export async function startPayerByHand(config: NodeConfig): Promise<PayerByHand> {
  const stack = new AsyncDisposableStack()
  const system = await startSystem(config, {})
  const chain = await openChainStack(config, system, () => {})
  stack.defer(() => chain.stop())
  const network = await openNetwork(config, chain.offerChain, system)
  stack.defer(() => network.stop())
  const { signer, contract } = chain
  const domain = signingDomain(contract.chainId, contract.address)
  let salt = 0n

  const payer: PayerByHand = {
    chain,
    network,
    domain,
    async open(seeder, deposit) {
      const key = { payer: signer.address, payee: seeder.status.address, salt: ++salt }
      const channelId = channelIdOf(key)
      const sent = await contract.open({ payee: key.payee, salt, deposit, key: `open:${channelId}` })
      await sent.wait(0)
      return { key, channelId, deposit }
    },
    voucher: ({ channelId }, cumulativeAmount, signedFor = domain) =>
      signVoucher(signedFor, signer, { channelId, cumulativeAmount }),
    prove: ({ key, channelId }, claim) => ({
      channel: key,
      signature: signHello(domain, signer, { payerPeerId: network.peerId, channelId, ...claim }),
    }),
    async dial({ status }) {
      const signal = AbortSignal.timeout(10_000)
      await network.connect({ peerId: status.peerId as PeerIdText, addresses: status.addresses }, signal)
      const stream = await network.openStream(status.peerId as PeerIdText, BITSWAP_PROTOCOL, signal)
      const conversation = new Conversation(stream)
      conversation.hello = await conversation.next('payee-hello')
      return conversation
    },
    async connect(seeder, channel) {
      const conversation = await payer.dial(seeder)
      const { nonce } = conversation.hello
      const proof = payer.prove(channel, { payeePeerId: seeder.status.peerId as PeerIdText, nonce })
      conversation.send({ type: 'payer-hello', proof })
      await conversation.next('hello-ack')
      return conversation
    },
    hangUp: ({ status }) => network.disconnect(status.peerId as PeerIdText),
    stop: () => stack.disposeAsync(),
  }
  return payer
}

/** One stream to a payee: what is sent, and what comes, in order. */
export class Conversation {
  hello: Hello = { type: 'payee-hello', nonce: new Uint8Array(32), payee: '0x' as Hello['payee'], maxOutstanding: 1 }
  readonly #stream: DuplexStream
  readonly #messages: AsyncGenerator<Message>
  #nextRequestId = 1
  /** Chunks that came. */
  blocks = 0

  constructor(stream: DuplexStream) {
    this.#stream = stream
    this.#messages = messagesOf(stream)
  }

  send(message: PayerMessage): void {
    void this.#stream.send(encodeMessage(message)).catch(() => {})
  }

  /** The next message, which must be of this type; an ERROR is thrown as `Error(code)`. */
  async next<T extends Message['type']>(type: T): Promise<Extract<Message, { type: T }>> {
    const message = await this.answer()
    if (message.type === type) return message as Extract<Message, { type: T }> // its type was compared
    throw new Error(message.type === 'error' ? message.code : `${message.type} came instead of ${type}`)
  }

  async answer(): Promise<Message> {
    const { value, done } = await this.#messages.next()
    if (done === true) throw new Error('STREAM_ENDED')
    if (value.type === 'block') this.blocks++
    return value
  }

  async quote(fileHash: FileHash): Promise<number> {
    this.send({ type: 'quote-request', requestId: this.#nextRequestId++, fileHash })
    return (await this.next('quote')).terms.quoteId
  }

  /** What became of one request: `block`, or the code of the refusal. */
  async want(request: {
    fileHash: FileHash
    chunkIndex: number
    quoteId: number
    voucher?: Voucher | undefined
  }): Promise<string> {
    this.send({ type: 'want', requestId: this.#nextRequestId++, wantProof: false, ...request })
    return outcomeOf(await this.answer())
  }

  /** What became of a payment: `pay-ack`, or the code of the refusal. */
  async pay(voucher: Voucher): Promise<string> {
    this.send({ type: 'pay', requestId: this.#nextRequestId++, voucher })
    return outcomeOf(await this.answer())
  }

  async close(): Promise<void> {
    await this.#stream.close()
  }
}

function outcomeOf(message: Message): string {
  return message.type === 'payment-required' || message.type === 'error' ? message.code : message.type
}

async function* messagesOf(stream: DuplexStream): AsyncGenerator<Message> {
  for await (const frame of readFrames(stream.source, MAX_PAYEE_FRAME_BYTES)) yield decodeMessage(frame)
}
