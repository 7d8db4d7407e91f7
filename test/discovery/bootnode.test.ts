import { expect } from 'chai'
import { SigningKey } from 'ethers'
import { type Bootnode, signBootnode, verifyBootnode } from '../../src/discovery/bootnode.ts'
import { createBootnodeExchange } from '../../src/discovery/bootnode-exchange.ts'
import { BOOTNODE_TTL_MS, REPUBLISH_MS } from '../../src/discovery/protocol.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createSigner, type Signer } from '../../src/system/signer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { CHAIN, NOW } from './fixtures.ts'
import { MemoryNetwork, type MemoryPeer } from './memory-network.ts'

/** A chain node: its key, and the enode that names it. */
function chainNode(byte: number): { signer: Signer; enode: string } {
  const privateKey = new Uint8Array(32).fill(byte)
  const publicKey = SigningKey.computePublicKey(privateKey, false).slice(4)
  return { signer: createSigner(privateKey), enode: `enode://${publicKey}@203.0.113.${byte}:30303` }
}

const A = chainNode(1)
const B = chainNode(2)
const EXPIRES = NOW + BOOTNODE_TTL_MS

function codeFor(change: Partial<Bootnode> & { chain?: typeof CHAIN } = {}, signer = A.signer, now = NOW): string {
  const bytes = signBootnode({ enode: A.enode, expiresAt: EXPIRES, chain: CHAIN, ...change }, signer)
  const verdict = verifyBootnode(bytes, { chain: CHAIN, now })
  return verdict.accepted ? 'accepted' : verdict.code
}

describe('discovery/bootnode', () => {
  it('returns the enode of a record signed by the node itself', () => {
    const bytes = signBootnode({ enode: A.enode, expiresAt: EXPIRES, chain: CHAIN }, A.signer)
    const value = { enode: A.enode, expiresAt: EXPIRES }
    expect(verifyBootnode(bytes, { chain: CHAIN, now: NOW })).to.deep.equal({ accepted: true, value })
  })

  it('refuses a node put at another place by somebody else', () => {
    expect(codeFor({}, B.signer)).to.equal('BOOTNODE_OTHER_KEY')
    expect(codeFor({ enode: 'enode://00@203.0.113.1:30303' })).to.equal('BOOTNODE_OTHER_KEY')
  })

  it('refuses a node of another chain', () => {
    expect(codeFor({ chain: { ...CHAIN, chainId: 1 } })).to.equal('BOOTNODE_OTHER_CHAIN')
    expect(codeFor({ chain: { ...CHAIN, genesisHash: `0x${'99'.repeat(32)}` } })).to.equal('BOOTNODE_OTHER_CHAIN')
  })

  it('holds for ten minutes and no longer', () => {
    expect(codeFor({}, A.signer, EXPIRES - 1)).to.equal('accepted')
    expect(codeFor({}, A.signer, EXPIRES)).to.equal('BOOTNODE_EXPIRED')
    expect(codeFor({ expiresAt: NOW + 3_600_000 })).to.equal('BOOTNODE_EXPIRES_TOO_LATE')
  })

  it('refuses bytes that are no record, and a record in which any bit is flipped', () => {
    expect(verifyBootnode(Uint8Array.of(1, 2, 3), { chain: CHAIN, now: NOW })).to.include({ accepted: false })
    const bytes = signBootnode({ enode: A.enode, expiresAt: EXPIRES, chain: CHAIN }, A.signer)
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(verifyBootnode(changed, { chain: CHAIN, now: NOW }).accepted, `bit ${bit}`).to.equal(false)
    }
  })
})

describe('discovery/bootnode-exchange', () => {
  const clock = new FakeClock(NOW)
  const exchange = (network: MemoryPeer) => createBootnodeExchange({ network, chain: CHAIN, clock, log: silentLogger })

  async function found(network: MemoryPeer): Promise<string[]> {
    const enodes: string[] = []
    for await (const { enode } of exchange(network).find(new AbortController().signal)) enodes.push(enode)
    return enodes.sort()
  }

  it('finds the nodes that are there by nothing but the DHT, and never itself', async () => {
    const network = new MemoryNetwork()
    const [a, b, c] = [network.join('a'), network.join('b'), network.join('c')]
    const stop = new AbortController()
    const publishing = [
      exchange(a).publish({ signer: A.signer, enode: () => A.enode }, stop.signal),
      exchange(b).publish({ signer: B.signer, enode: () => B.enode }, stop.signal),
    ]
    await clock.advance(0)
    expect(await found(c)).to.deep.equal([A.enode, B.enode].sort())
    expect(await found(a)).to.deep.equal([B.enode])
    stop.abort()
    await Promise.all(publishing)
  })

  it('drops what is not signed by the node, and asks the others all the same', async () => {
    const network = new MemoryNetwork()
    const [liar, honest, c] = [network.join('liar'), network.join('honest'), network.join('c')]
    const stop = new AbortController()
    const publishing = [
      exchange(liar).publish({ signer: B.signer, enode: () => A.enode }, stop.signal),
      exchange(honest).publish({ signer: B.signer, enode: () => B.enode }, stop.signal),
    ]
    await clock.advance(0)
    expect(await found(c)).to.deep.equal([B.enode])
    stop.abort()
    await Promise.all(publishing)
  })

  it('announces again every three minutes, sooner while nobody takes it', async () => {
    const network = new MemoryNetwork()
    const peer = network.join('a')
    peer.dhtPeers = 0
    const stop = new AbortController()
    const publishing = exchange(peer).publish({ signer: A.signer, enode: () => A.enode }, stop.signal)
    await clock.advance(0)
    await clock.advance(10_000)
    expect(peer.provided).to.be.above(3)
    peer.dhtPeers = 1
    await clock.advance(20_000)
    const before = peer.provided
    await clock.advance(REPUBLISH_MS - 20_000)
    expect(peer.provided).to.be.within(before, before + 1)
    await clock.advance(REPUBLISH_MS)
    expect(peer.provided).to.be.within(before + 1, before + 2)
    stop.abort()
    await publishing
  })

  it('tells nothing before the node knows where it is', async () => {
    const network = new MemoryNetwork()
    const [a, c] = [network.join('a'), network.join('c')]
    const stop = new AbortController()
    const publishing = exchange(a).publish({ signer: A.signer, enode: () => undefined }, stop.signal)
    await clock.advance(0)
    expect(await found(c)).to.deep.equal([])
    stop.abort()
    await publishing
  })
})
