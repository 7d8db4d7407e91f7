import { AmuleLab, noise, prose } from '../amule/support/lab.ts'

const TIMEOUT_MS = 600_000
const RUNS = 3

describe('an unmodified aMule, time and again', function () {
  this.timeout(TIMEOUT_MS)
  // aMule 2.3.3 at times stops reading or answering a connection, from its own like as well. Each try has a new aMule.
  this.retries(1)
  const lab = new AmuleLab()

  before('[needs root] two machines', async function () {
    if (!(await AmuleLab.areAllowed())) return this.skip()
    await lab.begin()
  })
  beforeEach(() => lab.beginRun())
  afterEach(() => lab.endRun())
  after(() => lab.end())

  for (let run = 1; run <= RUNS; run++) {
    it(`[needs root] ${run} of ${RUNS}: finds our node by Kad and downloads from our seeder`, () =>
      lab.amuleFindsAndDownloads(noise(`ours ${run}`)))
    it(`[needs root] ${run} of ${RUNS}: serves us 25 MB that do not pack`, () => lab.weDownload(noise(`theirs ${run}`)))
    it(`[needs root] ${run} of ${RUNS}: serves us 25 MB that it packs`, () => lab.weDownload(prose(`theirs ${run}`)))
  }
})
