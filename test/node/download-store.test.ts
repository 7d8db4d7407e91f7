import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { addressOf, fileHashOf, peerIdText } from '../../src/domain/ids.ts'
import { createDownloadStore, type StoredDownload } from '../../src/node/download/download-store.ts'
import { openDatabase } from '../../src/system/database.ts'

describe('node/download/download-store', () => {
  it('counts the attempts in a row in which a source delivered nothing', async () => {
    const database = openDatabase(':memory:')
    const store = createDownloadStore(database)
    const [downloadId, peerId] = ['download', peerIdText('peer')]
    await store.save({
      downloadId,
      reference: 'reference',
      fileHash: fileHashOf(new Uint8Array(32)),
      out: '/out',
      phase: 'finding',
      maxTotal: undefined,
      maxPrice: undefined,
      closeChannels: false,
      startedAt: 0,
      batchId: undefined,
      starts: 1,
      payBy: 'transfer',
      prepay: wei(7n),
      bid: wei(800n),
    })
    const named = { downloadId, peerId, payee: addressOf(new Uint8Array(20)), addresses: [] }
    await store.saveSource(named)
    const source = () => store.sources(downloadId).find((each) => each.peerId === peerId)
    expect(store.list()[0]).to.include({ prepay: 7n, bid: 800n })
    expect(source()).to.include({ chunks: 0, fruitless: 0 })
    await store.countFruitless(downloadId, [peerId])
    await store.countFruitless(downloadId, [peerId])
    expect(source()).to.include({ fruitless: 2 })
    await database.write((connection) => store.countChunk(connection, named, 10))
    expect(source()).to.include({ chunks: 1, bytes: 10, fruitless: 0 })
    const other = { ...named, peerId: peerIdText('bittorrent:192.0.2.7:6881') }
    await database.write((connection) => store.countChunk(connection, other, 7))
    const saved = store.sources(downloadId).find((each) => each.peerId === other.peerId)
    expect(saved, 'one that was never saved').to.deep.include({ ...other, chunks: 1, bytes: 7 })
    const both = { chunks: 3, bytes: 29, fruitless: 1 }
    await Promise.allSettled([
      database.write((connection) => store.countChunk(connection, named, 9)),
      database.write((connection) => {
        store.countChunk(connection, named, 1_000)
        throw new Error('no')
      }),
      database.write((connection) => store.countChunk(connection, named, 10)),
      store.countFruitless(downloadId, [peerId, peerIdText('nobody')]),
    ])
    expect(store.sources(downloadId)).to.have.length(2)
    expect(source(), 'all of one transaction').to.include(both)
    await store.saveSource({ ...named, addresses: ['/ip4/192.0.2.9/tcp/1'] })
    expect(source()).to.deep.include({ ...both, addresses: ['/ip4/192.0.2.9/tcp/1'] })
    database.close()
  })

  it('refuses a second download of the same file to the same target (TARGET_BUSY)', async () => {
    const database = openDatabase(':memory:')
    const store = createDownloadStore(database)
    const first: StoredDownload = {
      downloadId: 'first',
      reference: 'reference',
      fileHash: fileHashOf(new Uint8Array(32)),
      out: '/out',
      phase: 'finding',
      maxTotal: undefined,
      maxPrice: undefined,
      closeChannels: false,
      startedAt: 0,
      batchId: undefined,
      starts: 1,
      payBy: 'channel',
      prepay: undefined,
      bid: undefined,
    }
    const second: StoredDownload = { ...first, downloadId: 'second' }
    const results = await Promise.allSettled([store.save(first), store.save(second), store.save(first)])
    const codes = results.map((result) => (result.status === 'fulfilled' ? 'saved' : codeOf(result.reason)))
    expect(codes).to.deep.equal(['saved', 'TARGET_BUSY', 'saved'])
    expect(store.list().map(({ downloadId }) => downloadId)).to.deep.equal(['first'])
    database.close()
  })
})
