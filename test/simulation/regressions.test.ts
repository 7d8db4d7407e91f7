import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import type { Address } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { buyer, calm, seller } from './calm.ts'
import { type Scenario, scenarioOf } from './scenario.ts'
import { World } from './world.ts'

const TIMEOUT_MS = 120_000
const PRICE = wei(1_000n)

async function run(scenario: Scenario): Promise<World> {
  const world = await World.create(scenario)
  await world.run()
  return world
}

const mined = (world: World, kind: string): number =>
  world.scheduler.trace.filter((line) => line.includes(` ${kind} of `) && line.endsWith('mined')).length

function events(world: World) {
  return world.chain.events({ fromBlock: 0, toBlock: world.chain.head.number })
}

/** All that was ever paid in. */
function deposited(world: World): bigint {
  const deposits = new Map<string, bigint>()
  for (const event of events(world))
    if (event.kind === 'opened' || event.kind === 'toppedUp') deposits.set(event.channelId, event.deposit)
  return [...deposits.values()].reduce((sum, deposit) => sum + deposit, 0n)
}

function paid(world: World): bigint {
  return events(world).reduce((sum, event) => sum + (event.kind === 'closed' ? event.settled : 0n), 0n)
}

const priceOf = (world: World, ...files: number[]): bigint =>
  files.reduce((sum, file) => sum + filePrice(PRICE, world.fileOf(file).bytes.byteLength), 0n)

describe('simulation: bugs that payment channels had in production', function () {
  this.timeout(TIMEOUT_MS)

  it('top-up before spend race: what a top-up adds is spent when it is confirmed, and not before', async () => {
    const world = await run(
      calm({
        sellers: [seller('seller', { files: [4, 7] })],
        buyers: [
          buyer('buyer', [
            { file: 4, closeChannels: false },
            { file: 7, closeChannels: false },
          ]),
        ],
        confirmations: 4,
      }),
    )
    expect(mined(world, 'topUp')).to.be.above(0)
    expect(paid(world)).to.equal(priceOf(world, 4, 7))
  })

  it('dead channel loop at the reserve maximum: many sources of one chunk get a deposit that pays for it', async () => {
    const world = await run(
      calm({
        sellers: ['one', 'two', 'three', 'four'].map((name) => seller(name, { files: [3] })),
        buyers: [buyer('buyer', [{ file: 3 }])],
      }),
    )
    expect(mined(world, 'topUp')).to.equal(0)
    expect(paid(world)).to.equal(priceOf(world, 3))
  })

  it('replayed first reserve: a buyer that dies while it opens opens one channel', async () => {
    for (let effect = 1; effect <= 16; effect++)
      for (const when of ['before', 'after'] as const) {
        const crashPoints = [{ effect, when, downMs: 500 }]
        const world = await run(
          calm({ sellers: [seller('seller')], buyers: [buyer('buyer', [{}], { crashPoints })], faultsEndMs: 60_000 }),
        )
        expect(mined(world, 'open'), `dead at effect ${effect}`).to.equal(1)
        expect(paid(world)).to.equal(priceOf(world, 5))
      }
  })

  it('lost local channel state: a buyer that lost its disk gets its deposit back and buys on another channel', async () => {
    const world = await run(
      calm({
        sellers: [seller('seller', { files: [8] })],
        buyers: [buyer('buyer', [{ file: 8, closeChannels: false, window: 1 }])],
        line: { latencyMs: 200, jitterMs: 0, bytesPerMs: 100 },
        faults: [{ atMs: 18_000, fault: { kind: 'loseDisk', machine: 1, downMs: 500 } }],
        faultsEndMs: 20_000,
      }),
    )
    expect(mined(world, 'open')).to.equal(2)
    expect(mined(world, 'requestClose')).to.be.above(0)
    // What the forgotten channel had paid for is bought again, and no more.
    expect(paid(world) <= 2n * priceOf(world, 8)).to.equal(true)
  })

  it('gap not closable in one step: a second download adds all that it lacks by one top-up', async () => {
    const world = await run(
      calm({
        sellers: [seller('seller', { files: [2, 8] })],
        buyers: [
          buyer('buyer', [
            { file: 2, closeChannels: false },
            { file: 8, closeChannels: false },
          ]),
        ],
      }),
    )
    expect(mined(world, 'open') + mined(world, 'topUp')).to.be.below(4)
    expect(paid(world)).to.equal(priceOf(world, 2, 8))
  })

  it('unused headroom growth: deposits do not grow beyond twice the price, whatever breaks', async () => {
    const cuts = [5_000, 6_000, 7_000, 8_000, 9_000].map((atMs) => ({ atMs, fault: { kind: 'cut' } as const }))
    const world = await run(
      calm({
        sellers: [seller('one', { files: [7] }), seller('two', { files: [7] })],
        buyers: [buyer('buyer', [{ file: 7 }])],
        faults: cuts,
        faultsEndMs: 10_000,
      }),
    )
    expect(deposited(world) <= 2n * priceOf(world, 7)).to.equal(true)
    expect(paid(world)).to.equal(priceOf(world, 7))
  })

  it('re-requests after unchoke are paid again: a chunk that is asked for again and elsewhere is paid once', async () => {
    const holds = [4_000, 9_000, 14_000, 19_000].map((atMs, index) => ({
      atMs,
      fault: { kind: 'hold', machines: [index % 2, 2], forMs: 4_500 } as const,
    }))
    const world = await run(
      calm({
        sellers: [seller('one', { files: [8] }), seller('two', { files: [8] })],
        buyers: [buyer('buyer', [{ file: 8 }])],
        line: { latencyMs: 50, jitterMs: 20, bytesPerMs: 100 },
        faults: holds,
        faultsEndMs: 25_000,
      }),
    )
    // Of what was asked for twice, one chunk a seller may have been paid ahead and then come from the other.
    expect(paid(world) - priceOf(world, 8) <= 2n * 250n).to.equal(true)
  })
})

describe('simulation: what it found', function () {
  this.timeout(TIMEOUT_MS)

  it('two downloads on one channel: the first to end closes it while the other waits for its top-up', async () => {
    const world = await run({
      ...calm({
        sellers: [seller('seller', { files: [4, 8] })],
        buyers: [
          buyer('buyer', [
            { file: 4, closeChannels: true },
            { file: 8, closeChannels: false },
          ]),
        ],
        confirmations: 4,
      }),
    })
    expect(world.givenUp.size).to.equal(0)
  })

  it('cheap sellers that deliver nothing keep nobody out, however few may be asked at once', async () => {
    const kinds = ['has nothing once it is paid', 'takes the money and sends nothing'] as const
    const liars = kinds.map((kind, index) => seller(`liar${index}`, { pricePerMiB: wei(7n), lie: { kind, after: 0 } }))
    const world = await run(
      calm({ sellers: [seller('honest'), ...liars], buyers: [buyer('buyer', [{ maxSources: 1 }])] }),
    )
    const received = world.witness.obtained.get(pairOf(world, 'buyer', 'honest'))
    expect(received?.size).to.equal(3)
  })

  it('a budget that is spent in a session does not keep its node busy for ever while the session is closed', async () => {
    const world = await run(
      calm({
        sellers: [
          seller('dear', { pricePerMiB: wei(10n ** 12n) }),
          seller('silent', { pricePerMiB: wei(1_000n), lie: { kind: 'takes the money and sends nothing', after: 0 } }),
          seller('empty', { pricePerMiB: wei(7n), lie: { kind: 'has nothing once it is paid', after: 2 } }),
        ],
        buyers: [buyer('buyer', [{ maxSources: 2, window: 1 }], { prefers: 'webrpc' })],
      }),
    )
    expect(world.scheduler.trace.some((line) => line.includes('BUDGET_EXHAUSTED'))).to.equal(true)
    expect(world.givenUp.size).to.equal(0)
  })

  it('a receipt that a seller was not there to take reaches it with the next download, which pays from another escrow', async () => {
    // The small file waits while the large one ends without its seller. What was locked for the small one cannot make up for the receipt.
    const world = await run(scenarioOf('7562'))
    const { trace } = world.scheduler
    expect(trace.some((line) => line.includes('could not be settled with: The peer seller0'))).to.equal(true)
    expect(world.givenUp.size).to.equal(0)
  })

  it('a seller that only the budget kept from being asked is among the first when a run has a new budget', async () => {
    const kinds = [
      'has nothing once it is paid',
      'takes the money and sends nothing',
      'has nothing once it is paid',
    ] as const
    const liars = kinds.map((kind, index) =>
      seller(`liar${index}`, { pricePerMiB: wei(7n + BigInt(index)), lie: { kind, after: 0 } }),
    )
    const world = await run(
      calm({
        sellers: [seller('dear', { pricePerMiB: wei(10n ** 12n) }), ...liars],
        buyers: [buyer('buyer', [{ maxSources: 1, window: 1 }])],
      }),
    )
    expect(world.witness.obtained.get(pairOf(world, 'buyer', 'dear'))?.size).to.equal(3)
    const stops = world.scheduler.trace.filter((line) => line.includes('The download stopped'))
    expect(stops).to.have.length.below(2)
  })
})

function pairOf(world: World, payer: string, payee: string): string {
  const address = (name: string): Address | undefined =>
    world.actors.find(({ machine }) => machine.name === name)?.machine.signer.address
  return `${address(payer)} ${address(payee)}`
}
