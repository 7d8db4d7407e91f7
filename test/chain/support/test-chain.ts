import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HDNodeWallet } from 'ethers'
import { type ChainClient, connectChain } from '../../../src/chain/client.ts'
import { type DevChain, type DevChainOptions, startDevChain } from '../../../src/chain/dev-chain.ts'
import { fromHex } from '../../../src/domain/bytes.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { createSigner, type Signer } from '../../../src/system/signer.ts'

/** A development chain in a folder of its own, and a client of it. */
export interface TestChain {
  readonly directory: string
  readonly chain: DevChain
  readonly client: ChainClient
  stop(): Promise<void>
}

export async function startTestChain(options: Partial<DevChainOptions> = {}): Promise<TestChain> {
  const directory = await temporaryFolder()
  const chain = await startDevChain({ directory, log: silentLogger, ...options })
  const client = await connectTo(chain.rpcUrl)
  return {
    directory,
    chain,
    client,
    async stop() {
      client.close()
      await chain.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export function connectTo(rpcUrl: string): Promise<ChainClient> {
  return connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'chiral-chain-'))
}

/** The well-known accounts every development chain gives coins to. */
export function wellKnownSigner(index: number): Signer {
  const phrase = 'test test test test test test test test test test test junk'
  return createSigner(fromHex(HDNodeWallet.fromPhrase(phrase, '', `m/44'/60'/0'/0/${index}`).privateKey))
}

/** Mines `count` blocks at once. */
export async function mine(client: ChainClient, count: number): Promise<void> {
  await client.request('anvil_mine', [`0x${count.toString(16)}`])
}
