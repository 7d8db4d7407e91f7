import type { ChunkRef } from '../../src/channel/delivery-store.ts'
import { createPayee, type Payee, type PayeeOptions } from '../../src/channel/payee.ts'
import type { ChannelPayeeAccount } from '../../src/channel/payee-account.ts'
import { createPayer, type Payer, type PayerOptions } from '../../src/channel/payer.ts'
import type { ChannelPayerAccount } from '../../src/channel/payer-account.ts'
import type { ChannelHandle } from '../../src/channel/payer-channels.ts'
import { createReceipts, type Receipts } from '../../src/channel/receipts/receipts.ts'
import type { ChainDoubt } from '../../src/channel/snapshot.ts'
import { createWatcher, type Watcher } from '../../src/channel/watcher.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { type Address, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { createEscrowPapers } from '../../src/node/escrow-papers.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { type FailPointName, noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createSigner, type Signer } from '../../src/system/signer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { FakeChain } from './fake-contract.ts'

export const GENESIS_HASH = `0x${'9e'.repeat(32)}`
export const CONFIRMATIONS = 3
/** Price of a chunk in these tests. */
export const PRICE = wei(100n)
export const DOWNLOAD = 'download-1'

export const payerSigner: Signer = createSigner(fromHex('11'.repeat(32)))
export const payeeSigner: Signer = createSigner(fromHex('22'.repeat(32)))

export function chunk(chunkIndex: number): ChunkRef {
  return { fileHash: parseFileHash('ab'.repeat(32)), chunkIndex }
}

/** One payer and one payee with a chain between them; either can be restarted with its database kept. */
export class World {
  readonly chain = new FakeChain()
  readonly clock = new FakeClock()
  readonly payerDatabase: Database
  readonly payeeDatabase: Database
  /** Fail-points hit so far. */
  readonly hits: FailPointName[] = []
  payer: Payer
  payee: Payee
  /** While the payee suspects a split. */
  doubt: ChainDoubt | undefined
  payerWatcher: Watcher
  payeeWatcher: Watcher
  #nonce = 0
  readonly #options: { readonly payer?: PayerOptions; readonly payee?: Partial<PayeeOptions> }

  constructor(
    options: {
      readonly payer?: PayerOptions
      readonly payee?: Partial<PayeeOptions>
      readonly payerDatabase?: Database
      readonly payeeDatabase?: Database
    } = {},
  ) {
    this.#options = options
    this.payerDatabase = options.payerDatabase ?? openDatabase(':memory:')
    this.payeeDatabase = options.payeeDatabase ?? openDatabase(':memory:')
    this.payer = this.#newPayer()
    this.payee = this.#newPayee()
    this.payerWatcher = this.#newWatcher('payer')
    this.payeeWatcher = this.#newWatcher('payee')
  }

  /** A new process on the same database. */
  async restartPayer(): Promise<void> {
    await this.payerWatcher.stop()
    this.payer = this.#newPayer()
    this.payerWatcher = this.#newWatcher('payer')
    await this.payerWatcher.start()
  }

  async restartPayee(): Promise<void> {
    await this.payeeWatcher.stop()
    this.payee.stop()
    this.payee = this.#newPayee()
    this.payeeWatcher = this.#newWatcher('payee')
    await this.payeeWatcher.start()
  }

  async start(): Promise<void> {
    await this.payerWatcher.start()
    await this.payeeWatcher.start()
  }

  /** Begins a download and opens a channel with all its confirmations. */
  async openChannel(options: { readonly deposit?: Wei; readonly maxTotal?: Wei } = {}): Promise<ChannelHandle> {
    await this.start()
    await this.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: options.maxTotal ?? wei(10n ** 9n) })
    const handle = await this.ensure(options.deposit ?? wei(10_000n))
    await this.chain.mine(1 + CONFIRMATIONS)
    await handle.confirmed
    return handle
  }

  ensure(deposit: Wei, more: Partial<Parameters<Payer['ensureChannel']>[0]> = {}): Promise<ChannelHandle> {
    return this.payer.ensureChannel({
      payee: payeeSigner.address,
      deposit,
      confirmations: CONFIRMATIONS,
      downloadId: DOWNLOAD,
      ...more,
    })
  }

  /** Both ends of a new authenticated stream. */
  async connect(): Promise<{ buying: ChannelPayerAccount; selling: ChannelPayeeAccount }> {
    const buying = this.payer.account(payeeSigner.address, DOWNLOAD)
    const challenge = this.challenge()
    const selling = await this.payee.authenticate(await buying.prove(challenge), challenge)
    return { buying, selling }
  }

  challenge(): Parameters<Payee['authenticate']>[1] {
    const nonce = new Uint8Array(32)
    new DataView(nonce.buffer).setUint32(28, ++this.#nonce)
    return { payerPeerId: peerIdText('payer-peer'), payeePeerId: peerIdText('payee-peer'), nonce }
  }

  /** What a content store does when a chunk is stored: false when it had been paid for before. */
  verify(
    index: number,
    price: Wei = PRICE,
    downloadId = DOWNLOAD,
    { resent = false, file = chunk(index).fileHash } = {},
  ): Promise<boolean> {
    const of = { fileHash: file, chunkIndex: index }
    const delivery = { payee: payeeSigner.address, downloadId, chunk: of, price, resent }
    return this.payerDatabase.write((connection) => this.payer.recordVerified(connection, delivery))
  }

  #failPoints = {
    hit: (name: FailPointName) => {
      this.hits.push(name)
      noFailPoints.hit(name)
    },
  }

  #newPayer(): Payer {
    return createPayer(
      {
        database: this.payerDatabase,
        signer: payerSigner,
        contract: this.chain.as(payerSigner.address),
        clock: this.clock,
        random: seededRandom(`payer-${this.#nonce++}`),
        log: silentLogger,
        failPoints: this.#failPoints,
      },
      this.#options.payer,
    )
  }

  #newPayee(): Payee {
    return createPayee(
      {
        database: this.payeeDatabase,
        signer: payeeSigner,
        contract: this.chain.as(payeeSigner.address),
        clock: this.clock,
        random: seededRandom('payee'),
        log: silentLogger,
        failPoints: this.#failPoints,
        doubt: () => this.doubt,
      },
      { confirmations: CONFIRMATIONS, ...this.#options.payee },
    )
  }

  receipts(role: 'payer' | 'payee'): Receipts {
    const signer = role === 'payer' ? payerSigner : payeeSigner
    const database = role === 'payer' ? this.payerDatabase : this.payeeDatabase
    const contract = this.chain.as(signer.address)
    const papersOf = (escrow: Address) => createEscrowPapers(contract.chainId, escrow, signer)
    return createReceipts({ database, signer, contract, clock: this.clock, papersOf }, { genesisHash: GENESIS_HASH })
  }

  #newWatcher(role: 'payer' | 'payee'): Watcher {
    const signer = role === 'payer' ? payerSigner : payeeSigner
    return createWatcher(
      {
        database: role === 'payer' ? this.payerDatabase : this.payeeDatabase,
        contract: this.chain.as(signer.address),
        log: silentLogger,
        observers: [role === 'payer' ? this.payer.observer : this.payee.observer],
        receipts: this.receipts(role),
      },
      { startBlock: 0 },
    )
  }
}

/** The payer pays all that it owes. */
export async function payUp(ends: { buying: ChannelPayerAccount; selling: ChannelPayeeAccount }): Promise<void> {
  const voucher = await ends.buying.settle()
  if (voucher !== undefined) await ends.selling.pay(voucher)
}

/** Buys chunk `index` as the protocol does: authorize, commit, verify. Returns what each side said. */
export async function buy(
  world: World,
  ends: { buying: ChannelPayerAccount; selling: ChannelPayeeAccount },
  index: number,
  price: Wei = PRICE,
  file = chunk(index).fileHash,
): Promise<Awaited<ReturnType<ChannelPayeeAccount['commit']>>> {
  const { committed, credit } = ends.selling.status()
  const required = wei(committed + price > credit ? committed + price - credit : 0n)
  const authorization = await ends.buying.authorize({ price, required })
  const voucher = authorization.kind === 'voucher' ? authorization.voucher : undefined
  const result = await ends.selling.commit({ fileHash: file, chunkIndex: index, price, voucher })
  if (result.kind === 'committed') await world.verify(index, price, DOWNLOAD, { file })
  return result
}
