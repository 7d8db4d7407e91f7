import { join } from 'node:path'
import { gethPaths } from '../../../src/chain/geth/geth-directory.ts'
import { vouchered } from '../../../src/channel/books.ts'
import type { ChannelPayeeAccount, PayeeCommitResult } from '../../../src/channel/payee-account.ts'
import { loadPayeePair } from '../../../src/channel/payee-books.ts'
import type { ChannelPayerAccount } from '../../../src/channel/payer-account.ts'
import { loadPayerPair } from '../../../src/channel/payer-books.ts'
import type { ChannelHandle } from '../../../src/channel/payer-channels.ts'
import { type Wei, wei } from '../../../src/domain/amount.ts'
import { type Address, type ChannelId, parseFileHash, peerIdText } from '../../../src/domain/ids.ts'
import { type ChainStack, openChainStack } from '../../../src/node/chain-stack.ts'
import type { NodeConfig } from '../../../src/node/node-config.ts'
import { startSystem } from '../../../src/node/node-system.ts'
import { openPayments, type PaymentStack } from '../../../src/node/payment-stack.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import type { LabNode } from './geth-lab.ts'

/** Price of a chunk. */
export const PRICE = wei(10n ** 15n)
const DOWNLOAD = 'download-1'
const FILE = parseFileHash('ab'.repeat(32))
const PLENTY = wei(10n ** 21n)

export interface Deal {
  readonly buying: ChannelPayerAccount
  readonly selling: ChannelPayeeAccount
}

/** All of a node that has to do with money, and nothing else of it: wallet, transaction queue, contract, books, watchers. */
export class Trader {
  readonly chain: ChainStack
  readonly paying: PaymentStack
  readonly #chunks = new Map<Address, number>()

  private constructor(chain: ChainStack, paying: PaymentStack) {
    this.chain = chain
    this.paying = paying
  }

  /** Settles on this geth. The first one deploys the contract, and each gets test coin, so blocks have to come meanwhile. */
  static async open(name: string, { supervisor, directory }: LabNode, folder: string): Promise<Trader> {
    const config: NodeConfig = {
      dataDirectory: join(folder, name),
      chain: { rpcUrl: supervisor.status().rpcUrl, gethIpc: gethPaths(directory).ipc },
      network: { listen: [], announce: [], bootstrap: [], scope: 'loopback' },
      // Nothing is redeemed by itself.
      payments: { redeemAbove: PLENTY, creditCapTotal: PLENTY, contractWallets: false },
      downloads: { window: 8, maxSources: 8, stallMs: 5_000, protocol: 'bitswap', prefer: 'balanced' },
      storage: { memoryBytes: 2 ** 26 },
      walletPassword: '',
      logLevel: 'silent',
    }
    const system = await startSystem(config, { log: silentLogger })
    const chain = await openChainStack(config, system, () => {})
    const paying = await openPayments(config, chain, system, () => {})
    await paying.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: PLENTY })
    return new Trader(chain, paying)
  }

  get address(): Address {
    return this.chain.signer.address
  }

  async stop(): Promise<void> {
    await this.paying.stop()
    await this.chain.stop()
  }

  /** Opens a channel to the payee, or raises the deposit of the open one, to hold `deposit` more than was spent. */
  deposit(payee: Trader, deposit: Wei): Promise<ChannelHandle> {
    const { payer, confirmationRule } = this.paying
    return payer.ensureChannel({ payee: payee.address, deposit, ...confirmationRule, downloadId: DOWNLOAD })
  }

  /** A stream to the payee. @throws what the payee refuses with */
  async connect(payee: Trader): Promise<Deal> {
    const buying = this.paying.payer.account(payee.address, DOWNLOAD)
    const peers = { payerPeerId: peerIdText('payer-peer'), payeePeerId: peerIdText('payee-peer') }
    const challenge = { ...peers, nonce: systemRandom.bytes(32) }
    return { buying, selling: await payee.paying.payee.authenticate(await buying.prove(challenge), challenge) }
  }

  /** Buys the next chunk as the protocol does, paying ahead. */
  async buy(payee: Trader, { buying, selling }: Deal): Promise<PayeeCommitResult> {
    const index = (this.#chunks.get(payee.address) ?? 0) + 1
    const required = wei(selling.status().committed + PRICE)
    const authorization = await buying.authorize({ price: PRICE, required })
    const voucher = authorization.kind === 'voucher' ? authorization.voucher : buying.highest()
    const chunk = { fileHash: FILE, chunkIndex: index }
    const result = await selling.commit({ ...chunk, price: PRICE, ...(voucher === undefined ? {} : { voucher }) })
    if (result.kind === 'rejected') return result
    this.#chunks.set(payee.address, index)
    await this.chain.database.write((connection) =>
      this.paying.payer.recordVerified(connection, { payee: payee.address, downloadId: DOWNLOAD, chunk, price: PRICE }),
    )
    return result
  }

  /** Resolves when it suspects a split, or suspects none any more. */
  suspects(suspected: boolean): Promise<void> {
    const { split } = this.paying
    if ((split.suspicion() !== undefined) === suspected) return Promise.resolve()
    return new Promise((resolve) => {
      const unsubscribe = split.onChange((suspicion) => {
        if ((suspicion !== undefined) !== suspected) return
        unsubscribe()
        resolve()
      })
    })
  }

  /** Everything it sent is in a block of its chain. */
  get allMined(): boolean {
    return this.chain.queue.history().every(({ outcome }) => outcome.phase === 'mined')
  }

  voucheredTo(payee: Trader): Wei {
    return this.chain.database.read((connection) => vouchered(loadPayerPair(connection, payee.address)))
  }

  voucheredBy(payer: Trader): Wei {
    return this.chain.database.read((connection) => vouchered(loadPayeePair(connection, payer.address)))
  }

  /** What its books as a payee count of a channel's deposit. */
  confirmedOf(channelId: ChannelId): Wei | undefined {
    return this.paying.payee.list().find((channel) => channel.channelId === channelId)?.confirmed
  }
}
