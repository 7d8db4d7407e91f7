import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { devChainPaths, writeGenesis } from '../../src/chain/dev-chain-files.ts'
import { openChainStack } from '../../src/node/chain-stack.ts'
import { type ConfigFlags, loadConfig } from '../../src/node/config.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import { startSystem } from '../../src/node/node-system.ts'
import { devChainDirectory, readRememberedRpc, rememberedRpcPath, rememberRpc } from '../../src/node/remembered-rpc.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { startTestChain, type TestChain } from '../chain/support/test-chain.ts'

describe('node/remembered-rpc', () => {
  let dataDirectory: string
  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'chiral-rpc-'))
  })
  afterEach(() => rm(dataDirectory, { recursive: true, force: true }))

  const configured = async (flags: ConfigFlags = {}, env: Record<string, string> = {}): Promise<NodeConfig> => {
    const { node } = await loadConfig({
      flags: { ...flags, dataDir: dataDirectory },
      env,
      homeDirectory: dataDirectory,
      workingDirectory: dataDirectory,
      isTestChain: async () => true,
    })
    return node
  }

  it('is used when nothing else names a chain', async () => {
    await rememberRpc(dataDirectory, 'https://rpc.example/key')
    expect((await configured()).chain).to.include({ rpcUrl: 'https://rpc.example/key', rpcRemembered: true })
    expect((await configured()).network.scope).to.equal('public')
    const environment = { CHIRAL_RPC: 'http://env:1' }
    expect((await configured({}, environment)).chain).to.include({ rpcUrl: 'http://env:1', rpcRemembered: false })
    expect((await configured({ rpc: 'http://flag:1' }, environment)).chain.rpcUrl).to.equal('http://flag:1')
    await writeFile(join(dataDirectory, 'chiral.toml'), '[chain]\nrpc_url = "http://file:1"\n')
    expect((await configured()).chain).to.include({ rpcUrl: 'http://file:1', rpcRemembered: false })
  })

  it('is readable by the owner alone', async () => {
    await rememberRpc(dataDirectory, 'https://rpc.example/key')
    expect((await stat(rememberedRpcPath(dataDirectory))).mode & 0o777).to.equal(0o600)
  })

  it('names its file when what stands there is not an address', async () => {
    await writeFile(rememberedRpcPath(dataDirectory), 'nonsense')
    const error = await configured().catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'CONFIG_INVALID')
    expect(error).to.have.property('message').that.includes(rememberedRpcPath(dataDirectory))
  })

  it('is not the development chain that the data directory starts by itself', async () => {
    const chain = devChainDirectory(dataDirectory)
    await mkdir(chain)
    await writeGenesis(devChainPaths(chain).genesis, { timestamp: 1, baseFeePerGas: 1, port: 4321 })
    await rememberRpc(dataDirectory, 'http://127.0.0.1:4321')
    expect(await readRememberedRpc(dataDirectory)).to.equal(undefined)
    await rememberRpc(dataDirectory, 'http://127.0.0.1:4322')
    expect(await readRememberedRpc(dataDirectory)).to.equal('http://127.0.0.1:4322')
  })

  describe('with a chain', () => {
    let testChain: TestChain
    before(async () => {
      testChain = await startTestChain()
    })
    after(() => testChain.stop())

    const open = async (config: NodeConfig): Promise<void> => {
      const system = await startSystem(config, { log: silentLogger })
      const stack = await openChainStack(config, system, () => {})
      await stack.stop()
    }

    it('is kept once the chain has proved to be the right one, and blamed when it no longer is', async () => {
      const { rpcUrl } = testChain.chain
      await open(await configured({ rpc: rpcUrl }))
      expect(await readFile(rememberedRpcPath(dataDirectory), 'utf8')).to.equal(`${rpcUrl}\n`)
      await open(await configured())

      await testChain.stop()
      testChain = await startTestChain() // another first block
      const mistaken = await open(await configured({ rpc: testChain.chain.rpcUrl })).catch((thrown: unknown) => thrown)
      expect(mistaken).to.have.property('code', 'CHAIN_MISMATCH')
      expect(await readRememberedRpc(dataDirectory)).to.equal(rpcUrl)
      const unreachable = await open(await configured()).catch((thrown: unknown) => thrown)
      expect(unreachable).to.have.property('code', 'CHAIN_UNREACHABLE')
      expect(unreachable)
        .to.have.property('message')
        .that.includes(`remembered in ${rememberedRpcPath(dataDirectory)}: give --rpc`)
    })
  })
})
