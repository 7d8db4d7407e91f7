import { expect } from 'chai'
import type { BatchChain } from '../../src/channel/batches/batch-chain.ts'
import { type BatchPayer, createBatchPayer, type SettleOptions } from '../../src/channel/batches/batch-payer.ts'
import { vouchered } from '../../src/channel/books.ts'
import { newBudget } from '../../src/channel/budget.ts'
import { bookVerified, loadBudget, loadShare, saveBudget } from '../../src/channel/budget-store.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signTransferHello } from '../../src/channel/hello.ts'
import { createPayee, type Payee } from '../../src/channel/payee.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import { applyToPayer, loadPayerPair } from '../../src/channel/payer-books.ts'
import type { SentTransfer, TransferChain, TransferReceipt } from '../../src/channel/transfers/transfer-chain.ts'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { type Address, type FileHash, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { chunksHashOf } from '../../src/settlement/receipt.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { type FailPointName, noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createSigner, type Signer } from '../../src/system/signer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, FakeChain, settle } from './fake-contract.ts'
import { CONFIRMATIONS, DOWNLOAD, PRICE, payeeSigner, payerSigner } from './fixture.ts'

const FILE = parseFileHash('cd'.repeat(32))
const OTHER_FILE = parseFileHash('ce'.repeat(32))
const FEE_EACH = 5n
const domain = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
const second = createSigner(fromHex('33'.repeat(32)))
const refusing = createSigner(fromHex('44'.repeat(32))).address
const never = new AbortController().signal

interface Entry {
  readonly hash: string
  readonly sender: Address
  readonly payments: Parameters<BatchChain['payBatch']>[0]['payments']
  blockNumber: number | undefined
}

/** Batches in memory: nothing is mined until `mine`. */
class FakeBatches {
  readonly entries = new Map<string, Entry>()
  number = 0
  isAway = false
  failNext: string | undefined
  readonly #waiting = new Set<() => void>()
  readonly #heads = new Set<(head: { readonly number: number }) => void>()

  mine(count = 1): Promise<void> {
    for (let block = 0; block < count; block++) {
      this.number++
      for (const entry of this.entries.values()) entry.blockNumber ??= this.number
    }
    for (const check of [...this.#waiting]) check()
    for (const tell of [...this.#heads]) tell({ number: this.number })
    return settle()
  }

  #taken({ payments }: Entry) {
    return payments.filter(({ payee }) => payee !== refusing)
  }

  #handle(entry: Entry): SentTransfer {
    return {
      wait: (confirmations) =>
        new Promise<TransferReceipt>((resolve) => {
          const check = (): void => {
            const { blockNumber, hash } = entry
            if (blockNumber === undefined || this.number < blockNumber + confirmations) return
            this.#waiting.delete(check)
            resolve({ blockNumber, hash, status: 'success', fee: wei(FEE_EACH) })
          }
          this.#waiting.add(check)
          check()
        }),
    }
  }

  as(sender: Address): BatchChain & TransferChain {
    const reach = (): void => {
      if (this.isAway) throw new ChiralError('CHAIN_UNREACHABLE', 'The chain is away.')
    }
    const find = (hash: string) => [...this.entries.values()].find((entry) => entry.hash === hash)
    const records = (entry: Entry) =>
      this.#taken(entry).map(({ payee, fileHash, amount }) => ({ payer: entry.sender, payee, fileHash, amount }))
    const sent = (key: string) => {
      const known = this.entries.get(key)
      return known === undefined ? undefined : this.#handle(known)
    }
    return {
      chainId: CHAIN_ID,
      head: async () => ({ number: this.number }),
      onHead: (listener) => {
        this.#heads.add(listener)
        return () => this.#heads.delete(listener)
      },
      feeCeiling: async (payees?: number) => {
        reach()
        return wei(FEE_EACH * BigInt((payees ?? 1) + 1))
      },
      payBatch: async ({ payments, key }) => {
        reach()
        const code = this.failNext
        this.failNext = undefined
        if (code !== undefined) throw new ChiralError(code, 'The chain refused.')
        const hash = `0x${(this.entries.size + 1).toString(16).padStart(64, '0')}`
        const entry = this.entries.get(key) ?? { hash, sender, payments, blockNumber: undefined }
        this.entries.set(key, entry)
        return this.#handle(entry)
      },
      sent,
      paidIn: async ({ hash }) => {
        const entry = find(hash)
        return entry === undefined ? [] : records(entry)
      },
      find: async (hash) => {
        const entry = find(hash)
        if (entry === undefined) return undefined
        const amount = wei(entry.payments.reduce((sum, payment) => sum + payment.amount, 0n))
        const { blockNumber } = entry
        const common = { from: entry.sender, to: CONTRACT_ADDRESS, amount, data: new Uint8Array(4), chainId: CHAIN_ID }
        if (blockNumber === undefined) return { ...common, mined: undefined, paid: [] }
        return { ...common, mined: { blockNumber, status: 'success' }, paid: records(entry) }
      },
      send: () => Promise.reject(new Error('no transfer is sent here')),
    }
  }
}

describe('channel/batches', () => {
  let chain: FakeBatches
  let database: Database
  let payer: BatchPayer
  let clock: FakeClock
  let notices: string[]
  let nonces = 0

  beforeEach(async () => {
    chain = new FakeBatches()
    clock = new FakeClock()
    notices = []
    database = openDatabase(':memory:')
    payer = newPayer()
    await begin(DOWNLOAD, wei(1_000_000n))
  })

  function newPayer(killAt?: FailPointName): BatchPayer {
    return createBatchPayer({
      database,
      signer: payerSigner,
      domain,
      chain: chain.as(payerSigner.address),
      random: seededRandom(`payer-${nonces++}`),
      clock,
      log: silentLogger,
      failPoints: {
        hit(name) {
          if (name === killAt) throw new Error('killed')
        },
      },
      chunksHash: chunksHashOf,
      notice: (message) => notices.push(message),
    })
  }

  const begin = (downloadId: string, limit: Wei): Promise<void> =>
    database.write((connection) => saveBudget(connection, downloadId, newBudget(limit)))
  const budget = (downloadId = DOWNLOAD) => database.read((connection) => loadBudget(connection, downloadId))
  const share = (payee: Address, downloadId = DOWNLOAD) =>
    database.read((connection) => loadShare(connection, { payee, downloadId }))
  const books = (payee: Address) => database.read((connection) => loadPayerPair(connection, payee))
  const join = (payee: Address, over: { downloadId?: string; fileHash?: FileHash; confirmations?: number } = {}) =>
    payer.begin({
      payee,
      downloadId: DOWNLOAD,
      fileHash: FILE,
      chunkCount: 40,
      confirmations: CONFIRMATIONS,
      payees: 3,
      ...over,
    })
  /** These chunks came from the payee, verified and are stored. */
  const came = (payee: Address, indexes: readonly number[], downloadId = DOWNLOAD, fileHash = FILE): Promise<void> =>
    database.write((connection) => {
      for (const chunkIndex of indexes) {
        bookVerified(connection, { payee, downloadId }, { fileHash, chunkIndex }, PRICE)
        applyToPayer(connection, payee, { type: 'verified', price: PRICE })
      }
    })
  const pay = (over: Partial<SettleOptions> = {}) => payer.settle({ downloadId: DOWNLOAD, signal: never, ...over })
  async function paid(over: Partial<SettleOptions> = {}): Promise<void> {
    const done = pay(over)
    await settle()
    await chain.mine(1 + CONFIRMATIONS)
    await done
  }
  const sent = () => [...chain.entries.values()].map(({ payments }) => payments)
  const refusal = (promise: Promise<unknown>): Promise<string | undefined> => promise.then(() => 'accepted', codeOf)
  const bits = (...indexes: readonly number[]): string => {
    const bytes = new Uint8Array(5)
    for (const index of indexes) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7))
    return toHex(bytes)
  }

  it('pays everybody what is owed in one transaction, over several downloads, and names chunks and protocol', async () => {
    await begin('other', wei(1_000_000n))
    await join(payeeSigner.address)
    await join(second.address)
    await join(second.address, { downloadId: 'other', fileHash: OTHER_FILE })
    await payer.comesBy({ downloadId: DOWNLOAD, payee: payeeSigner.address }, 'http')
    await came(payeeSigner.address, [0, 3])
    await came(second.address, [1])
    await came(second.address, [0, 1, 2], 'other', OTHER_FILE)
    await paid()
    expect(sent()).to.have.length(1)
    const [large, small] = sent()[0] ?? []
    expect(large).to.deep.equal({
      payee: second.address,
      amount: 4n * PRICE,
      fileHash: OTHER_FILE, // most of it is for that one, and not all
      chunksHash: new Uint8Array(32),
      protocol: '',
    })
    const { chunksHash, ...rest } = small ?? {}
    expect(rest).to.deep.equal({ payee: payeeSigner.address, amount: 2n * PRICE, fileHash: FILE, protocol: 'http' })
    expect(toHex(chunksHash ?? new Uint8Array())).to.equal(toHex(chunksHashOfHex(bits(0, 3))))
    expect(share(second.address).signed).to.equal(PRICE)
    expect(share(second.address, 'other').signed).to.equal(3n * PRICE)
    expect(budget()).to.include({ signed: 3n * PRICE, gasReserved: 0n, gasSpent: FEE_EACH })
    expect(vouchered(books(second.address))).to.equal(4n * PRICE)
    await paid() // nothing is owed
    expect(sent()).to.have.length(1)
  })

  it('names the chunks that came since the payment before', async () => {
    await join(payeeSigner.address)
    await came(payeeSigner.address, [0, 3])
    await paid()
    await join(payeeSigner.address)
    await came(payeeSigner.address, [1])
    await paid()
    const [payment] = sent()[1] ?? []
    expect(payment).to.include({ amount: PRICE })
    expect(toHex(payment?.chunksHash ?? new Uint8Array())).to.equal(toHex(chunksHashOfHex(bits(1))))
  })

  it('asks for what credit covers, and says so in its HELLO', async () => {
    await join(payeeSigner.address)
    const account = payer.account(payeeSigner.address, DOWNLOAD)
    expect(await account.authorize({ price: PRICE, required: ZERO_WEI })).to.deep.equal({ kind: 'covered' })
    const exhausted = { kind: 'refused', code: 'DEPOSIT_EXHAUSTED' }
    expect(await account.authorize({ price: PRICE, required: PRICE })).to.deep.equal(exhausted)
    expect(await refusal(pay({ payee: payeeSigner.address }))).to.equal('CREDIT_REFUSED')
    const nonce = new Uint8Array(32)
    const proof = await account.prove({ payerPeerId: peerIdText('a'), payeePeerId: peerIdText('b'), nonce })
    expect(proof).to.include({ transfer: undefined, seeksCredit: true })
    await begin(DOWNLOAD, wei(PRICE - 1n))
    expect(await account.authorize({ price: PRICE, required: ZERO_WEI })).to.deep.equal({
      kind: 'refused',
      code: 'BUDGET_EXHAUSTED',
    })
  })

  it('sets the gas aside before it asks for anything', async () => {
    await begin(DOWNLOAD, wei(FEE_EACH * 4n - 1n))
    expect(await refusal(join(payeeSigner.address))).to.equal('BUDGET_EXHAUSTED')
    await begin(DOWNLOAD, wei(FEE_EACH * 4n))
    await join(payeeSigner.address)
    expect(budget().gasReserved).to.equal(FEE_EACH * 4n)
    await payer.end(DOWNLOAD)
    expect(budget().gasReserved).to.equal(0n)
  })

  it('is not held up by a payee that refuses its coin: the others are paid, and the user is told', async () => {
    for (const payee of [payeeSigner.address, refusing]) {
      await join(payee)
      await came(payee, payee === refusing ? [1] : [0])
    }
    await paid()
    expect(vouchered(books(payeeSigner.address))).to.equal(PRICE)
    expect(books(refusing)).to.include({ verified: PRICE })
    expect(vouchered(books(refusing))).to.equal(0n)
    expect(share(refusing).signed).to.equal(0n)
    expect(notices).to.have.length(1)
    expect(notices[0]).to.include(refusing)
    expect(payer.returned()).to.deep.equal([{ transactionHash: hashOf(0), payee: refusing, amount: PRICE }])
    expect(await refusal(pay({ payee: refusing }))).to.equal('PAYMENT_SKIPPED')
    expect(await refusal(join(refusing))).to.equal('PAYMENT_SKIPPED')
    await came(payeeSigner.address, [2])
    await paid()
    expect(sent()[1]?.map(({ payee }) => payee)).to.deep.equal([payeeSigner.address])
  })

  it('counts each payment at the depth that its payee asks for', async () => {
    await join(payeeSigner.address, { confirmations: 1 })
    await join(second.address, { confirmations: 9 })
    await came(payeeSigner.address, [0])
    await came(second.address, [1])
    const first = pay({ payee: payeeSigner.address })
    await settle()
    await chain.mine(2)
    expect(vouchered(books(payeeSigner.address))).to.equal(PRICE)
    expect(vouchered(books(second.address))).to.equal(0n)
    await chain.mine(8)
    await first
    expect(vouchered(books(second.address))).to.equal(PRICE)
    expect(budget().gasSpent).to.equal(FEE_EACH)
  })

  for (const point of ['batch-decided', 'batch-mined', 'batch-counted'] as const)
    it(`pays once when the process dies at ${point}`, async () => {
      await join(payeeSigner.address)
      await came(payeeSigner.address, [0, 1])
      payer = newPayer(point)
      const dying = refusal(pay())
      await settle()
      await chain.mine(1 + CONFIRMATIONS)
      await dying
      payer = newPayer()
      await payer.start()
      await join(payeeSigner.address)
      await paid()
      expect(sent()).to.have.length(1)
      expect(sent()[0]?.[0]?.amount).to.equal(2n * PRICE)
      expect(vouchered(books(payeeSigner.address))).to.equal(2n * PRICE)
      expect(share(payeeSigner.address).signed).to.equal(2n * PRICE)
      expect(budget()).to.include({ gasSpent: FEE_EACH })
      payer.stop()
    })

  it('goes on after a restart with what was sent', async () => {
    await join(payeeSigner.address)
    await came(payeeSigner.address, [0])
    void refusal(pay())
    await settle()
    payer = newPayer()
    await payer.start()
    await chain.mine(1 + CONFIRMATIONS)
    expect(vouchered(books(payeeSigner.address))).to.equal(PRICE)
    expect(sent()).to.have.length(1)
    payer.stop()
  })

  it('gives back what was set aside for a batch that the chain refused, and pays with the next', async () => {
    await join(payeeSigner.address)
    await came(payeeSigner.address, [0])
    chain.failNext = 'INSUFFICIENT_FUNDS'
    expect(await refusal(pay())).to.equal('INSUFFICIENT_FUNDS')
    expect(budget()).to.include({ signed: 0n, gasReserved: 0n, gasSpent: 0n })
    await paid()
    expect(vouchered(books(payeeSigner.address))).to.equal(PRICE)
  })

  it('waits while the chain is away, and pays by itself what an ended download left', async () => {
    await join(payeeSigner.address)
    await came(payeeSigner.address, [0])
    chain.isAway = true
    const given = new AbortController()
    const waiting = pay({ signal: given.signal }).catch((error: unknown) => error)
    await settle()
    await join(second.address) // the price of gas is known from before
    const reason = new Error('the user goes')
    given.abort(reason)
    expect(await waiting).to.equal(reason)
    await database.write((connection) =>
      saveBudget(connection, DOWNLOAD, { ...loadBudget(connection, DOWNLOAD), ended: true }),
    )
    await payer.end(DOWNLOAD)
    expect(budget().gasReserved, 'it is still needed').not.to.equal(0n)
    await payer.start()
    await settle()
    expect(sent()).to.deep.equal([])
    chain.isAway = false
    await chain.mine()
    await settle()
    await chain.mine(1 + CONFIRMATIONS)
    expect(vouchered(books(payeeSigner.address))).to.equal(PRICE)
    expect(budget().gasReserved).to.equal(0n)
    expect(payer.owedBy(DOWNLOAD)).to.equal(0n)
    payer.stop()
  })

  const ALLOCATION = { escrow: { fileHash: FILE, deadline: 1_000_000 } }
  for (const [what, terms] of [
    ['a channel to its vouchers', {}],
    ['a part of an escrow to its receipts', ALLOCATION],
  ] as const)
    it(`leaves a payee with ${what}`, async () => {
      await join(payeeSigner.address)
      await came(payeeSigner.address, [0])
      await database.write((connection) =>
        applyToPayer(connection, payeeSigner.address, {
          type: 'openDecided',
          channelId: `0x${'ab'.repeat(32)}` as never, // any id
          salt: 1n,
          deposit: wei(1_000n),
          confirmations: 1,
          ...terms,
        }),
      )
      await pay()
      expect(sent()).to.deep.equal([])
      expect(await refusal(join(payeeSigner.address))).to.equal('CHANNEL_EXISTS')
    })

  describe('to the payee', () => {
    let payeeDatabase: Database
    let payee: Payee

    beforeEach(() => {
      payeeDatabase = openDatabase(':memory:')
      payee = createPayee(
        {
          database: payeeDatabase,
          signer: payeeSigner,
          contract: new FakeChain().as(payeeSigner.address),
          transferChain: chain.as(payeeSigner.address),
          clock,
          random: seededRandom('payee'),
          log: silentLogger,
          failPoints: noFailPoints,
        },
        { confirmations: CONFIRMATIONS, creditCapTotal: wei(60n * PRICE) },
      )
    })
    afterEach(() => payee.stop())

    const sold = (by = payerSigner.address) => payeeDatabase.read((connection) => loadPayeePair(connection, by))
    const challenge = () => ({
      payerPeerId: peerIdText('payer-peer'),
      payeePeerId: peerIdText('payee-peer'),
      nonce: new Uint8Array(32).fill(++nonces),
    })
    async function connect() {
      const buying = payer.account(payeeSigner.address, DOWNLOAD)
      const asked = challenge()
      const selling = await payee.authenticate(await buying.prove(asked), asked)
      await buying.takeBack(selling.status())
      return { buying, selling }
    }
    const seek = (signer: Signer) => {
      const asked = challenge()
      const signature = signTransferHello(domain, signer, { ...asked, transfer: undefined })
      return payee.authenticate({ transfer: undefined, signature, seeksCredit: true }, asked)
    }
    function show(transactionHash: string, { fileHash = FILE, signer = payerSigner } = {}) {
      const asked = challenge()
      const transfer = { transactionHash, fileHash }
      return payee.authenticate(
        { transfer, signature: signTransferHello(domain, signer, { ...asked, transfer }) },
        asked,
      )
    }
    const chunk = (chunkIndex: number) => ({ fileHash: FILE, chunkIndex, price: PRICE })

    it('opens with four chunks of credit, and goes on when they are paid for', async () => {
      await join(payeeSigner.address)
      const { selling } = await connect()
      expect(selling.status()).to.include({ vouchered: 0n, committed: 0n, credit: 0n })
      expect(selling.openCredit(PRICE).credit).to.equal(4n * PRICE)
      for (let index = 0; index < 4; index++)
        expect(await selling.commit(chunk(index))).to.include({ kind: 'committed' })
      expect(await selling.commit(chunk(4))).to.include({ code: 'VOUCHER_TOO_LOW' })
      await came(payeeSigner.address, [0, 1, 2, 3])
      await paid({ payee: payeeSigner.address })
      expect(payer.hasUnshown(payeeSigner.address)).to.equal(true)
      const again = await connect()
      expect(payer.hasUnshown(payeeSigner.address)).to.equal(false)
      expect(again.selling.openCredit(PRICE)).to.include({ vouchered: 4n * PRICE, credit: 4n * PRICE })
      expect(await again.selling.commit(chunk(4))).to.include({ kind: 'committed' })
      expect(payee.received()).to.have.length(1)
    })

    it('writes nothing down for an account that only asks', async () => {
      ;(await seek(second)).ended()
      await settle()
      expect(payeeDatabase.read((connection) => connection.all('SELECT * FROM channel_pairs'))).to.deep.equal([])
      expect(payeeDatabase.read((connection) => connection.all('SELECT * FROM channel_peers'))).to.deep.equal([])
    })

    it('lends a crowd of strangers a tenth of the cap, and the rest to those who paid', async () => {
      await join(payeeSigner.address)
      const { selling } = await connect()
      selling.openCredit(PRICE)
      await selling.commit(chunk(0))
      await came(payeeSigner.address, [0])
      await paid()
      const known = await connect()
      let given = 0
      for (let number = 1; number <= 5; number++) {
        const stranger = await seek(createSigner(new Uint8Array(32).fill(0x50 + number)))
        stranger.openCredit(PRICE)
        for (let index = 0; index < 4; index++) if ((await stranger.commit(chunk(index))).kind === 'committed') given++
      }
      expect(given).to.equal(6)
      expect(known.selling.openCredit(PRICE).credit).to.equal(4n * PRICE)
    })

    it('counts what it was paid once, whoever shows it how often', async () => {
      await join(payeeSigner.address)
      await join(second.address)
      await came(payeeSigner.address, [0])
      await came(second.address, [1])
      const done = pay()
      await settle()
      const early = await show(hashOf(0)).catch((error: unknown) => error)
      expect(early).to.have.property('code', 'TRANSFER_UNCONFIRMED')
      await chain.mine(1 + CONFIRMATIONS)
      await done
      await clock.advance(2_000)
      expect(await refusal(show(hashOf(0), { signer: second }))).to.equal('TRANSFER_INVALID')
      expect(await refusal(show(hashOf(0), { fileHash: OTHER_FILE }))).to.equal('TRANSFER_INVALID')
      await show(hashOf(0))
      await show(hashOf(0))
      expect(vouchered(sold())).to.equal(PRICE)
    })

    it('does not count a batch that passed it over', async () => {
      await join(refusing)
      await came(refusing, [0])
      await paid()
      expect(await refusal(show(hashOf(0)))).to.equal('TRANSFER_INVALID')
    })
  })

  const hashOf = (index: number): string => [...chain.entries.values()][index]?.hash ?? ''
})

function chunksHashOfHex(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  return chunksHashOf({ toBytes: () => bytes } as Parameters<typeof chunksHashOf>[0]) // the bytes are all that is hashed
}
