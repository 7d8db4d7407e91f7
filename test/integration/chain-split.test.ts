import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import { QUIET_BLOCKS } from '../../src/chain/split-step.ts'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { ChiralNode } from '../../src/node/types.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { type LiveNode, type Swarm, sha256Of, startSwarm, untilDownload, untilEnded } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)

describe('integration: a chain that may be split', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeder: LiveNode
  let leecher: LiveNode

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder')
    leecher = await swarm.start('leecher')
  })
  after(() => swarm.stop())

  async function onChain(...calls: readonly (readonly [method: string, ...params: unknown[]])[]): Promise<unknown> {
    const client = await connectChain({ rpcUrl: swarm.chain.rpcUrl, clock: systemClock, log: silentLogger })
    try {
      let answer: unknown
      for (const [method, ...params] of calls) answer = await client.request(method, params)
      return answer
    } finally {
      client.close()
    }
  }

  function noticed(node: ChiralNode, pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      const unsubscribe = node.subscribe((event) => {
        if (event.kind !== 'notice' || !pattern.test(event.message)) return
        unsubscribe()
        resolve(event.message)
      })
    })
  }

  /** Resolves when the node has heard of the block. */
  async function heard(node: ChiralNode, height: number): Promise<void> {
    const seen = (): number => Number(/^chiral_node_chain_height (\d+)$/m.exec(node.metrics())?.[1])
    while (seen() < height) await new Promise((resolve) => setImmediate(resolve))
  }

  it('has a seeder count no new deposit, and its leecher wait, say so, and finish when it is over', async () => {
    const { path } = await swarm.file('file', 3 * CHUNK_SIZE_BYTES)
    const share = await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    expect((await seeder.node.status()).chain.health.split).to.equal(undefined)
    expect(seeder.node.metrics()).to.include('chiral_node_chain_split_suspected 0')

    // Blocks that both nodes have seen are undone.
    const snapshot = await onChain(['evm_snapshot'])
    const suspected = noticed(seeder.node, /may be split/)
    await onChain(['anvil_mine', '0x5'])
    await heard(seeder.node, (await seeder.node.status()).chain.blockNumber)
    await onChain(['evm_revert', snapshot])
    await suspected
    const { split } = (await seeder.node.status()).chain.health
    expect(split?.signs).to.deep.equal(['reorganised'])
    expect(seeder.node.metrics()).to.include('chiral_node_chain_split_sign{sign="reorganised"} 1')

    const told = noticed(leecher.node, /^The download waits: The seeder suspects that the chain is split/)
    const { downloadId } = await leecher.node.download({
      reference: share.fileHash,
      out: swarm.path('out'),
      maxTotal: wei(10n ** 18n),
      closeChannels: true,
    })
    const waiting = await untilDownload(leecher.node, downloadId, ({ sources }) =>
      sources.some(({ error }) => error?.code === 'SPLIT_SUSPECTED'),
    )
    expect(waiting).to.include({ verifiedChunks: 0, spent: 0n })
    await told

    await onChain(['anvil_mine', `0x${QUIET_BLOCKS.toString(16)}`])
    const done = await untilEnded(leecher.node, downloadId)
    expect(done.phase, JSON.stringify(done.error)).to.equal('done')
    expect(await sha256Of(done.out)).to.equal(share.sha256)
    expect((await seeder.node.status()).chain.health.split).to.equal(undefined)
    expect(seeder.node.metrics()).to.match(/^chiral_node_chain_splits_total 1$/m)
    expect(await swarm.received(seeder.status.address)).to.equal(done.spent)
  })
})
