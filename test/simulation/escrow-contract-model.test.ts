import { expect } from 'chai'
import { deployEscrow } from '../../src/chain/deploy.ts'
import { createEscrowContract, type EscrowContract } from '../../src/chain/escrow-contract.ts'
import { createTransactionQueue, type SendRequest } from '../../src/chain/transaction-queue.ts'
import type { ReceiptItem } from '../../src/channel/escrow/escrow-chain.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { type Address, fileHashOf } from '../../src/domain/ids.ts'
import { escrowDomain, escrowIdOf, signReceipt, signRelease } from '../../src/settlement/receipt.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { Signer } from '../../src/system/signer.ts'
import { mine, startTestChain, type TestChain, wellKnownSigner } from '../chain/support/test-chain.ts'
import { Chance } from './chance.ts'
import {
  callEscrow,
  type EscrowCall,
  type EscrowRules,
  type Escrows,
  type ModelEscrow,
  type RedeemReceipts,
} from './escrow-contract-model.ts'

const SEQUENCES = 24
const CALLS = 14
/** What deployEscrow makes the contract with. */
const GRACE = { seconds: 3_600, blocks: 240 }
const LIFETIME_SECONDS = 10_000
const TIMEOUT_MS = 600_000
const GAS = '0x7a120'
const FILE = fileHashOf(new Uint8Array(32).fill(9))

/** The last that was to be sent. */
type Told = SendRequest | undefined

describe('simulation/escrow-contract-model', () => {
  let test: TestChain
  let address: Address
  /** The product's own adapter, whose transactions are told instead of sent. */
  let contract: EscrowContract
  let told: Told
  let rules: EscrowRules
  const parties = [wellKnownSigner(3), wellKnownSigner(4), wellKnownSigner(5)]

  before(async function () {
    this.timeout(TIMEOUT_MS)
    test = await startTestChain()
    const { client, directory } = test
    const shared = {
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
      database: openDatabase(':memory:'),
    }
    const queue = createTransactionQueue({ ...shared, client, signer: wellKnownSigner(0) })
    address = (await deployEscrow({ client, queue, log: silentLogger }, { folder: directory })).address
    await queue.stop()
    const tells = (request: SendRequest): Promise<never> => {
      told = request
      return Promise.reject(new Error('it is not sent'))
    }
    contract = createEscrowContract({ client, queue: { ...queue, send: tells } }, address)
    await client.request('evm_setAutomine', [false])
    const domain = escrowDomain(client.identity.chainId, address)
    rules = { domain, graceSeconds: GRACE.seconds, graceBlocks: GRACE.blocks }
  })

  after(() => test.stop())

  it(`does what the bytecode does, call for call, in ${SEQUENCES} random sequences`, async function () {
    this.timeout(TIMEOUT_MS)
    const seen = new Map<string, number>()
    for (let sequence = 0; sequence < SEQUENCES; sequence++)
      await runSequence(new Chance(`escrow calls ${sequence}`), BigInt(sequence), seen)
    for (const kind of ['lock', 'addToEscrow', 'allocate', 'refund', 'requestReclaim', 'reclaim', 'redeemReceipts'])
      for (const outcome of ['success', 'reverted'])
        expect(seen.get(`${kind} ${outcome}`), `${kind} ${outcome}`).to.be.above(2)
  })

  async function runSequence(chance: Chance, salt: bigint, seen: Map<string, number>): Promise<void> {
    const [payer] = parties
    if (payer === undefined) throw new Error('nobody pays')
    const escrowId = escrowIdOf({ payer: payer.address, fileHash: FILE, salt })
    let escrows: Escrows = new Map()
    for (let step = 0; step < CALLS; step++) {
      if (chance.happens(0.25)) {
        await test.client.request('evm_increaseTime', [chance.pick([10, GRACE.seconds, LIFETIME_SECONDS])])
        await mine(test.client, chance.pick([1, GRACE.blocks]))
      }
      const { timestamp: now } = await test.client.head()
      const call = anyCall(chance, { payer, salt, now, escrow: escrows.get(escrowId) })
      const before = await balances()
      const { status, blockNumber, timestamp, fee } = await send(payer, call)
      const effect = callEscrow(rules, escrows, call, { sender: payer.address, blockNumber, timestamp })
      expect(status, call.kind).to.equal(effect === undefined ? 'reverted' : 'success')
      seen.set(`${call.kind} ${status}`, (seen.get(`${call.kind} ${status}`) ?? 0) + 1)
      escrows = effect?.escrows ?? escrows
      await compare(call.kind, escrows.get(escrowId), salt)
      const after = await balances()
      for (const party of parties) {
        const paid = effect?.payouts.reduce((sum, { to, amount }) => (to === party.address ? sum + amount : sum), 0n)
        const spent = party === payer ? fee + (effect?.value ?? 0n) : 0n
        const moved = (after.get(party.address) ?? 0n) - (before.get(party.address) ?? 0n)
        expect(moved, `${call.kind}: coin of ${party.address}`).to.equal((paid ?? 0n) - spent)
      }
    }
  }

  /** Mostly a call that makes sense on what is there. */
  function anyCall(
    chance: Chance,
    on: { payer: Signer; salt: bigint; now: number; escrow: ModelEscrow | undefined },
  ): EscrowCall | RedeemReceipts {
    const { payer, salt, now, escrow } = on
    const place = { fileHash: FILE, salt }
    const key = { payer: payer.address, ...place }
    const escrowId = escrowIdOf(key)
    const amount = (most: number): Wei => wei(BigInt(chance.integer(0, most)))
    const anyone = (): Signer => chance.pick(parties)
    const allocations = () =>
      Array.from({ length: chance.integer(0, 2) }, () => ({ seeder: anyone().address, amount: amount(60) }))
    const deadline = now + chance.pick([0, LIFETIME_SECONDS, LIFETIME_SECONDS])
    const item = (seeder: Signer): ReceiptItem => {
      const signer = chance.happens(0.85) ? payer : anyone()
      const terms = {
        escrowId,
        seeder: seeder.address,
        cumulativeAmount: amount(80),
        protocol: chance.pick(['', 'http']),
      }
      return { ...key, ...signReceipt(rules.domain, signer, { ...terms, chunksHash: new Uint8Array(32).fill(1) }) }
    }
    const release = (seeder: Signer) => {
      const nonce = escrow?.allocations.get(seeder.address)?.nonce ?? 0n
      const terms = { escrowId, seeder: seeder.address, allocated: amount(60), nonce }
      return signRelease(rules.domain, chance.happens(0.85) ? seeder : anyone(), terms)
    }
    const lock = (): EscrowCall => {
      return { kind: 'lock', ...place, deadline, value: amount(200), allocations: allocations() }
    }
    const kinds: (() => EscrowCall | RedeemReceipts)[] = [
      lock,
      () => ({ kind: 'addToEscrow', ...place, value: amount(50) }),
      () => ({ kind: 'allocate', ...place, allocations: allocations() }),
      () => ({ kind: 'refund', ...place, releases: chance.happens(0.5) ? [] : [release(anyone())] }),
      () => ({ kind: 'requestReclaim', ...key }),
      () => ({ kind: 'reclaim', ...key, seeders: parties.slice(chance.integer(0, 2)).map((party) => party.address) }),
      () => {
        const seeder = anyone()
        const items = Array.from({ length: chance.integer(1, 2) }, () => item(seeder))
        return { kind: 'redeemReceipts', seeder: seeder.address, items }
      },
    ]
    return escrow === undefined && chance.happens(0.8) ? lock() : chance.pick(kinds)()
  }

  async function compare(what: string, model: ModelEscrow | undefined, salt: bigint): Promise<void> {
    const escrowId = escrowIdOf({ payer: parties[0]?.address ?? address, fileHash: FILE, salt })
    const shown = await contract.escrow(escrowId)
    const { free, deadline, graceAt, graceBlock } = model ?? {}
    expect(shown, what).to.deep.equal(model && { free, deadline, graceAt, graceBlock })
    for (const { address: seeder } of parties)
      expect(await contract.allocation(escrowId, seeder), what).to.deep.equal(model?.allocations.get(seeder))
  }

  async function send(sender: Signer, call: EscrowCall | RedeemReceipts) {
    const { client } = test
    told = undefined
    await tell(contract, call).catch(() => undefined) // it is only told
    const transaction = told as Told
    if (transaction === undefined) throw new Error(`${call.kind} was not encoded`)
    const { data = '0x', value = wei(0n) } = transaction
    const request = { from: sender.address, to: address, data, gas: GAS, value: `0x${value.toString(16)}` }
    const hash = String(await client.request('eth_sendTransaction', [request]))
    await mine(client, 1)
    const receipt = await client.receipt(hash)
    if (receipt === undefined) throw new Error(`${call.kind} was not mined`)
    const { status, blockNumber, gasUsed, effectiveGasPrice } = receipt
    const timestamp = (await client.block(blockNumber))?.timestamp ?? 0
    return { status, blockNumber, timestamp, fee: gasUsed * effectiveGasPrice }
  }

  async function balances(): Promise<Map<Address, bigint>> {
    const entries = parties.map(async (party) => [party.address, await test.client.balance(party.address)] as const)
    return new Map(await Promise.all(entries))
  }
})

function tell(contract: EscrowContract, call: EscrowCall | RedeemReceipts): Promise<unknown> {
  const key = 'told'
  switch (call.kind) {
    case 'lock':
      return contract.lock({ ...call, key })
    case 'addToEscrow':
      return contract.topUp({ ...call, key })
    case 'allocate':
      return contract.allocate({ ...call, key })
    case 'refund': {
      const escrowId = escrowIdOf({ payer: contract.address, fileHash: call.fileHash, salt: call.salt })
      // Neither is sent: they are in what was signed.
      const releases = call.releases.map((release) => ({ ...release, escrowId, nonce: 0n }))
      return contract.refund({ ...call, releases, key })
    }
    case 'requestReclaim':
      return contract.requestReclaim({ ...call, key })
    case 'reclaim':
      return contract.reclaim({ ...call, key })
    case 'redeemReceipts':
      return contract.redeem({ ...call, key })
  }
}
