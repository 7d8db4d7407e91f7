import { expect } from 'chai'
import { peerIdText } from '../../src/domain/ids.ts'
import { broughtNothing } from '../../src/node/download/brought-nothing.ts'

describe('node/download/brought-nothing', () => {
  const brought = peerIdText('12D3KooWAAAA')
  const silent = peerIdText('12D3KooWBBBB')
  const waiting = peerIdText('12D3KooWCCCC')
  const unknown = peerIdText('12D3KooWDDDD')

  it('tells who was tried in vain from who was never asked', () => {
    const chosen = [brought, silent, waiting].map((peerId) => ({ peerId }))
    const before = new Map([
      [brought, { chunks: 3 }],
      [silent, { chunks: 2 }],
    ])
    const after = [
      { peerId: brought, chunks: 4 },
      { peerId: silent, chunks: 2 },
      { peerId: waiting, chunks: 0 },
    ]
    const unasked = new Set([waiting, brought, unknown])
    expect(broughtNothing(chosen, { before, after, unasked })).to.deep.equal({ tried: [silent], unasked: [waiting] })
  })
})
