import { z } from 'zod'
import { ChiralError, codeOf, DecodeError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { askSocket } from '../../system/json-socket.ts'
import { decodeBlock, decodeNumber, decodeText } from '../rpc-values.ts'

/** geth on the same machine answers in milliseconds. */
const TIMEOUT_MS = 10_000

const peersSchema = z.array(
  z.object({
    enode: z.string(),
    network: z.object({ remoteAddress: z.string() }),
    /** `handshake` as text until both know each other's chain. */
    protocols: z.object({ eth: z.unknown().optional() }),
  }),
)
const ethPeerSchema = z.object({ difficulty: z.union([z.number(), z.string()]).optional(), head: z.string() })

/** A peer as geth knows it. */
export interface GethPeer {
  readonly enode: string
  readonly remoteAddress: string
  /** Its last known head; absent while they still greet each other. */
  readonly head?: { readonly hash: string; readonly totalDifficulty: bigint | undefined } | undefined
}

/**
 * What geth answers to its owner alone, over the socket in its data directory: never over HTTP.
 * All throw ChiralError `GETH_SILENT` when it does not answer, `DecodeError` for an answer that is none.
 */
export interface GethIpc {
  ask(method: string, params?: readonly unknown[]): Promise<unknown>
  clientVersion(): Promise<string>
  chainId(): Promise<number>
  enode(): Promise<string>
  peers(): Promise<GethPeer[]>
  addPeer(enode: string): Promise<void>
  /**
   * Hashes a second; 0 without mining. `eth_hashrate`, which everybody may ask, is always 0: it overlooks the engine within the
   * engine.
   */
  hashRate(): Promise<number>
}

export function createGethIpc({ clock }: { readonly clock: Clock }, path: string): GethIpc {
  const ask = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    try {
      return await askSocket(path, { method, params }, { clock, timeoutMs: TIMEOUT_MS })
    } catch (error) {
      throw new ChiralError('GETH_SILENT', `geth did not answer ${method}: ${messageOf(error)}`, { cause: error })
    }
  }
  return {
    ask,
    clientVersion: async () => decodeText(await ask('web3_clientVersion')),
    chainId: async () => decodeNumber(await ask('eth_chainId')),
    async enode() {
      const info = z.object({ enode: z.string() }).safeParse(await ask('admin_nodeInfo'))
      if (!info.success) throw new DecodeError('geth did not tell its enode.')
      return info.data.enode
    },
    async peers() {
      const parsed = peersSchema.safeParse(await ask('admin_peers'))
      if (!parsed.success) throw new DecodeError('geth did not list its peers.')
      return parsed.data.map(({ enode, network, protocols }) => {
        const eth = ethPeerSchema.safeParse(protocols.eth)
        const head = eth.success
          ? {
              hash: eth.data.head,
              totalDifficulty: eth.data.difficulty === undefined ? undefined : BigInt(eth.data.difficulty),
            }
          : undefined
        return { enode, remoteAddress: network.remoteAddress, head }
      })
    },
    async addPeer(enode) {
      await ask('admin_addPeer', [enode])
    },
    async hashRate() {
      const rate = await ask('ethash_getHashrate').catch((error: unknown) => {
        // An engine without work (`--fakepow`) counts no hashes, and geth fails on the question.
        if (error instanceof ChiralError && codeOf(error.cause) === 'SOCKET_REFUSED') return 0
        throw error
      })
      if (typeof rate !== 'number' || !Number.isSafeInteger(rate))
        throw new DecodeError('geth did not tell its hash rate.')
      return rate
    },
  }
}

/** Hash of the first block. */
export async function genesisHashOf(ipc: GethIpc): Promise<string> {
  return decodeBlock(await ipc.ask('eth_getBlockByNumber', ['0x0', false])).hash
}
