import { AmuleLab, noise } from './support/lab.ts'

/** Some seconds for an aMule to start, and for each lookup. */
const TIMEOUT_MS = 180_000
const SIZE_BYTES = 300_000

describe('an aMule as a node of Kad', function () {
  this.timeout(TIMEOUT_MS)
  const lab = new AmuleLab('house')

  before('[needs root] three machines', async function () {
    if (!(await AmuleLab.areAllowed())) return this.skip()
    await lab.begin()
  })
  beforeEach(() => lab.beginRun())
  afterEach(() => lab.endRun())
  after(() => lab.end())

  it('[needs root] keeps what our node publishes, and tells who asks', () =>
    lab.amuleKeepsWhatWePublish(noise('published', SIZE_BYTES)))
})
