import { signingDomain } from '../../src/channel/eip712.ts'
import type { SeederDeposit } from '../../src/channel/escrow/escrow-payer.ts'
import { findEscrow } from '../../src/channel/escrow/escrow-store.ts'
import { signClose, signVoucher } from '../../src/channel/voucher.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { confirmationRuleOf } from '../../src/domain/confirmation-rule.ts'
import { messageOf } from '../../src/domain/errors.ts'
import { type ChannelId, type FileHash, parseChannelId } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { Release } from '../../src/domain/receipt.ts'
import type { Voucher } from '../../src/domain/voucher.ts'
import type { ChunkClient, ChunkRequest } from '../../src/in-band/chunk-client.ts'
import type { PayerAccount } from '../../src/in-band/payments.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'
import { within } from '../../src/system/clock.ts'
import type { SimulatedNode } from './node.ts'
import { CHAIN_ID, CONTRACT } from './simulated-chain.ts'

/** A liar waits so long for a chunk before it tries its next lie. */
const PATIENCE_MS = 60_000
/** It asks for a chunk, and after so long takes the request back. */
const TAKE_BACK_MS = 1
/** How often it comes back. */
const VISITS = 3

interface LieContext {
  readonly channelId: ChannelId
  readonly node: SimulatedNode
  /** Chunks that came so far, over all visits. */
  readonly came: () => number
  /** It behaves for so many chunks, to be trusted. */
  readonly after: number
  /** Another stream to the same seller, of the other protocol where it speaks that. */
  readonly again: () => Promise<ChunkClient>
}

interface BuyerLieParts {
  readonly account: (honest: PayerAccount, context: LieContext) => Partial<PayerAccount>
  /** What it does once a chunk came, instead of paying for it. */
  readonly onChunk?: (client: ChunkClient, chunk: { fileHash: FileHash; chunkIndex: number }) => void
  /** What it does once it has paid for a chunk. */
  readonly onPaid?: (client: ChunkClient, request: ChunkRequest, context: LieContext) => void
  /** Pays for all that came before it asks for the end. */
  readonly settles?: boolean
  /** Asks for all of it again and again, as if it had been lost. */
  readonly resend?: boolean
  readonly onTrusted?: (context: LieContext) => void
  /** Goes on paying from what a seller released, and takes it back in the end. */
  readonly keepsReleases?: boolean
}

/** What a lying buyer does. It opens a channel as everybody does, and speaks the protocol through the real client. */
export const BUYER_LIES = {
  /** Pays for some chunks, and then lives on credit. */
  'stops paying': {
    account: (honest, { came, after }) => ({
      authorize: (request) => (came() < after ? honest.authorize(request) : Promise.resolve({ kind: 'covered' })),
      settle: () => (came() < after ? honest.settle() : Promise.resolve(undefined)),
      highest: () => undefined,
    }),
  },
  'never pays': {
    account: () => ({
      authorize: async () => ({ kind: 'covered' }),
      settle: async () => undefined,
      highest: () => undefined,
    }),
  },
  'shows one voucher again and again': {
    account: (honest, { came, after }) => {
      let old: Voucher | undefined
      return {
        async authorize(request) {
          if (old !== undefined && came() >= after) return { kind: 'voucher', voucher: old }
          const authorization = await honest.authorize(request)
          if (authorization.kind === 'voucher') old = authorization.voucher
          return authorization
        },
        settle: async () => old,
        highest: () => old,
      }
    },
  },
  'signs vouchers badly': {
    account: (_, { channelId }) => ({
      authorize: async ({ required }) => ({
        kind: 'voucher',
        voucher: { channelId, cumulativeAmount: wei(required + 1n), signature: new Uint8Array(64).fill(7) },
      }),
      settle: async () => undefined,
    }),
  },
  'signs for a channel that does not exist': {
    account: (_, { node }) => ({
      authorize: async ({ required }) => ({
        kind: 'voucher',
        voucher: own(node, parseChannelId('ab'.repeat(32)), required),
      }),
      settle: async () => undefined,
    }),
  },
  'signs for more than there is': {
    account: (_, { node, channelId }) => ({
      authorize: async () => ({ kind: 'voucher', voucher: own(node, channelId, wei(10n ** 24n)) }),
      settle: async () => undefined,
    }),
  },
  'proves itself with the proof of another': {
    account: (honest) => ({
      prove: async (challenge) => honest.prove({ ...challenge, nonce: new Uint8Array(32) }),
    }),
  },
  'says that it had every chunk already': {
    account: () => ({}),
    onChunk: (client, chunk) => client.alreadyHave(chunk),
  },
  /** All that was ever sold to it, twice, by turns over two streams; then it lives on credit. */
  'has everything written off': {
    account: (honest, { came, after }) => ({
      authorize: (request) => (came() < after ? honest.authorize(request) : Promise.resolve({ kind: 'covered' })),
      settle: () => (came() < after ? honest.settle() : Promise.resolve(undefined)),
      duplicates: ({ committed, recent }) => [...recent, ...recent].map((chunk) => ({ ...chunk, price: committed })),
    }),
    onPaid: (_client, _request, { again }) => void again().then((other) => other.close(), noStream),
  },
  'asks for the same chunks again and again': {
    account: (honest, { came, after }) => ({
      authorize: (request) => (came() < after ? honest.authorize(request) : Promise.resolve({ kind: 'covered' })),
      settle: () => (came() < after ? honest.settle() : Promise.resolve(undefined)),
    }),
    resend: true,
  },
  /** A payer may pay twice, and its first voucher last. */
  'goes back to its first voucher': {
    account: (honest) => {
      let first: Voucher | undefined
      let shown = false
      return {
        async authorize(request) {
          const authorization = await honest.authorize(request)
          if (authorization.kind === 'voucher') first ??= authorization.voucher
          return authorization
        },
        async settle() {
          shown = !shown
          return shown ? first : undefined
        },
        highest: () => first,
      }
    },
    settles: true,
  },
  'asks again and takes it back': {
    account: () => ({}),
    onPaid: (client, request, { node }) => {
      const stop = new AbortController()
      client.request({ ...request, resend: true, signal: stop.signal }).catch(() => undefined)
      node.parts.life.after(TAKE_BACK_MS, () => stop.abort())
    },
  },
  'closes while it is served': {
    account: () => ({}),
    onTrusted: ({ node, channelId }) => void node.payer.requestClose(channelId).catch(() => undefined),
  },
  /** Where it pays from an escrow: what it pays after the release is worth nothing once that is presented. */
  'pays with what was released': { account: () => ({}), keepsReleases: true },
  'agrees to an end at nothing': {
    account: (_, { node, channelId }) => ({
      agreeToClose: () =>
        signClose(signingDomain(CHAIN_ID, CONTRACT), node.machine.signer, { channelId, settled: wei(0n) }),
    }),
  },
} as const satisfies Record<string, BuyerLieParts>

export type BuyerLie = keyof typeof BUYER_LIES

function noStream(): void {
  // The seller is away: it tries with the next chunk.
}

function own(node: SimulatedNode, channelId: ChannelId, cumulativeAmount: Wei): Voucher {
  return signVoucher(signingDomain(CHAIN_ID, CONTRACT), node.machine.signer, { channelId, cumulativeAmount })
}

/** Visits one seller a few times, and takes what it can get. Never rejects. */
export async function lieToSeller(
  node: SimulatedNode,
  lie: BuyerLie,
  purchase: {
    readonly fileHash: FileHash
    readonly sizeBytes: number
    readonly seller: SourceTerms
    readonly after: number
    /** It locks coin, and opens no channel. */
    readonly byEscrow: boolean
  },
): Promise<void> {
  const parts: BuyerLieParts = BUYER_LIES[lie]
  const { fileHash, sizeBytes, seller, after, byEscrow } = purchase
  const downloadId = `lie to ${seller.peerId}`
  const {
    payer,
    escrows,
    machine,
    parts: { life, log },
  } = node
  let came = 0
  let trusted = false
  let kept: Release | undefined
  const file = chunkPrice(seller.pricePerMiB, sizeBytes)
  await payer.beginDownload({ downloadId, maxTotal: wei(file * 20n + 10n ** 15n) })
  for (let visit = 0; visit < VISITS; visit++) {
    try {
      const { payee } = seller
      const rule = confirmationRuleOf(seller)
      const funded = { payee, deposit: wei(file + 1n), ...rule, downloadId }
      const { channelId, confirmed } = byEscrow
        ? await allocate(node, { ...funded, fileHash, chunks: chunkCount(sizeBytes) })
        : await payer.ensureChannel(funded)
      await within(life.clock, PATIENCE_MS, () => new Error('the deposit does not count'), confirmed)
      const honest = payer.account(payee, downloadId, byEscrow ? { escrow: escrows.source(payee, downloadId) } : {})
      const takeRelease = async (release: Release): Promise<void> => {
        if (parts.keepsReleases === true) kept ??= release
        else await honest.takeRelease?.(release)
      }
      const again = (): Promise<ChunkClient> =>
        node.connect(seller, { fileHash, account, protocol: visit % 2 === 0 ? 'webrpc' : 'bitswap' })
      const context: LieContext = { channelId, node, came: () => came, after, again }
      const account: PayerAccount = {
        prove: (challenge) => honest.prove(challenge),
        authorize: (request) => honest.authorize(request),
        settle: () => honest.settle(),
        highest: () => honest.highest(),
        agreeToClose: () => honest.agreeToClose(),
        takeBack: (status) => honest.takeBack(status),
        duplicates: (status) => honest.duplicates(status),
        ...(honest.takeRelease === undefined ? {} : { takeRelease }),
        ...parts.account(honest, context),
      }
      const client = await node.connect(seller, { fileHash, account, carrier: node.carrierTo(seller) })
      const { quote } = await client.quote(fileHash)
      for (let chunkIndex = 0; chunkIndex < chunkCount(sizeBytes); chunkIndex++) {
        // Some before the release, and others after it.
        if (parts.keepsReleases === true && chunkIndex % VISITS !== visit) continue
        const lengthBytes = chunkLength(sizeBytes, chunkIndex)
        const price = chunkPrice(quote.pricePerMiB, lengthBytes)
        const chunk = { fileHash, chunkIndex }
        const resend = parts.resend === true && came > chunkCount(sizeBytes)
        const request = { ...chunk, lengthBytes, price, quoteId: quote.quoteId, resend }
        const asked = client.request(request)
        await within(life.clock, PATIENCE_MS, () => new Error('nothing comes'), asked)
        came++
        if (parts.onChunk !== undefined) parts.onChunk(client, chunk)
        else {
          // It keeps honest books of its own as long as it pays: R lets its account sign.
          await node.parts.database.write((connection) =>
            payer.recordVerified(connection, { payee, downloadId, chunk: { fileHash, chunkIndex }, price }),
          )
          client.verified(chunk, price)
          parts.onPaid?.(client, request, context)
        }
        if (!trusted && came >= after) {
          trusted = true
          parts.onTrusted?.(context)
        }
      }
      const paid = parts.settles === true ? client.settle() : Promise.resolve()
      await within(life.clock, PATIENCE_MS, () => new Error('it takes no payment'), paid)
      await within(life.clock, PATIENCE_MS, () => new Error('it does not close'), client.closeChannel())
      await client.close()
    } catch (error) {
      log.info({ reason: messageOf(error) }, `${machine.name} gets no further with ${seller.peerId}`)
    }
    await life.wait(1_000)
  }
  if (kept !== undefined) await takeBack(node, kept)
}

/** Locks for one seller. */
async function allocate(
  { escrows }: SimulatedNode,
  options: SeederDeposit & { readonly fileHash: FileHash; readonly chunks: number; readonly downloadId: string },
): Promise<{ readonly channelId: ChannelId; readonly confirmed: Promise<void> }> {
  const { signal } = new AbortController()
  const { confirmed } = await escrows.ensureAllocation({ ...options, together: [], topUp: false, signal })
  const channelId = escrows.allocationOf(options.payee, options.downloadId)
  if (channelId === undefined) throw new Error('nothing was locked')
  return { channelId, confirmed }
}

/** Presents a release that its books do not know of. Never rejects. */
async function takeBack({ parts, machine }: SimulatedNode, release: Release): Promise<void> {
  const own = parts.database.read((connection) => findEscrow(connection, release.escrowId))
  if (own === undefined) return
  const { fileHash, salt } = own
  try {
    const { chain } = await parts.wallet.escrows(machine.signer).require()
    await chain.refund({ fileHash, salt, releases: [release], key: 'take back' })
  } catch (error) {
    parts.log.info({ reason: messageOf(error) }, `${machine.name} does not have it back`)
  }
}
