import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { type Address, parseAddress, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import { Remedies } from '../../src/node/download/remedies.ts'

const PRICE = wei(7n)
const FILE = parseFileHash('ab'.repeat(32))
const [ONE, OTHER] = [1, 2].map((number) => ({
  peerId: peerIdText(`seller ${number}`),
  payee: parseAddress(`0x${`0${number}`.repeat(20)}`),
})) as [Seller, Seller]
type Seller = { readonly peerId: ReturnType<typeof peerIdText>; readonly payee: Address }

/** Chunk 0 came from the first seller and is lost here, chunk 1 came and is held, chunk 2 never came. */
function world(payBy: 'channel' | 'batch' = 'channel') {
  const seen = { disowned: 0, paid: [] as Wei[], told: [] as string[], writesOff: true }
  const have = new Bitfield(3)
  have.add(1)
  const sold = new Map([
    [0, [ONE.payee]],
    [1, [ONE.payee]],
  ])
  const remedies = new Remedies(
    { fileHash: FILE, have },
    { budgetId: 'budget', payBy },
    {
      payments: {
        bookedChunks: () => [0, 1],
        sellersOf: ({ chunkIndex }: { chunkIndex: number }) => sold.get(chunkIndex) ?? [],
      } as unknown as ConstructorParameters<typeof Remedies>[2]['payments'], // it reads the books with these alone
      notice: (_level, message) => void seen.told.push(message),
    },
  )
  const client = {
    async disown() {
      seen.disowned++
      return seen.writesOff
    },
    async payAhead(price: Wei) {
      seen.paid.push(price)
    },
  } as unknown as ChunkClient // it asks these two things of it
  return { remedies, client, seen }
}

describe('node/download/remedies', () => {
  it('has one that never came taken off the bill at once, and then asks for it as for any', async () => {
    const { remedies, client, seen } = world()
    const chunk = { chunkIndex: 2, price: PRICE }
    expect(await remedies.find(ONE, client, chunk)).to.equal('writeOff')
    expect(seen.disowned).to.equal(1)
    expect(await remedies.begin(ONE, client, chunk)).to.equal(false)
    expect(seen.paid, 'what was paid ahead for it pays for it').to.deep.equal([])
    // The seller had it in D before: after a loss of the books that says whether it was paid.
    expect(remedies.countedAs(ONE, { chunkIndex: 2, resent: false })).to.deep.equal({ resent: true, again: false })
  })

  it('gives a chunk up that its seller does not take off the bill', async () => {
    const { remedies, client, seen } = world()
    seen.writesOff = false
    const chunk = { chunkIndex: 2, price: PRICE }
    expect(await remedies.find(ONE, client, chunk).catch(codeOf)).to.equal('RESEND_LIMIT')
    expect(await remedies.begin(ONE, client, chunk)).to.equal(false)
    expect(seen.told).to.deep.equal([])
  })

  it('pays ahead for one that came and was lost, when it is asked for once more and not before, and says so once', async () => {
    const { remedies, client, seen } = world()
    const chunk = { chunkIndex: 0, price: PRICE }
    expect(await remedies.find(ONE, client, chunk)).to.equal('buyAgain')
    expect(seen).to.deep.include({ disowned: 0, paid: [], told: [] })
    expect(await remedies.begin(ONE, client, chunk)).to.equal(true)
    expect(await remedies.begin(ONE, client, chunk)).to.equal(true)
    expect(seen.paid).to.deep.equal([PRICE, PRICE])
    expect(seen.told).to.have.length(1)
    expect(remedies.countedAs(ONE, { chunkIndex: 0, resent: false, again: true }).again).to.equal(true)
  })

  it('has no remedy for what came once and is paid afterwards', async () => {
    const { remedies, client } = world('batch')
    expect(await remedies.find(ONE, client, { chunkIndex: 0, price: PRICE }).catch(codeOf)).to.equal('RESEND_LIMIT')
  })

  it('pays another seller for a lost chunk, and nobody a second time for what is sent again or was never lost', () => {
    const { remedies } = world()
    const counted = (seller: Seller, chunkIndex: number, resent = false) =>
      remedies.countedAs(seller, { chunkIndex, resent }).again
    expect(counted(OTHER, 0)).to.equal(true)
    expect(counted(OTHER, 0, true), 'it was in its D').to.equal(false)
    expect(counted(ONE, 0), 'its own').to.equal(false)
    expect(counted(OTHER, 1), 'it is here').to.equal(false)
    expect(counted(OTHER, 2), 'it never came').to.equal(false)
  })
})
