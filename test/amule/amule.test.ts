import { AmuleLab, noise, prose } from './support/lab.ts'

/** 25 MB take a minute at the pace that aMule takes and gives; where it stops reading, two more until it is called back. */
const TIMEOUT_MS = 600_000

describe('an unmodified aMule', function () {
  this.timeout(TIMEOUT_MS)
  const lab = new AmuleLab()

  before('[needs root] two machines', async function () {
    if (!(await AmuleLab.areAllowed())) return this.skip()
    await lab.begin()
  })
  beforeEach(() => lab.beginRun())
  afterEach(() => lab.endRun())
  after(() => lab.end())

  it('[needs root] finds our node by Kad, with a link that names no source, and downloads from our seeder', () =>
    lab.amuleFindsAndDownloads(noise('ours')))

  it('[needs root] serves us 25 MB that do not pack', () => lab.weDownload(noise('theirs')))

  it('[needs root] serves us 25 MB that it packs', () => lab.weDownload(prose('theirs')))

  it('[needs root] feeds a download of 25 MB beside a seller, who alone is paid', () =>
    lab.feedsADownload(noise('sold')))
})
