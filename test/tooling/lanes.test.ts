import { expect } from 'chai'
import { type Job, nextToStart, runInLanes } from '../../scripts/lanes.ts'

interface Named extends Job {
  readonly name: string
}

const job = (name: string, minutes: number, more: Omit<Job, 'minutes'> = {}): Named => ({ name, minutes, ...more })

const SHORT = job('short', 1)
const LONG = job('long', 9)
const WIDE = job('wide', 2, { cores: 2 })
const BUILDS = job('builds', 8, { holds: 'build' })
const BUILDS_TOO = job('builds too', 3, { holds: 'build' })

describe('tooling/lanes: what starts next', () => {
  it('the longest', () => {
    expect(nextToStart([SHORT, LONG], [], 2)).to.equal(LONG)
    expect(nextToStart([SHORT], [LONG], 2)).to.equal(SHORT)
  })

  it('nothing when every core has one, or nothing waits', () => {
    expect(nextToStart([SHORT], [LONG], 1)).to.equal(undefined)
    expect(nextToStart([job('a', 1)], [SHORT, LONG], 2)).to.equal(undefined)
    expect(nextToStart([], [], 2)).to.equal(undefined)
  })

  it('what takes more cores before what takes longer, and when they are there', () => {
    expect(nextToStart([LONG, WIDE], [], 2)).to.equal(WIDE)
    expect(nextToStart([LONG, WIDE], [SHORT], 2)).to.equal(LONG)
    expect(nextToStart([LONG], [WIDE], 2)).to.equal(undefined)
    expect(nextToStart([LONG, WIDE], [SHORT], 3)).to.equal(WIDE)
  })

  it('what takes more cores than there are, when nothing else runs', () => {
    expect(nextToStart([WIDE], [], 1)).to.equal(WIDE)
    expect(nextToStart([WIDE], [SHORT], 1)).to.equal(undefined)
  })

  it('not what another one has for itself', () => {
    expect(nextToStart([BUILDS_TOO, SHORT], [BUILDS], 2)).to.equal(SHORT)
    expect(nextToStart([BUILDS_TOO], [BUILDS], 8)).to.equal(undefined)
    expect(nextToStart([BUILDS_TOO], [SHORT], 2)).to.equal(BUILDS_TOO)
  })
})

describe('tooling/lanes: running all', () => {
  it('never has more at once than there are cores, and gives the results in the order they were asked for', async () => {
    const jobs = [SHORT, BUILDS_TOO, LONG, BUILDS, WIDE]
    const log: string[] = []
    const ends = new Map<string, () => void>()
    const all = runInLanes(jobs, 2, async ({ name }) => {
      log.push(name)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      return name
    })
    const end = async (name: string): Promise<void> => {
      ends.get(name)?.()
      // Whatever follows from it has been started after a turn of the loop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(log).to.deep.equal(['wide'])
    await end('wide')
    expect(log.splice(0)).to.deep.equal(['wide', 'long', 'builds'])
    await end('long')
    expect(log.splice(0)).to.deep.equal(['short'])
    await end('short')
    expect(log).to.deep.equal([])
    await end('builds')
    expect(log).to.deep.equal(['builds too'])
    await end('builds too')
    expect(await all).to.deep.equal(jobs.map(({ name }) => name))
  })

  it('fails with the first that does', async () => {
    const started: Named[] = []
    const failure = new Error('it broke')
    const outcome = await runInLanes([LONG, SHORT], 1, (next) => {
      started.push(next)
      return Promise.reject(failure)
    }).catch((error: unknown) => error)
    expect(outcome).to.equal(failure)
    expect(started).to.deep.equal([LONG])
  })
})
