import { AmuleLab, noise } from '../amule/support/lab.ts'

/** aMule leaves after 40 s; where it stops reading, it is called back after two minutes. */
const TIMEOUT_MS = 600_000
const SIZE_BYTES = 1_000_000

describe('an unmodified aMule in a queue', function () {
  this.timeout(TIMEOUT_MS)
  const lab = new AmuleLab()

  before('[needs root] three machines', async function () {
    if (!(await AmuleLab.areAllowed())) return this.skip()
    await lab.begin()
  })
  beforeEach(() => lab.beginRun())
  afterEach(() => lab.endRun())
  after(() => lab.end())

  it('[needs root] leaves a seeder that has no slot, is called when its turn has come, and downloads', () =>
    lab.amuleIsCalledInItsTurn(noise('queued', SIZE_BYTES)))
})
