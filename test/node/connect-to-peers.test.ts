import { expect } from 'chai'
import { connectToPeers } from '../../src/node/connect-to-peers.ts'
import { createNodes, NEVER, type Nodes } from '../network/nodes.ts'

const NOBODY = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

describe('node/connect-to-peers', () => {
  let nodes: Nodes
  beforeEach(() => {
    nodes = createNodes()
  })
  afterEach(() => nodes.stop())

  it('connects to those that answer, also where their addresses are outside the scope', async () => {
    const remote = await nodes.start()
    const node = await nodes.start({ scope: 'public' })
    const [address = ''] = remote.addresses()
    expect(await connectToPeers(node, [NOBODY, address, address], NEVER)).to.deep.equal([remote.peerId])
    expect(node.isConnected(remote.peerId)).to.equal(true)
  })

  it('dials no address outside the scope that only a stranger named', async () => {
    const remote = await nodes.start()
    const node = await nodes.start({ scope: 'public' })
    const error = await node.connect({ addresses: remote.addresses() }, NEVER).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'PEER_UNREACHABLE')
  })

  it('says that nobody answers, or that an address is none', async () => {
    const node = await nodes.start()
    const failure = (addresses: string[]): Promise<unknown> =>
      connectToPeers(node, addresses, NEVER).catch((thrown: unknown) => thrown)
    expect(await failure([NOBODY])).to.have.property('code', 'BOOTSTRAP_UNREACHABLE')
    expect(await failure([NOBODY, 'nonsense'])).to.have.property('code', 'DECODE_FAILED')
  })
})
