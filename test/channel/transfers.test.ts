import { expect } from 'chai'
import { TypedDataEncoder } from 'ethers'
import { vouchered } from '../../src/channel/books.ts'
import { newBudget } from '../../src/channel/budget.ts'
import { loadBudget, saveBudget } from '../../src/channel/budget-store.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signTransferHello, transferHelloDigest } from '../../src/channel/hello.ts'
import { createPayee, type Payee } from '../../src/channel/payee.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import { applyToPayer, loadPayerPair } from '../../src/channel/payer-books.ts'
import { judgeTransfer } from '../../src/channel/transfers/judge-transfer.ts'
import type {
  SeenTransfer,
  SentTransfer,
  TransferChain,
  TransferReceipt,
} from '../../src/channel/transfers/transfer-chain.ts'
import { createTransferPayer, type TransferPayer } from '../../src/channel/transfers/transfer-payer.ts'
import { beginBooksAt } from '../../src/channel/transfers/transfer-store.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { type Address, fileHashBytes, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createSigner, type Signer } from '../../src/system/signer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, FakeChain, settle } from './fake-contract.ts'
import { CONFIRMATIONS, DOWNLOAD, PRICE, payeeSigner, payerSigner } from './fixture.ts'

const FILE = parseFileHash('cd'.repeat(32))
const OTHER_FILE = parseFileHash('ce'.repeat(32))
const FEE = wei(3n)
const domain = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
const stranger = createSigner(fromHex('33'.repeat(32)))

interface Entry {
  readonly hash: string
  readonly seen: Omit<SeenTransfer, 'mined'>
  mined: { readonly blockNumber: number; readonly status: 'success' | 'reverted' } | undefined
}

/** Transfers in memory: nothing is mined until `mine`. */
class FakeTransfers {
  readonly entries = new Map<string, Entry>()
  number = 0
  looks = 0
  failNext: string | undefined
  revertNext = false
  readonly #waiting = new Set<() => void>()

  mine(count = 1): Promise<void> {
    for (let block = 0; block < count; block++) {
      this.number++
      for (const entry of this.entries.values())
        entry.mined ??= { blockNumber: this.number, status: this.revertNext ? 'reverted' : 'success' }
    }
    for (const check of [...this.#waiting]) check()
    return settle()
  }

  as(sender: Address): TransferChain {
    const handle = (entry: Entry): SentTransfer => ({
      wait: (confirmations) =>
        new Promise<TransferReceipt>((resolve) => {
          const check = (): void => {
            const { mined, hash } = entry
            if (mined === undefined || this.number < mined.blockNumber + confirmations) return
            this.#waiting.delete(check)
            resolve({ ...mined, hash, fee: FEE })
          }
          this.#waiting.add(check)
          check()
        }),
    })
    return {
      chainId: CHAIN_ID,
      head: async () => ({ number: this.number }),
      onHead: () => () => {},
      feeCeiling: async () => wei(FEE * 2n),
      find: async (hash) => {
        this.looks++
        const found = [...this.entries.values()].find((entry) => entry.hash === hash)
        return found === undefined ? undefined : { ...found.seen, mined: found.mined }
      },
      send: async ({ payee, fileHash, amount, key }) => {
        const code = this.failNext
        this.failNext = undefined
        if (code !== undefined) throw new ChiralError(code, 'The chain refused.')
        const known = this.entries.get(key)
        if (known !== undefined) return handle(known)
        const hash = `0x${(this.entries.size + 1).toString(16).padStart(64, '0')}`
        const data = fileHashBytes(fileHash)
        const entry = { hash, seen: { from: sender, to: payee, amount, data, chainId: CHAIN_ID }, mined: undefined }
        this.entries.set(key, entry)
        return handle(entry)
      },
      sent: (key) => {
        const known = this.entries.get(key)
        return known === undefined ? undefined : handle(known)
      },
    }
  }
}

describe('channel/transfers', () => {
  let chain: FakeTransfers
  let payerDatabase: Database
  let payer: TransferPayer
  let payee: Payee
  let nonces = 0

  beforeEach(async () => {
    chain = new FakeTransfers()
    payerDatabase = openDatabase(':memory:')
    payer = newPayer()
    payee = newPayee(openDatabase(':memory:'))
    await begin(wei(1_000_000n))
  })

  function newPayer(): TransferPayer {
    return createTransferPayer(
      {
        database: payerDatabase,
        signer: payerSigner,
        domain,
        chain: chain.as(payerSigner.address),
        random: seededRandom(`payer-${nonces++}`),
        log: silentLogger,
      },
      { prepaymentCap: 1 },
    )
  }

  let payeeDatabase: Database
  function newPayee(database: Database, doubt?: { readonly firmBlock: number }): Payee {
    payeeDatabase = database
    return createPayee(
      {
        database,
        signer: payeeSigner,
        contract: new FakeChain().as(payeeSigner.address),
        transferChain: chain.as(payeeSigner.address),
        clock: new FakeClock(),
        random: seededRandom('payee'),
        log: silentLogger,
        failPoints: noFailPoints,
        doubt: () => doubt,
      },
      { confirmations: CONFIRMATIONS },
    )
  }

  const begin = (limit: Wei): Promise<void> =>
    payerDatabase.write((connection) => saveBudget(connection, DOWNLOAD, newBudget(limit)))
  const budget = () => payerDatabase.read((connection) => loadBudget(connection, DOWNLOAD))
  const books = () => payerDatabase.read((connection) => loadPayerPair(connection, payeeSigner.address))
  const sold = () => payeeDatabase.read((connection) => loadPayeePair(connection, payerSigner.address))
  const ensure = (more: boolean, over: { prepay?: Wei; payee?: Address } = {}): Promise<void> =>
    payer.ensurePaid({
      starts: 1,
      payee: payeeSigner.address,
      fileHash: FILE,
      downloadId: DOWNLOAD,
      price: PRICE,
      prepay: wei(0n),
      confirmations: CONFIRMATIONS,
      more,
      ...over,
    })
  const challenge = (payerPeerId = 'payer-peer') => ({
    payerPeerId: peerIdText(payerPeerId),
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
  const refusal = (promise: Promise<unknown>): Promise<string | undefined> => promise.then(() => 'accepted', codeOf)
  async function paid(): Promise<void> {
    const done = ensure(true)
    await settle()
    await chain.mine(1 + CONFIRMATIONS)
    await done
  }
  const verify = (price = PRICE): Promise<unknown> =>
    payerDatabase.write((connection) => applyToPayer(connection, payeeSigner.address, { type: 'verified', price }))
  const hashOf = (index: number): string => [...chain.entries.values()][index]?.hash ?? ''
  function show(
    transactionHash: string,
    {
      fileHash = FILE,
      signer = payerSigner,
      peer = 'payer-peer',
    }: { fileHash?: typeof FILE; signer?: Signer; peer?: string } = {},
  ) {
    const asked = challenge(peer)
    const transfer = { transactionHash, fileHash }
    return payee.authenticate({ transfer, signature: signTransferHello(domain, signer, { ...asked, transfer }) }, asked)
  }

  it('hashes the proof as ethers does', () => {
    const asked = challenge()
    const transfer = { transactionHash: `0x${'7a'.repeat(32)}`, fileHash: FILE }
    const types = {
      TransferHello: [
        { name: 'payerPeerId', type: 'string' },
        { name: 'payeePeerId', type: 'string' },
        { name: 'transactionHash', type: 'bytes32' },
        { name: 'fileHash', type: 'bytes32' },
        { name: 'nonce', type: 'bytes32' },
      ],
    }
    const hash = TypedDataEncoder.hash(
      { name: 'ChiralPaymentChannel', version: '1', chainId: CHAIN_ID, verifyingContract: CONTRACT_ADDRESS },
      types,
      { ...asked, ...transfer, fileHash: `0x${FILE}` },
    )
    expect(`0x${toHex(transferHelloDigest(domain, { ...asked, transfer }))}`).to.equal(hash)
  })

  it('pays only after the payee said that it was never paid, and then a chunk', async () => {
    await ensure(false)
    expect(chain.entries.size).to.equal(0)
    expect(await refusal(connect())).to.equal('TRANSFER_UNKNOWN')
    expect(chain.looks).to.equal(0)
    await paid()
    const { buying, selling } = await connect()
    expect(vouchered(sold())).to.equal(PRICE)
    expect(vouchered(books())).to.equal(PRICE)
    expect(selling.status()).to.include({ vouchered: PRICE, transferred: PRICE, committed: 0n })
    expect(await buying.authorize({ price: PRICE, required: PRICE })).to.deep.equal({ kind: 'covered' })
    const chunk = { fileHash: FILE, chunkIndex: 0 }
    expect(await selling.commit({ ...chunk, price: PRICE })).to.include({ kind: 'committed' })
    expect(await selling.commit({ ...chunk, chunkIndex: 1, price: PRICE })).to.include({ code: 'VOUCHER_TOO_LOW' })
    await verify()
    expect(await buying.authorize({ price: PRICE, required: wei(2n * PRICE) })).to.deep.equal({
      kind: 'refused',
      code: 'DEPOSIT_EXHAUSTED',
    })
    expect(budget()).to.include({ signed: PRICE, gasSpent: FEE, gasReserved: 0n })
  })

  it('counts a transfer once, whoever shows it how often', async () => {
    await paid()
    for (const peer of ['payer-peer', 'payer-peer', 'another-peer']) await show(hashOf(0), { peer })
    payee = newPayee(payeeDatabase)
    await show(hashOf(0))
    expect(vouchered(sold())).to.equal(PRICE)
    expect(chain.looks).to.equal(1)
  })

  it('refuses what is shown for another file or by another key', async () => {
    await paid()
    expect(await refusal(show(hashOf(0), { fileHash: OTHER_FILE }))).to.equal('TRANSFER_INVALID')
    expect(await refusal(show(hashOf(0), { signer: stranger }))).to.equal('TRANSFER_INVALID')
    await show(hashOf(0))
    expect(await refusal(show(hashOf(0), { fileHash: OTHER_FILE }))).to.equal('TRANSFER_INVALID')
    expect(await refusal(show(hashOf(0), { signer: stranger }))).to.equal('TRANSFER_INVALID')
    expect(vouchered(sold())).to.equal(PRICE)
  })

  it('does not let a proof be used on another stream, or without a key', async () => {
    await paid()
    const transfer = { transactionHash: hashOf(0), fileHash: FILE }
    const signature = signTransferHello(domain, payerSigner, { ...challenge(), transfer })
    expect(await refusal(payee.authenticate({ transfer, signature }, challenge()))).to.equal('TRANSFER_INVALID')
    const bytes = new Uint8Array(65)
    expect(await refusal(payee.authenticate({ transfer, signature: bytes }, challenge()))).to.equal('PAYER_IS_CONTRACT')
    expect(vouchered(sold())).to.equal(0n)
  })

  it('says how many blocks a transfer lacks, and asks the chain about it once a second', async () => {
    void ensure(true)
    await settle()
    await chain.mine(1)
    const failure = await show(hashOf(0)).catch((error: unknown) => error)
    expect(failure).to.be.an.instanceOf(ChiralError).with.property('code', 'TRANSFER_UNCONFIRMED')
    expect((failure as ChiralError).details).to.include({ blocksLeft: CONFIRMATIONS })
    await refusal(show(hashOf(0)))
    expect(chain.looks).to.equal(1)
  })

  it('holds a transfer back that came after the firm block', async () => {
    await paid()
    payee = newPayee(payeeDatabase, { firmBlock: 0 })
    expect(await refusal(show(hashOf(0)))).to.equal('SPLIT_SUSPECTED')
  })

  it('pays once over a crash at any point', async () => {
    void ensure(true) // decided, sent, and the process dies
    await settle()
    payer = newPayer()
    await payer.start()
    const again = ensure(true)
    await settle()
    expect(chain.entries.size).to.equal(1)
    await chain.mine(1 + CONFIRMATIONS)
    await again
    payer = newPayer() // counted, and not shown
    await ensure(true)
    expect(chain.entries.size).to.equal(1)
    await connect()
    expect(vouchered(sold())).to.equal(PRICE)
    expect(budget()).to.include({ signed: PRICE, gasReserved: 0n })
  })

  it('gives back what was set aside for a transfer that never was', async () => {
    chain.failNext = 'INSUFFICIENT_FUNDS'
    expect(await refusal(ensure(true))).to.equal('INSUFFICIENT_FUNDS')
    expect(budget()).to.include({ signed: 0n, gasReserved: 0n, gasSpent: 0n })
    chain.revertNext = true
    const failing = refusal(ensure(true))
    await settle()
    expect(budget().gasReserved).to.equal(PRICE + 2n * FEE)
    await chain.mine(1 + CONFIRMATIONS)
    expect(await failing).to.equal('COIN_TRANSFER_FAILED')
    expect(budget()).to.include({ signed: 0n, gasReserved: 0n, gasSpent: FEE })
    expect(vouchered(books())).to.equal(0n)
  })

  it('drops at the start what was decided and never sent', async () => {
    chain.failNext = 'CHAIN_UNREACHABLE'
    expect(await refusal(ensure(true))).to.equal('CHAIN_UNREACHABLE')
    expect(budget().gasReserved).to.equal(PRICE + 2n * FEE)
    payer = newPayer()
    await payer.start()
    expect(budget().gasReserved).to.equal(0n)
    expect(chain.entries.size).to.equal(0)
  })

  it('pays no more than a chunk ahead, the budget, and as many strangers as the cap allows', async () => {
    await paid()
    await connect()
    await ensure(true) // the payee wants more though a chunk is paid ahead: it is shown the same one again
    expect(chain.entries.size).to.equal(1)
    await connect()
    expect(vouchered(sold())).to.equal(PRICE)
    expect(await refusal(ensure(true, { payee: stranger.address }))).to.equal('PREPAYMENT_CAP')
    await verify()
    await begin(wei(PRICE - 1n))
    expect(await refusal(ensure(true))).to.equal('BUDGET_EXHAUSTED')
  })

  it('pays what is owed with the next transfer, and more ahead where the user allows', async () => {
    await paid()
    await connect()
    await verify()
    await verify(wei(40n))
    const done = ensure(true, { prepay: wei(3n * PRICE) })
    await settle()
    await chain.mine(1 + CONFIRMATIONS)
    await done
    expect(vouchered(books())).to.equal(PRICE + 40n + 3n * PRICE)
  })

  it('learns from the payee what it paid before its books were lost, and once', async () => {
    await paid()
    const { selling } = await connect()
    await selling.commit({ fileHash: FILE, chunkIndex: 0, price: PRICE })
    payerDatabase = openDatabase(':memory:')
    payer = newPayer()
    await begin(wei(1_000_000n))
    const { buying } = await connect()
    expect(books()).to.include({ transferred: PRICE, verified: PRICE })
    await buying.takeBack({ committed: wei(9n * PRICE), transferred: wei(9n * PRICE) })
    expect(vouchered(books())).to.equal(PRICE)
  })

  it('counts as delivered what a payee that lost its books is shown of before, but for a chunk', async () => {
    await paid()
    await connect()
    await verify()
    await paid()
    const lost = openDatabase(':memory:')
    payee = newPayee(lost)
    await lost.write((connection) => beginBooksAt(connection, chain.number))
    const first = await show(hashOf(0))
    expect(await first.commit({ fileHash: FILE, chunkIndex: 0, price: PRICE })).to.include({ kind: 'committed' })
    const { selling: second } = await connect()
    expect(await second.commit({ fileHash: FILE, chunkIndex: 1, price: PRICE })).to.include({ code: 'VOUCHER_TOO_LOW' })
    await verify()
    await paid()
    const third = await show(hashOf(2))
    expect(await third.commit({ fileHash: FILE, chunkIndex: 1, price: PRICE })).to.include({ kind: 'committed' })
  })
})

describe('channel/transfers/judge-transfer', () => {
  const claim = { payer: payerSigner.address, payee: payeeSigner.address, fileHash: FILE }
  const terms = { chainId: CHAIN_ID, headNumber: 10, confirmations: 3, firmBlock: undefined }
  const right: SeenTransfer = {
    from: claim.payer,
    to: claim.payee,
    amount: wei(5n),
    data: fileHashBytes(FILE),
    chainId: CHAIN_ID,
    mined: { blockNumber: 7, status: 'success' },
  }

  it('counts a transfer as deep as the payee asks', () => {
    expect(judgeTransfer(right, claim, terms)).to.deep.equal({ kind: 'counts', amount: 5n, blockNumber: 7 })
    const young = { ...right, mined: { blockNumber: 8, status: 'success' as const } }
    expect(judgeTransfer(young, claim, terms)).to.deep.equal({ kind: 'waits', blocksLeft: 1 })
    expect(judgeTransfer({ ...right, mined: undefined }, claim, terms)).to.deep.equal({ kind: 'waits', blocksLeft: 4 })
    expect(judgeTransfer(undefined, claim, terms)).to.deep.equal({ kind: 'waits', blocksLeft: 4 })
    expect(judgeTransfer(right, claim, { ...terms, firmBlock: 6 })).to.deep.equal({ kind: 'held' })
  })

  const wrong: Record<string, Partial<SeenTransfer>> = {
    'another sender': { from: stranger.address },
    'another recipient': { to: stranger.address },
    'a contract creation': { to: undefined },
    'another chain': { chainId: 1 },
    'no chain': { chainId: undefined },
    'another file': { data: fileHashBytes(OTHER_FILE) },
    'no calldata': { data: new Uint8Array(0) },
    'calldata that goes on': { data: new Uint8Array([...fileHashBytes(FILE), 0]) },
    'no coin': { amount: wei(0n) },
    'more coin than there can be': { amount: wei(2n ** 96n) },
    failure: { mined: { blockNumber: 7, status: 'reverted' } },
  }
  for (const [name, fault] of Object.entries(wrong))
    it(`refuses ${name}`, () => {
      expect(judgeTransfer({ ...right, ...fault }, claim, terms)).to.have.property('kind', 'invalid')
    })
})
