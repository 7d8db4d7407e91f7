import { expect } from 'chai'
import fc from 'fast-check'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { MAX_ASIDE, Picker, SEQUENTIAL_WINDOW } from '../../src/node/download/picker.ts'

const STALL_MS = 1000

function pickerOf(count: number, sources: Record<string, readonly number[]>, held: readonly number[] = []): Picker {
  const have = new Bitfield(count)
  for (const index of held) have.add(index)
  const picker = new Picker({ have, stallMs: STALL_MS })
  for (const [source, chunks] of Object.entries(sources)) {
    const has = new Bitfield(count)
    for (const index of chunks) has.add(index)
    picker.addSource(source, has)
  }
  return picker
}

describe('node/download/picker', () => {
  it('takes for rare what sources came to hold after they joined, also when one of them has left', () => {
    const picker = pickerOf(3, { whole: [0, 2] })
    for (const source of ['one', 'two']) {
      const growing = new Bitfield(3)
      growing.add(0)
      picker.addSource(source, growing)
      growing.add(1)
    }
    picker.removeSource('one')
    expect(picker.next('two', 0)?.chunkIndex).to.equal(1)
  })

  it('asks for what a source says later that it has, and knows then how rare it is', () => {
    const picker = new Picker({ have: new Bitfield(3), stallMs: STALL_MS })
    const grows = new Bitfield(3)
    picker.addSource('a', grows)
    expect(picker.next('a', 0)).to.equal(undefined)
    for (const chunkIndex of [0, 1]) grows.add(chunkIndex)
    const other = new Bitfield(3)
    other.add(0)
    picker.addSource('b', other)
    // Chunk 0 is there twice, chunk 1 once.
    expect(picker.next('a', 0)?.chunkIndex).to.equal(1)
    picker.failed('a', 1)
    grows.add(2)
    picker.removeSource('a')
    // What nobody counted is not taken off: chunk 0 is there once, and is the rarest of one.
    picker.addSource('c', Bitfield.full(3))
    expect(picker.next('c', 0)?.chunkIndex).to.equal(1)
    expect(picker.next('b', 0)?.chunkIndex).to.equal(0)
  })

  describe('chunks that a source sends no more for nothing', () => {
    it('asks others for them first', () => {
      const picker = pickerOf(2, { a: [0, 1], b: [0, 1] })
      expect(picker.next('a', 0)?.chunkIndex).to.equal(0)
      picker.setAside('a', 0)
      expect(picker.next('a', 0)?.chunkIndex, 'the other chunk').to.equal(1)
      picker.held(1)
      expect(picker.next('a', 0), 'b has chunk 0').to.equal(undefined)
      expect(picker.next('b', 0)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: false })
      picker.failed('b', 0, { lacks: true })
      expect(picker.next('a', 0)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: false, lastResort: true })
    })

    it('waits for whoever may join', () => {
      const picker = pickerOf(1, { a: [0] })
      picker.next('a', 0)
      picker.setAside('a', 0)
      expect(picker.next('a', 0, { othersMayJoin: true })).to.equal(undefined)
      expect(picker.next('a', 0)?.lastResort).to.equal(true)
    })

    it('asks for one of them at a time, when everything else of the source has come', () => {
      const picker = pickerOf(3, { a: [0, 1, 2] })
      for (const chunkIndex of [0, 1, 2]) expect(picker.next('a', 0)?.chunkIndex).to.equal(chunkIndex)
      picker.setAside('a', 0)
      picker.setAside('a', 1)
      expect(picker.next('a', 0), 'chunk 2 is on its way').to.equal(undefined)
      picker.held(2)
      expect(picker.next('a', 0)?.chunkIndex).to.equal(0)
      expect(picker.next('a', 0), 'one at a time').to.equal(undefined)
      picker.held(0)
      expect(picker.next('a', 0)?.chunkIndex).to.equal(1)
      picker.failed('a', 1, { lacks: true })
      expect(picker.next('a', 0), 'it is used up').to.equal(undefined)
    })

    it('asks for nothing new where many are refused, until they are had', () => {
      const count = MAX_ASIDE + 2
      const picker = pickerOf(count, { a: Array.from({ length: count }, (_, index) => index) })
      for (let index = 0; index < MAX_ASIDE; index++) {
        picker.setAside('a', picker.next('a', 0)?.chunkIndex ?? expect.fail('there is more'))
      }
      const last = picker.next('a', 0) ?? expect.fail('one that was refused')
      expect(last.lastResort).to.equal(true)
      picker.held(last.chunkIndex)
      expect(picker.next('a', 0)?.lastResort, 'the next of those').to.equal(true)
    })

    it('knows a source anew when it joins again', () => {
      const picker = pickerOf(1, { a: [0] })
      picker.next('a', 0)
      picker.setAside('a', 0)
      picker.addSource('a', Bitfield.full(1))
      expect(picker.next('a', 0)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: false })
    })
  })

  describe('in the order of the file', () => {
    const sequential = (count: number): { picker: Picker; have: Bitfield } => {
      const have = new Bitfield(count)
      const all = new Bitfield(count)
      for (let i = 0; i < count; i++) all.add(i)
      const picker = new Picker({ have, stallMs: STALL_MS, order: 'sequential' })
      for (const source of ['a', 'b']) picker.addSource(source, all)
      return { picker, have }
    }

    it('asks for the first missing chunk, whatever is rarer', () => {
      const { picker } = sequential(10)
      const lone = new Bitfield(10)
      lone.add(9)
      picker.addSource('c', lone)
      expect(['a', 'b', 'a'].map((source) => picker.next(source, 0)?.chunkIndex)).to.deep.equal([0, 1, 2])
      picker.failed('a', 0)
      expect(picker.next('b', 0)?.chunkIndex).to.equal(0)
      picker.held(1)
      expect(picker.next('a', 0)?.chunkIndex).to.equal(3)
    })

    it('goes no further than a window beyond it, and hedges it there', () => {
      const { picker } = sequential(3 * SEQUENTIAL_WINDOW)
      expect(picker.next('a', 0)?.chunkIndex).to.equal(0)
      for (let i = 1; i < SEQUENTIAL_WINDOW; i++) {
        expect(picker.next('b', 1)?.chunkIndex).to.equal(i)
        picker.held(i)
      }
      expect(picker.next('b', STALL_MS - 1)).to.equal(undefined)
      expect(picker.next('b', STALL_MS)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: true })
      picker.held(0)
      expect(picker.next('b', STALL_MS)?.chunkIndex).to.equal(SEQUENTIAL_WINDOW)
    })

    it('gets a whole file, each chunk once', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 200 }), fc.infiniteStream(fc.nat({ max: 5 })), (count, order) => {
          const { picker } = sequential(count)
          const flying: number[] = []
          const asked: number[] = []
          while (!picker.complete) {
            const pick = picker.next('a', 0)
            if (pick !== undefined) {
              asked.push(pick.chunkIndex)
              flying.push(pick.chunkIndex)
            }
            const [arrived] =
              pick === undefined || flying.length > 5 ? flying.splice((order.next().value ?? 0) % flying.length, 1) : []
            if (arrived !== undefined) picker.held(arrived)
          }
          expect(asked).to.deep.equal(Array.from({ length: count }, (_, index) => index))
        }),
      )
    })
  })

  it('asks for the rarest chunk first', () => {
    const picker = pickerOf(3, { a: [0, 1, 2], b: [0, 1], c: [0] })
    expect(picker.next('a', 0)).to.deep.equal({ chunkIndex: 2, resend: false, hedge: false })
    expect(picker.next('a', 0)?.chunkIndex).to.equal(1)
    expect(picker.next('b', 0)?.chunkIndex).to.equal(0)
    expect(picker.next('c', 0)).to.equal(undefined)
  })

  it('never has a chunk in flight at two sources before it stalls', () => {
    const picker = pickerOf(1, { a: [0], b: [0], c: [0] })
    expect(picker.next('a', 0)?.chunkIndex).to.equal(0)
    expect(picker.next('b', STALL_MS - 1)).to.equal(undefined)
    expect(picker.next('b', STALL_MS)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: true })
    expect(picker.next('c', 3 * STALL_MS), 'a third asker').to.equal(undefined)
    expect(picker.held(0)).to.have.members(['a', 'b'])
    expect(picker.complete).to.equal(true)
  })

  it('asks first for what the seeder has counted already', () => {
    const have = new Bitfield(4)
    have.add(1)
    const picker = new Picker({ have, stallMs: STALL_MS })
    picker.addSource('a', Bitfield.full(4), [3, 1, 9])
    expect(picker.next('a', 0)).to.deep.equal({ chunkIndex: 3, resend: true, hedge: false })
    expect(picker.next('a', 0)).to.deep.equal({ chunkIndex: 0, resend: false, hedge: false })
  })

  it('gives the chunks of a source that left to the others', () => {
    const picker = pickerOf(2, { a: [0, 1], b: [0, 1] })
    picker.next('a', 0)
    picker.next('a', 0)
    expect(picker.next('b', 0)).to.equal(undefined)
    picker.removeSource('a')
    expect(picker.next('b', 0)?.chunkIndex).to.equal(0)
    expect(picker.next('b', 0)?.chunkIndex).to.equal(1)
    picker.removeSource('b')
  })

  it('does not ask a source again for a chunk it does not have', () => {
    const picker = pickerOf(1, { a: [0] })
    picker.next('a', 0)
    picker.failed('a', 0, { lacks: true })
    expect(picker.next('a', 0)).to.equal(undefined)
  })

  it('finishes any file that its sources can give, whatever fails on the way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 10, maxLength: 200 }),
        (count, holdings, outcomes) => {
          const have = new Bitfield(count)
          const picker = new Picker({ have, stallMs: STALL_MS })
          for (const [s, bits] of holdings.entries()) {
            const has = new Bitfield(count)
            for (let i = 0; i < count; i++) if (s === 0 || bits[i] === true) has.add(i)
            picker.addSource(String(s), has)
          }
          let now = 0
          let step = 0
          while (!picker.complete) {
            now += STALL_MS / 3
            if (step++ > 20 * count + 400) throw new Error('no progress')
            for (const s of holdings.keys()) {
              const pick = picker.next(String(s), now)
              if (pick === undefined) continue
              expect(have.has(pick.chunkIndex)).to.equal(false)
              if (outcomes[step % outcomes.length] === 0 && step < 200) picker.failed(String(s), pick.chunkIndex)
              else picker.held(pick.chunkIndex)
            }
          }
        },
      ),
    )
  })
})
