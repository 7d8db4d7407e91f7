import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ChainClient } from '../../src/chain/client.ts'
import { MAX_REORG_DEPTH } from '../../src/chain/head-tracker.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import { STUCK_AFTER_MS } from '../../src/chain/transaction-state.ts'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { type FailPoints, noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { Signer } from '../../src/system/signer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { mine, startTestChain, type TestChain, wellKnownSigner } from './support/test-chain.ts'

/** Code that always reverts: PUSH1 0, PUSH1 0, REVERT. */
const REVERTING_CODE = '0x60006000fd'

describe('chain/transaction-queue', () => {
  let test: TestChain
  const queues: TransactionQueue[] = []
  const payer = wellKnownSigner(0)
  let receivers = 0

  before(async () => {
    test = await startTestChain()
  })

  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.stop()
    await test.client.request('evm_setAutomine', [true])
  })

  after(() => test.stop())

  interface Overrides {
    readonly database?: Database
    readonly client?: ChainClient
    readonly clock?: Clock
    readonly failPoints?: FailPoints
    readonly signer?: Signer
  }

  function newQueue(overrides: Overrides = {}): TransactionQueue {
    const queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client: test.client,
      signer: payer,
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
      ...overrides,
    })
    queues.push(queue)
    return queue
  }

  /** An account nobody has used. */
  function stranger(): Address {
    return parseAddress(`0x${(++receivers).toString(16).padStart(40, '7')}`)
  }

  function transfer(to: Address, key: string, value = 5n) {
    return { key, purpose: 'a test transfer', to, value: wei(value) }
  }

  const pendingTransactions = async (): Promise<number> =>
    Number(Object(await test.client.request('txpool_status', [])).pending)

  it('gives concurrent callers dense nonces, and mines all', async () => {
    const queue = newQueue()
    const to = stranger()
    const first = await test.client.transactionCount(payer.address, 'latest')
    const sent = await Promise.all(Array.from({ length: 12 }, (_, i) => queue.send(transfer(to, `dense-${i}`, 1n))))
    await Promise.all(sent.map((transaction) => transaction.wait(0)))
    expect(await test.client.balance(to)).to.equal(12n)
    const nonces = queue.history().map((record) => record.nonce)
    expect(nonces).to.deep.equal(Array.from({ length: 12 }, (_, i) => first + i))
  })

  it('sends once for one key, whoever asks and however often', async () => {
    const queue = newQueue()
    const to = stranger()
    const [one, two] = await Promise.all([queue.send(transfer(to, 'once')), queue.send(transfer(to, 'once'))])
    await one.wait(0)
    expect(two.hash).to.equal(one.hash)
    expect((await queue.send(transfer(to, 'once'))).hash).to.equal(one.hash)
    expect(queue.find('once')?.hash).to.equal(one.hash)
    expect(await test.client.balance(to)).to.equal(5n)
    expect(await queue.send(transfer(to, 'once', 6n)).catch(codeOf)).to.equal('TRANSACTION_KEY_REUSED')
  })

  it('broadcasts the stored bytes after a crash between storing and sending', async () => {
    const database = openDatabase(':memory:')
    const to = stranger()
    const crash = new Error('killed')
    const crashed = newQueue({
      database,
      // A crash takes the whole process: this one cannot reach the node any more.
      client: { ...test.client, broadcast: () => Promise.reject(crash) },
      failPoints: {
        hit() {
          throw crash
        },
      },
    })
    expect(await crashed.send(transfer(to, 'durable')).catch((error: unknown) => error)).to.equal(crash)
    await crashed.stop()
    expect(await test.client.balance(to)).to.equal(0n)
    const stored = crashed.history()[0]?.attempts[0]?.hash
    const queue = newQueue({ database })
    await queue.start()
    const mined = await queue.find('durable')?.wait(0)
    expect(mined?.hash).to.equal(stored)
    expect((await queue.send(transfer(to, 'durable'))).hash).to.equal(stored)
    expect(await test.client.balance(to)).to.equal(5n)
  })

  it('does the same after a real kill -9', async () => {
    const path = join(test.directory, 'killed.db')
    const to = stranger()
    const source = (name: string): string => JSON.stringify(join(import.meta.dirname, '../../src', name))
    const program = `
      import { createTransactionQueue } from ${source('chain/transaction-queue.ts')}
      import { openDatabase } from ${source('system/database.ts')}
      import { systemClock as clock } from ${source('system/clock.ts')}
      import { killAt } from ${source('system/fail-points.ts')}
      import { silentLogger as log } from ${source('system/logger.ts')}
      import { connectTo, wellKnownSigner } from ${JSON.stringify(join(import.meta.dirname, 'support/test-chain.ts'))}
      const client = await connectTo(${JSON.stringify(test.chain.rpcUrl)})
      const database = openDatabase(${JSON.stringify(path)})
      const failPoints = killAt('transaction-durable')
      const queue = createTransactionQueue({ database, client, signer: wellKnownSigner(3), clock, log, failPoints })
      await queue.send({ key: 'k', purpose: 'p', to: ${JSON.stringify(to)}, value: 5n })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
    const [, signal] = await once(child, 'exit')
    expect(signal).to.equal('SIGKILL')
    expect(await test.client.balance(to)).to.equal(0n)
    const database = openDatabase(path)
    const queue = newQueue({ database, signer: wellKnownSigner(3) })
    const sent = await queue.send(transfer(to, 'k'))
    expect((await sent.wait(0)).status).to.equal('success')
    expect(await test.client.balance(to)).to.equal(5n)
    expect(queue.history()).to.have.length(1)
    await queue.stop()
    database.close()
  })

  it('finds its transaction mined when the crash came after sending', async () => {
    const database = openDatabase(':memory:')
    const to = stranger()
    await test.client.request('evm_setAutomine', [false])
    const crashed = newQueue({ database })
    const { hash } = await crashed.send(transfer(to, 'sent'))
    await crashed.stop()
    await mine(test.client, 1)
    const queue = newQueue({ database })
    await queue.start()
    expect(await queue.find('sent')?.wait(0)).to.include({ hash, status: 'success' })
    expect(await test.client.balance(to)).to.equal(5n)
  })

  it('keeps a transaction that could not be broadcast, and broadcasts it later', async () => {
    const clock = new FakeClock()
    let away = true
    const client: ChainClient = {
      ...test.client,
      broadcast: (raw, options) =>
        away ? Promise.reject(new ChiralError('CHAIN_UNREACHABLE', 'away')) : test.client.broadcast(raw, options),
    }
    const queue = newQueue({ client, clock })
    const to = stranger()
    const sent = await queue.send(transfer(to, 'away'))
    const mined = sent.wait(0)
    away = false
    for (let i = 0; i < 4; i++) await clock.advance(5_000)
    expect((await mined).status).to.equal('success')
  })

  it('offers more at the same nonce when it is stuck', async () => {
    const clock = new FakeClock()
    const offers: string[] = []
    // Miners leave the first offer out.
    const client: ChainClient = {
      ...test.client,
      async broadcast(raw, options) {
        if (!offers.includes(raw)) offers.push(raw)
        if (raw !== offers[0]) await test.client.broadcast(raw, options)
      },
    }
    const queue = newQueue({ clock, client })
    const to = stranger()
    const sent = await queue.send(transfer(to, 'stuck'))
    const waiting = sent.wait(0)
    await mine(test.client, 8)
    // One look after the other, as time passes: offering the same bytes again in between must not begin the count anew.
    while (queue.history()[0]?.outcome.phase === 'pending') {
      await clock.advance(1_000)
      await test.client.head()
    }
    expect(clock.now() - (queue.history()[0]?.createdAt ?? 0)).to.be.at.least(STUCK_AFTER_MS)
    const { hash } = await waiting
    expect(hash).to.not.equal(sent.hash)
    expect(queue.history()[0]?.attempts.map((attempt) => attempt.hash)).to.deep.equal([sent.hash, hash])
    expect(queue.history()[0]?.attempts.map((attempt) => attempt.raw)).to.deep.equal(offers)
    expect(await test.client.balance(to)).to.equal(5n)
  })

  it('sends again what a reorg took out, and waits until it is buried', async () => {
    const queue = newQueue()
    const to = stranger()
    const sent = await queue.send(transfer(to, 'reorg'))
    const before = await sent.wait(0)
    const buried = sent.wait(3)
    await mine(test.client, 1)
    await test.client.request('anvil_reorg', [2, []])
    expect(await test.client.receipt(sent.hash)).to.equal(undefined)
    for (let blockHash = before.blockHash; blockHash === before.blockHash; ) {
      await test.client.head()
      const outcome = queue.history()[0]?.outcome
      blockHash = outcome?.phase === 'mined' ? outcome.blockHash : before.blockHash
    }
    await mine(test.client, 3)
    const after = await buried
    expect(after.hash).to.equal(sent.hash)
    expect(after.blockHash).to.not.equal(before.blockHash)
    expect(await test.client.balance(to)).to.equal(5n)
  })

  it('sends again what the chain forgot while this program was off', async () => {
    const database = openDatabase(':memory:')
    const to = stranger()
    const snapshot = await test.client.request('evm_snapshot', [])
    const first = newQueue({ database })
    const { hash } = await first.send(transfer(to, 'forgotten'))
    await first.find('forgotten')?.wait(0)
    await first.stop()
    await test.client.request('evm_revert', [snapshot])
    expect(await test.client.balance(to)).to.equal(0n)
    const second = newQueue({ database })
    await second.start()
    while ((await test.client.balance(to)) === 0n) await test.client.head()
    expect(await test.client.receipt(hash)).to.include({ status: 'success' })
  })

  it('takes the next nonce when another program took the first', async () => {
    const to = stranger()
    let stale = true
    const client: ChainClient = {
      ...test.client,
      async transactionCount(account, block, options) {
        const count = await test.client.transactionCount(account, block, options)
        if (block !== 'pending' || !stale) return count
        stale = false
        return count - 1
      },
    }
    const queue = newQueue({ client })
    const sent = await queue.send(transfer(to, 'taken'))
    expect((await sent.wait(0)).status).to.equal('success')
    expect(queue.history().map((record) => record.outcome.phase)).to.deep.equal(['refused', 'mined'])
    expect(await test.client.balance(to)).to.equal(5n)
  })

  it('says when another program used its nonce', async () => {
    await test.client.request('evm_setAutomine', [false])
    const ours = newQueue()
    const sent = await ours.send(transfer(stranger(), 'ours'))
    const waiting = sent.wait(0).catch(codeOf)
    await test.client.request('anvil_dropTransaction', [sent.hash])
    const theirs = newQueue()
    await theirs.send(transfer(stranger(), 'theirs', 6n))
    await mine(test.client, 2)
    expect(await waiting).to.equal('TRANSACTION_SUPERSEDED')
    await test.client.request('evm_setAutomine', [true])
    expect((await (await ours.send(transfer(stranger(), 'ours', 7n))).wait(0)).status).to.equal('success')
  })

  it('refuses what the wallet cannot pay, in coins, counting what is on its way', async () => {
    await test.client.request('evm_setAutomine', [false])
    const poor = wellKnownSigner(5)
    await test.client.request('anvil_setBalance', [poor.address, '0xde0b6b3a7640000'])
    const queue = newQueue({ signer: poor })
    await queue.send(transfer(stranger(), 'affordable', 6n * 10n ** 17n))
    const error = await queue.send(transfer(stranger(), 'too much', 6n * 10n ** 17n)).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'INSUFFICIENT_FUNDS' })
    expect(String(error)).to.match(/has 0\.39\d* coins available and needs 0\.60\d* /)
    expect(queue.find('too much')).to.equal(undefined)
    expect(await pendingTransactions()).to.equal(1)
    await mine(test.client, 1)
  })

  it('reports a revert on chain as a result, and one foreseen as an error', async () => {
    const queue = newQueue()
    const to = stranger()
    await test.client.request('anvil_setCode', [to, REVERTING_CODE])
    expect(await queue.send({ ...transfer(to, 'foreseen'), data: '0x01' }).catch(codeOf)).to.equal(
      'TRANSACTION_REVERTED',
    )
    const before = await test.client.balance(payer.address)
    const sent = await queue.send({ ...transfer(to, 'forced'), gasLimit: 60_000n })
    const receipt = await sent.wait(0)
    expect(receipt.status).to.equal('reverted')
    expect(before - (await test.client.balance(payer.address))).to.equal(receipt.fee)
  })

  it('explains the balance by its history', async () => {
    const signer = wellKnownSigner(6)
    const queue = newQueue({ signer })
    const before = await test.client.balance(signer.address)
    for (const key of ['a', 'b', 'c']) await (await queue.send(transfer(stranger(), key, 11n))).wait(0)
    let explained = 0n
    for (const { value, outcome } of queue.history())
      if (outcome.phase === 'mined') explained += outcome.fee + (outcome.status === 'success' ? value : 0n)
    expect(before - (await test.client.balance(signer.address))).to.equal(explained)
  })

  it('ends its waits when asked to or stopped', async () => {
    await test.client.request('evm_setAutomine', [false])
    const queue = newQueue()
    const sent = await queue.send(transfer(stranger(), 'waiting'))
    const controller = new AbortController()
    const reason = new Error('enough')
    const aborted = sent.wait(0, controller.signal).catch((error: unknown) => error)
    const stopped = sent.wait(0).catch(codeOf)
    controller.abort(reason)
    expect(await aborted).to.equal(reason)
    await queue.stop()
    expect(await stopped).to.equal('TRANSACTION_QUEUE_STOPPED')
    expect(await sent.wait(0).catch(codeOf)).to.equal('TRANSACTION_QUEUE_STOPPED')
    await mine(test.client, 1)
  })

  it('refuses a database of another chain', async () => {
    const database = openDatabase(':memory:')
    await newQueue({ database }).start()
    const identity = { ...test.client.identity, genesisHash: `0x${'cd'.repeat(32)}` }
    const queue = newQueue({ database, client: { ...test.client, identity } })
    expect(await queue.send(transfer(stranger(), 'elsewhere')).catch(codeOf)).to.equal('CHAIN_MISMATCH')
  })

  it('finds all that a reorg undid while this program was off, however deep', async () => {
    const database = openDatabase(':memory:')
    const to = stranger()
    const kept = newQueue({ database })
    const unchanged = await (await kept.send(transfer(to, 'unchanged'))).wait(0)
    const snapshot = await test.client.request('evm_snapshot', [])
    for (const key of ['deep', 'shallow']) {
      await (await kept.send(transfer(to, key))).wait(0)
      await mine(test.client, MAX_REORG_DEPTH + 1)
    }
    await kept.stop()
    await test.client.request('evm_revert', [snapshot])
    await mine(test.client, 3 * MAX_REORG_DEPTH)
    expect(await test.client.balance(to)).to.equal(5n)
    const again = newQueue({ database })
    await again.start()
    while ((await test.client.balance(to)) !== 15n) await test.client.head()
    for (const key of ['deep', 'shallow']) expect((await again.find(key)?.wait(0))?.status).to.equal('success')
    expect((await again.find('unchanged')?.wait(0))?.blockHash).to.equal(unchanged.blockHash)
  })
})
