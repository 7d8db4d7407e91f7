import { expect } from 'chai'
import { addressOf, fileHashOf, peerIdText } from '../../src/domain/ids.ts'
import { createDownloadStore } from '../../src/node/download/download-store.ts'
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
    })
    await store.saveSource({ downloadId, peerId, payee: addressOf(new Uint8Array(20)), addresses: [] })
    const source = () => store.sources(downloadId)[0]
    expect(source()).to.include({ chunks: 0, fruitless: 0 })
    await store.countFruitless(downloadId, [peerId])
    await store.countFruitless(downloadId, [peerId])
    expect(source()).to.include({ fruitless: 2 })
    await database.write((connection) => store.countChunk(connection, downloadId, peerId, 10))
    expect(source()).to.include({ chunks: 1, bytes: 10, fruitless: 0 })
    database.close()
  })
})
