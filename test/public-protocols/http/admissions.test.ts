import { expect } from 'chai'
import { parseFileHash } from '../../../src/domain/ids.ts'
import type { Admission, AskedChunk, Asker, Gate } from '../../../src/public-protocols/gate.ts'
import { Admissions } from '../../../src/public-protocols/http/admissions.ts'

const FILE_HASH = parseFileHash('ab'.repeat(32))
const PAYER: Asker = { address: '192.0.2.7', grant: 'token' }
const ANYBODY: Asker = { address: '192.0.2.7' }
const REFUSED: Admission = { kind: 'refused', code: 'RATE_LIMITED', retryAfterMs: 1_000 }

/** A gate that lets everything in, unless `decide` says otherwise; it remembers who asked for what, and what was ended how. */
class RecordingGate implements Gate {
  readonly asked: AskedChunk[] = []
  readonly ended: [chunkIndex: number, left: boolean][] = []
  decide: (chunk: AskedChunk) => Admission | undefined = () => undefined

  async admit(_asker: Asker, chunk: AskedChunk): Promise<Admission> {
    this.asked.push(chunk)
    return this.decide(chunk) ?? this.admitted(chunk)
  }

  admitted({ chunkIndex }: AskedChunk): Extract<Admission, { kind: 'admitted' }> {
    return {
      kind: 'admitted',
      finished: async (left) => {
        this.ended.push([chunkIndex, left])
      },
    }
  }

  get indexes(): number[] {
    return this.asked.map(({ chunkIndex }) => chunkIndex)
  }
}

function begin(gate: Gate, more: { asker?: Asker; lastChunk?: number; isPaced?: boolean } = {}): Admissions {
  const standard = { asker: PAYER, firstChunk: 4, lastChunk: 20, isPaced: false }
  return new Admissions({ gate, fileHash: FILE_HASH, ...standard, ...more })
}

/** Takes an admission and ends it as one that left. */
async function send(admissions: Admissions): Promise<void> {
  const admission = await admissions.next()
  if (admission.kind !== 'admitted') throw new Error(`${admission.code}`)
  await admission.finished(true)
}

describe('public-protocols/http/admissions', () => {
  it('asks for what a payer asked for at once, in its order, and names the last chunk with the first', async () => {
    const gate = new RecordingGate()
    const admissions = begin(gate, { lastChunk: 13 })
    const first = admissions.next()
    expect(gate.indexes).to.deep.equal([4, 5, 6, 7, 8, 9, 10, 11])
    expect(gate.asked.map(({ lastChunk }) => lastChunk)).to.deep.equal([13, ...new Array(7).fill(undefined)])
    await first
    for (let chunk = 5; chunk <= 13; chunk++) await send(admissions)
    expect(gate.indexes).to.deep.equal([4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    expect(gate.ended.map(([chunkIndex]) => chunkIndex)).to.deep.equal([5, 6, 7, 8, 9, 10, 11, 12, 13])
    await admissions.close()
    expect(gate.ended).to.have.length(9)
  })

  for (const [name, more] of [
    ['of what is free', { asker: ANYBODY }],
    ['under a limit on the speed', { isPaced: true }],
  ] as const)
    it(`asks for one after another ${name}`, async () => {
      const gate = new RecordingGate()
      const admissions = begin(gate, more)
      await send(admissions)
      expect(gate.indexes).to.deep.equal([4])
      await send(admissions)
      expect(gate.indexes).to.deep.equal([4, 5])
    })

  it('asks again in its turn for what was refused ahead of it', async () => {
    const gate = new RecordingGate()
    let isRefusing = true
    gate.decide = ({ chunkIndex }) => (isRefusing && chunkIndex === 6 ? REFUSED : undefined)
    const admissions = begin(gate)
    await send(admissions)
    await send(admissions)
    isRefusing = false
    await send(admissions)
    expect(gate.indexes.filter((chunkIndex) => chunkIndex === 6)).to.have.length(2)
    expect(gate.ended).to.deep.equal([
      [4, true],
      [5, true],
      [6, true],
    ])
  })

  it('says what is refused in its turn, and gives back what was admitted behind it', async () => {
    const gate = new RecordingGate()
    gate.decide = ({ chunkIndex }) => (chunkIndex === 5 ? REFUSED : undefined)
    const admissions = begin(gate, { lastChunk: 8 })
    await send(admissions)
    expect(await admissions.next()).to.equal(REFUSED)
    await admissions.close()
    expect(gate.ended).to.deep.equal([
      [4, true],
      [6, false],
      [7, false],
      [8, false],
    ])
  })

  it('lets the gate that the first admission names decide on the others', async () => {
    const [gate, further] = [new RecordingGate(), new RecordingGate()]
    gate.decide = (chunk) => ({ ...gate.admitted(chunk), further })
    const admissions = begin(gate, { asker: ANYBODY })
    await send(admissions)
    await send(admissions)
    expect([gate.indexes, further.indexes]).to.deep.equal([[4], [5]])
  })

  it('gives back the others when one of them fails', async () => {
    const gate = new RecordingGate()
    gate.decide = ({ chunkIndex }) => {
      if (chunkIndex === 5) throw new Error('the disk is full')
      return undefined
    }
    const admissions = begin(gate, { lastChunk: 6 })
    await send(admissions)
    expect(await admissions.next().catch((error: Error) => error.message)).to.equal('the disk is full')
    await admissions.close()
    expect(gate.ended).to.deep.equal([
      [4, true],
      [6, false],
    ])
  })
})
