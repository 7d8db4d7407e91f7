import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ChainClient } from '../../src/chain/client.ts'
import { gethPaths } from '../../src/chain/geth/geth-directory.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { createHealthReader, minesOnDemand, type ReadChainHealth, viewOfHealth } from '../../src/node/chain-health.ts'
import { gethDirectory } from '../../src/node/geth/chain-node.ts'
import { type SocketServer, serveSocket } from '../../src/system/json-socket.ts'
import { FAKE_CHAIN_STATUS } from '../cli/fake-geth.ts'
import { FakeClock } from '../support/fake-clock.ts'

const GENESIS = `0x${'5d'.repeat(32)}`
const RPC = 'http://127.0.0.1:8545'
const block = (number: string) => ({
  number,
  hash: GENESIS,
  parentHash: GENESIS,
  timestamp: '0x6b49d1f6', // 10 s before the fake clock
  difficulty: '0x400000',
  totalDifficulty: '0x800000',
  gasLimit: '0x47b760',
})

/** A node that knows these methods and refuses all others. */
function clientOf(answers: Readonly<Record<string, unknown>>): ChainClient {
  const known: Readonly<Record<string, unknown>> = {
    eth_chainId: '0x181cd',
    eth_getBlockByNumber: block('0x7'),
    eth_syncing: false,
    ...answers,
  }
  const request = async (method: string): Promise<unknown> => {
    if (method in known) return known[method]
    throw Object.assign(new Error(method), { code: 'CHAIN_REFUSED' })
  }
  // Only what a health reader uses.
  return { identity: { chainId: 98765, genesisHash: GENESIS }, shownUrl: RPC, request } as unknown as ChainClient
}

describe('node/chain-health', () => {
  let dataDirectory = ''
  let servers: SocketServer[] = []

  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'chiral-health-'))
    await mkdir(gethDirectory(dataDirectory))
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
    servers = []
    await rm(dataDirectory, { recursive: true, force: true })
  })

  const reader = (client: ChainClient, more: { rpcUrl?: string; gethIpc?: string } = {}): ReadChainHealth =>
    createHealthReader({ client, clock: new FakeClock(), rpcUrl: RPC, dataDirectory, gethIpc: undefined, ...more })

  /** The supervisor of a geth of this data directory. */
  async function supervised(health: unknown): Promise<void> {
    const path = gethPaths(gethDirectory(dataDirectory)).control
    servers.push(await serveSocket(path, { status: async () => ({ status: FAKE_CHAIN_STATUS, health }) }))
  }

  const own = {
    ...{ chainId: 98765, genesisHash: GENESIS, height: 9, headHash: GENESIS, headTime: 1, headAgeSeconds: 1 },
    ...{ difficulty: '1', peers: 1, mining: false, hashRate: 0 },
    warnings: [{ code: 'CHAIN_FORKED', message: '1 of 1 peers stands on another branch.' }],
  }

  it('asks the geth of the data directory where the node settles on it, by any name of this machine', async () => {
    await supervised(own)
    const client = clientOf({ net_peerCount: '0x2' })
    for (const rpcUrl of [RPC, 'http://localhost:8545/', 'http://[::1]:8545'])
      expect(await reader(client, { rpcUrl })()).to.deep.include({ height: 9, warnings: own.warnings })
    for (const rpcUrl of ['http://127.0.0.1:9545', 'http://192.0.2.1:8545'])
      expect(await reader(client, { rpcUrl })()).to.include({ height: 7, peers: 2 })
  })

  it('does not take the word of its JSON-RPC while the geth itself is down', async () => {
    await supervised(undefined)
    expect(await reader(clientOf({}))().catch(codeOf)).to.equal('GETH_SILENT')
  })

  it('takes what a node over JSON-RPC tells, and does without what it does not', async () => {
    const full = await reader(clientOf({ net_peerCount: '0x0', eth_mining: true, eth_hashrate: '0x5' }))()
    expect(full).to.include({ height: 7, peers: 0, mining: true, hashRate: 5 })
    expect(full.warnings.map(({ code }) => code)).to.deep.equal(['CHAIN_ALONE'])
    const little = await reader(clientOf({}))()
    expect(little).to.include({ height: 7, headAgeSeconds: 10, mining: false, hashRate: 0 })
    expect(little).to.not.have.property('peers')
    expect(little.warnings).to.deep.equal([])
  })

  it('refuses the socket of a geth of another chain (CHAIN_MISMATCH)', async () => {
    const gethIpc = join(dataDirectory, 'geth.ipc')
    const other = { ...block('0x0'), hash: `0x${'00'.repeat(32)}` }
    servers.push(await serveSocket(gethIpc, { eth_getBlockByNumber: async () => other }))
    expect(await reader(clientOf({}), { gethIpc })().catch(codeOf)).to.equal('CHAIN_MISMATCH')
    expect(await reader(clientOf({}), { gethIpc: join(dataDirectory, 'none.ipc') })().catch(codeOf)).to.equal(
      'GETH_SILENT',
    )
  })

  it('shows people what is wrong, and that the node does not tell, but no silence of a chain that mines on demand', () => {
    const clock = new FakeClock()
    const head = () => ({ number: 7, timestamp: clock.now() / 1000 - 90 })
    const failure = { code: 'GETH_SILENT', message: 'geth does not answer.' }
    const suspicion = { since: 1, signs: ['cut-off' as const], firmBlock: 3 }
    const idle = { head, onChange: () => () => {}, stop: async () => {} }
    // A health is only passed on here.
    const ill = { ...idle, health: () => own as never, failure: () => undefined, suspicion: () => suspicion }
    const shown = viewOfHealth(ill, { clock, onDemand: false })
    expect(shown).to.deep.include({ headAgeSeconds: 90, peers: 1, warnings: own.warnings })
    expect(shown.split).to.deep.include({ since: 1, signs: ['cut-off'] })
    expect(viewOfHealth(ill, { clock, onDemand: true }).warnings).to.deep.equal([])
    const away = { ...idle, health: () => undefined, failure: () => failure, suspicion: () => undefined }
    expect(viewOfHealth(away, { clock, onDemand: true })).to.deep.equal({ headAgeSeconds: 90, warnings: [failure] })
  })

  it('knows a node that makes blocks on demand by its chain, or by its name', async () => {
    expect(await minesOnDemand(clientOf({ web3_clientVersion: 'anvil/v1.5.0' }))).to.equal(true)
    expect(await minesOnDemand(clientOf({ web3_clientVersion: 'HardhatNetwork/3' }))).to.equal(true)
    expect(await minesOnDemand(clientOf({ web3_clientVersion: 'CoreGeth/v1.12.20' }))).to.equal(false)
    const development = { ...clientOf({}), identity: { chainId: 98767, genesisHash: GENESIS } }
    expect(await minesOnDemand(development)).to.equal(true)
  })
})
