import { expect } from 'chai'
import { buyer, calm, seller } from './calm.ts'
import type { CrashPoint } from './machine.ts'
import type { Scenario } from './scenario.ts'
import { World } from './world.ts'

const TIMEOUT_MS = 600_000
const DOWN_MS = 700

/** One small sale: three chunks, paid as said, ended in agreement. The other side's machine never fails. */
function sale(
  payBy: 'channel' | 'escrow',
  crash: { readonly who: 'seller' | 'buyer'; readonly points: readonly CrashPoint[] },
): Scenario {
  const crashPoints = (name: string): readonly CrashPoint[] => (name === crash.who ? crash.points : [])
  return calm({
    sellers: [seller('seller', { crashPoints: crashPoints('seller') })],
    buyers: [buyer('buyer', [{}], { payBy, crashPoints: crashPoints('buyer') })],
    faultsEndMs: 120_000, // or the crash points would be taken back before
  })
}

async function run(scenario: Scenario): Promise<World> {
  const world = await World.create(scenario)
  await world.run()
  return world
}

const SALES = [
  { who: 'seller', payBy: 'channel' },
  { who: 'buyer', payBy: 'channel' },
  { who: 'seller', payBy: 'escrow' },
  { who: 'buyer', payBy: 'escrow' },
] as const

describe('simulation: a crash at every durable effect of a sale', () => {
  for (const { who, payBy } of SALES)
    it(`of the ${who}, paid by ${payBy}, before the disk took it and after: nothing is lost beyond the bounds`, async function () {
      this.timeout(TIMEOUT_MS)
      const undisturbed = await run(sale(payBy, { who, points: [] }))
      const effects = undisturbed.actors.find(({ machine }) => machine.name === who)?.machine.effects ?? 0
      expect(effects).to.be.above(20)
      let crashes = 0
      for (let effect = 1; effect <= effects; effect++)
        for (const when of ['before', 'after'] as const) {
          const world = await run(sale(payBy, { who, points: [{ effect, when, downMs: DOWN_MS }] }))
          crashes += world.actors.reduce((sum, { machine }) => sum + machine.crashes, 0)
        }
      // A file that is synced becomes durable at one instant, so not every effect has a before.
      expect(crashes).to.be.above(effects)
    })
})
