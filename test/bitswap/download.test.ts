import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { FILE, PRICE, QUOTE_ID } from '../in-band/shelf.ts'
import { ask, askFree, connect, createRig, download, verify } from './harness.ts'

describe('bitswap: paid chunks', () => {
  for (const window of [1, 8, 64]) {
    it(`moves 200 chunks with a window of ${window} and pays exactly for them`, async () => {
      const rig = createRig()
      const client = await connect(rig)
      await download(rig, client, { count: 200, window })
      await client.settle()
      expect(rig.payee.vouchered).to.equal(200n * PRICE)
      expect(rig.payee.committed).to.equal(200n * PRICE)
      expect(rig.payer.risked <= PRICE, 'the payer risked more than one chunk').to.equal(true)
      expect(client.status?.committed).to.equal(200n * PRICE)
      await client.close()
      await rig.served
      expect(rig.payee.endedCount).to.equal(1)
    })
  }

  it('pays before each chunk while there is no credit', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    const first = ask(client, 0)
    const second = ask(client, 1)
    await first
    expect(rig.payee.vouchered).to.equal(PRICE)
    expect(rig.payee.risked).to.equal(0n)
    verify(rig, client, 0)
    await second
    expect(rig.payee.vouchered).to.equal(2n * PRICE)
    expect(rig.payee.risked).to.equal(0n)
  })

  it('moves chunks of 256 KiB through a stream that holds less than one', async () => {
    const whole = new Uint8Array(CHUNK_SIZE_BYTES).map((_, index) => index * 31)
    const rig = createRig({ fromListener: { capacityBytes: 65_536, pieceBytes: 65_000 } })
    rig.shelf.read = async () => whole
    const client = await connect(rig)
    const request = { fileHash: FILE, lengthBytes: CHUNK_SIZE_BYTES, price: PRICE, quoteId: QUOTE_ID }
    for (let chunkIndex = 0; chunkIndex < 3; chunkIndex++) {
      const { chunk } = await client.request({ ...request, chunkIndex })
      expect(Buffer.compare(chunk, whole)).to.equal(0)
      verify(rig, client, chunkIndex)
    }
  })

  it('gives free chunks without an account', async () => {
    const rig = createRig()
    const client = await connect(rig, { account: undefined })
    expect(client.status).to.equal(undefined)
    expect((await askFree(client, 3)).chunk[0]).to.equal(3)
  })
})
