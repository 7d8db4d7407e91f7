import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { type Address, type ChannelId, parseAddress } from '../../src/domain/ids.ts'
import {
  agreement,
  blockOf,
  eventually,
  GethLab,
  headOf,
  type LabNode,
  startMining,
  stopMining,
} from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'
import { ledgerOf } from './support/ledger-of-chain.ts'
import { PRICE, Trader } from './support/trader.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const TIMEOUT_MS = 10 * 60_000
const COIN = 10n ** 18n
/** The winning branch is so much longer than the other. */
const LEAD = 6

const coins = (count: bigint): Wei => wei(count * COIN)
const priceOf = (chunks: number): bigint => PRICE * BigInt(chunks)

describe('geth/split', function () {
  this.timeout(TIMEOUT_MS)
  let lab: GethLab
  let a: LabNode
  let b: LabNode
  /** Payers on a. */
  let alice: Trader
  let carol: Trader
  let dave: Trader
  /** The payee, on b. */
  let bob: Trader
  /** A payer on b. */
  let erin: Trader
  const traders: Trader[] = []

  async function join(): Promise<void> {
    await b.ipc.addPeer(await a.ipc.enode())
    await eventually('a connection', async () => ((await a.ipc.peers()).length > 0 ? true : undefined))
  }

  /** Neither hears of the other from here on. */
  async function part(): Promise<void> {
    const [enodeA, enodeB] = await Promise.all([a.ipc.enode(), b.ipc.enode()])
    await b.ipc.ask('admin_removePeer', [enodeA])
    await a.ipc.ask('admin_removePeer', [enodeB])
    await eventually('nobody', async () => {
      const counts = await Promise.all([a, b].map(async ({ ipc }) => (await ipc.peers()).length))
      return counts.every((count) => count === 0) ? true : undefined
    })
  }

  /** Mines on a node while something is done that waits for blocks. */
  async function mining<T>(node: LabNode, work: () => Promise<T>): Promise<T> {
    await startMining(node, MINER)
    try {
      return await work()
    } finally {
      await stopMining(node)
    }
  }

  const reaches = (node: LabNode, height: number): Promise<unknown> =>
    eventually(`block ${height}`, async () => ((await headOf(node)).number >= height ? true : undefined))

  /**
   * Mines on the winner until its branch is the longer one by far, joins them, and mines on until both are on it, everything that was
   * lost is in a block again, and nobody suspects anything. `witness` sees its branch lose.
   */
  async function heal(winner: LabNode, loser: LabNode, witness: Trader): Promise<void> {
    const losing = await headOf(loser)
    await mining(winner, () => reaches(winner, losing.number + LEAD))
    const winning = await headOf(winner)
    expect((await blockOf(winner, losing.number))?.hash).to.not.equal(losing.hash)
    await join()
    await mining(winner, async () => {
      await eventually('the winning branch on both sides', async () =>
        (await blockOf(loser, winning.number))?.hash === winning.hash ? true : undefined,
      )
      await eventually('the sign of a deep reorg', async () =>
        witness.paying.split.suspicion()?.signs.includes('reorganised') ? true : undefined,
      )
      await eventually('all transactions on the winning branch', async () =>
        traders.every(({ allMined }) => allMined) && (await allOn(winner)) ? true : undefined,
      )
      await Promise.all(traders.map((trader) => trader.suspects(false)))
    })
    await agreement([a, b], winning.number)
  }

  /** Are the blocks that the queues remember those of this node? */
  async function allOn(node: LabNode): Promise<boolean> {
    for (const { chain } of traders)
      for (const { outcome } of chain.queue.history()) {
        if (outcome.phase !== 'mined') return false
        if ((await blockOf(node, outcome.blockNumber))?.hash !== outcome.blockHash) return false
      }
    return true
  }

  /** Money and books: to the wei, by the blocks of the branch both are on. */
  async function expectReconciled(): Promise<void> {
    const { number } = await agreement([a, b], 1)
    const { client, contract } = bob.chain
    const { events, expected, inContract } = await ledgerOf(client, contract.address, number)
    for (const { address } of traders) expect(await client.balance(address, number)).to.equal(expected.get(address))
    expect(await client.balance(contract.address, number)).to.equal(inContract)
    const open = new Map<ChannelId, bigint>()
    for (const event of events) {
      if (event.kind === 'opened' || event.kind === 'toppedUp') open.set(event.channelId, event.deposit)
      if (event.kind === 'closed') open.delete(event.channelId)
    }
    let locked = 0n
    for (const channelId of open.keys()) {
      const channel = await contract.channel(channelId, number)
      locked += (channel?.deposit ?? 0n) - (channel?.settled ?? 0n)
      for (const { list } of [alice, carol, dave, erin, bob].flatMap(({ paying }) => [paying.payer, paying.payee]))
        for (const known of list().filter((summary) => summary.channelId === channelId))
          expect(known).to.include({ deposit: channel?.deposit, settled: channel?.settled })
    }
    expect(inContract).to.equal(locked)
    for (const payer of [alice, carol, dave, erin]) expect(bob.voucheredBy(payer)).to.equal(payer.voucheredTo(bob))
  }

  before('[needs geth] two geths that mine on command', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    const binary = await lab.withoutWork()
    a = await lab.start({ name: 'a', binary })
    b = await lab.start({ name: 'b', binary })
    await join()
    await mining(a, async () => {
      for (const [name, node] of Object.entries({ alice: a, carol: a, dave: a, bob: b, erin: b }))
        traders.push(await Trader.open(name, node, lab.folder))
    })
    const [one, two, three, four, five] = traders
    if (one === undefined || two === undefined || three === undefined || four === undefined || five === undefined)
      throw new Error('there are five')
    ;[alice, carol, dave, bob, erin] = [one, two, three, four, five]
  })

  after(async () => {
    for (const trader of traders) await trader.stop()
    await lab?.stop()
  })

  /** A channel to bob with its confirmations on both sides, and so many chunks bought. */
  async function trade(payer: Trader, chunks: number): Promise<ChannelId> {
    const { channelId, confirmed } = await payer.deposit(bob, coins(1n))
    await confirmed
    await eventually('the deposit on the side of the payee', async () => {
      const head = await bob.chain.client.head()
      return (await bob.chain.contract.channel(channelId, head.number - bob.paying.confirmationRule.confirmations)) ===
        undefined
        ? undefined
        : true
    })
    const deal = await payer.connect(bob)
    for (let chunk = 0; chunk < chunks; chunk++) expect(await payer.buy(bob, deal)).to.include({ kind: 'committed' })
    return channelId
  }

  const channelOn = (trader: Trader, channelId: ChannelId) => trader.chain.contract.channel(channelId)
  const contractOf = (trader: Trader): Address => trader.chain.contract.address

  it('[needs geth] loses no wei when the branch of the payers loses', async () => {
    expect(contractOf(alice)).to.equal(contractOf(bob))
    const [toAlice, toDave] = await mining(a, async () => [await trade(alice, 5), await trade(dave, 3)] as const)
    await agreement([a, b], 1)
    await part()
    await bob.suspects(true)
    expect(bob.paying.split.suspicion()?.signs).to.include('cut-off')

    // On a alone: a channel is opened, another gets more, the end of a third is asked for.
    const [opened, toppedUp] = await mining(a, async () => {
      const handles = [await carol.deposit(bob, coins(1n)), await alice.deposit(bob, coins(2n))] as const
      await Promise.all(handles.map(({ confirmed }) => confirmed))
      await dave.paying.payer.requestClose(toDave)
      await eventually('the request', async () => ((await channelOn(dave, toDave))?.closeAt ? true : undefined))
      return handles
    })
    expect(toppedUp.channelId).to.equal(toAlice)

    // On b alone: bob redeems what alice owes and closes the channel of dave.
    await mining(b, async () => {
      await bob.paying.payee.close(toDave)
      await bob.paying.payee.redeemDue({ all: true })
      await eventually('both', async () => {
        const [redeemed, closed] = [await channelOn(bob, toAlice), await channelOn(bob, toDave)]
        return redeemed?.settled === priceOf(5) && closed === undefined ? true : undefined
      })
    })
    // Within what both branches share the transfer goes on; nothing of the other branch counts.
    const deal = await alice.connect(bob)
    expect(await alice.buy(bob, deal)).to.include({ kind: 'committed', credit: 0n })
    expect(deal.selling.status().spendable).to.equal(coins(1n))
    expect(await carol.connect(bob).catch(codeOf)).to.equal('SPLIT_SUSPECTED')
    expect(await channelOn(bob, opened.channelId)).to.equal(undefined)

    await heal(b, a, alice)
    // What the losing branch held was sent again.
    expect((await channelOn(bob, opened.channelId))?.deposit).to.equal(coins(1n))
    expect(await channelOn(bob, toAlice)).to.include({ deposit: toppedUp.deposit, settled: priceOf(5) })
    expect(await channelOn(bob, toDave)).to.equal(undefined)
    expect(dave.chain.queue.history().at(-1)?.outcome).to.include({ phase: 'mined', status: 'reverted' })
    const after = await carol.connect(bob)
    expect(await carol.buy(bob, after)).to.include({ kind: 'committed' })
    expect(bob.confirmedOf(toAlice)).to.equal(toppedUp.deposit)
    await expectReconciled()
  })

  it('[needs geth] loses no wei when the branch of the payee loses', async () => {
    const [toAlice, toDave] = await mining(a, async () => [await trade(alice, 4), await trade(dave, 2)] as const)
    await agreement([a, b], 1)
    await part()
    await bob.suspects(true)

    // On b alone: a payer of bob's own branch opens, bob redeems and closes.
    const opened = await mining(b, async () => {
      const handle = await erin.deposit(bob, coins(1n))
      await handle.confirmed
      await bob.paying.payee.close(toDave)
      await bob.paying.payee.redeemDue({ all: true })
      await eventually('both', async () => {
        const [redeemed, closed] = [await channelOn(bob, toAlice), await channelOn(bob, toDave)]
        return redeemed?.settled === bob.voucheredBy(alice) && closed === undefined ? true : undefined
      })
      return handle
    })
    expect(await erin.connect(bob).catch(codeOf)).to.equal('SPLIT_SUSPECTED')
    expect(bob.confirmedOf(opened.channelId)).to.equal(undefined)
    // On a alone: dave asks for the end of the channel that bob closes.
    await mining(a, async () => {
      await dave.paying.payer.requestClose(toDave)
      await eventually('the request', async () => ((await channelOn(dave, toDave))?.closeAt ? true : undefined))
    })
    const before = await blockOf(b, (await headOf(b)).number)

    await heal(a, b, bob)
    expect((await blockOf(b, before?.number ?? 0))?.hash).to.not.equal(before?.hash)
    expect(await channelOn(alice, toAlice)).to.include({ settled: bob.voucheredBy(alice) })
    expect(await channelOn(alice, toDave)).to.equal(undefined)
    expect(await erin.buy(bob, await erin.connect(bob))).to.include({ kind: 'committed' })
    expect(bob.confirmedOf(opened.channelId)).to.equal(coins(1n))
    await expectReconciled()
  })

  it('[needs geth] pays everybody out in the end, and the contract holds nothing', async () => {
    await mining(a, async () => {
      for (const { channelId } of bob.paying.payee.list()) await bob.paying.payee.close(channelId)
      await eventually('nothing in the contract', async () =>
        (await bob.chain.client.balance(contractOf(bob))) === 0n ? true : undefined,
      )
      await eventually('books without a channel', async () =>
        traders.every(({ paying }) => paying.payer.list().length + paying.payee.list().length === 0) ? true : undefined,
      )
    })
    await expectReconciled()
    const bought = [alice, carol, dave, erin].reduce((sum, payer) => sum + bob.voucheredBy(payer), 0n)
    expect(bought).to.equal(priceOf(5 + 3 + 1 + 1 + 4 + 2 + 1))
  })
})
