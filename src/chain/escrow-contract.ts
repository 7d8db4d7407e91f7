import { encodeBytes32String, ZeroHash } from 'ethers'
import { formatCoins, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import type { Address, EscrowId, FileHash } from '../domain/ids.ts'
import type { EscrowKey, Receipt, Release } from '../domain/receipt.ts'
import type { ChainClient } from './client.ts'
import { escrowInterface as abi } from './escrow-interface.ts'
import type { SentTransaction, TransactionQueue } from './transaction-queue.ts'

/**
 * Most gas a call uses, and what each seeder named adds, rounded up generously: from test/contracts/Escrow/gas.json, and 25,000 more where the coin
 * may reach an account that does not exist yet.
 */
const GAS_CEILINGS = {
  lock: { call: 70_000n, each: 45_000n },
  topUp: { call: 45_000n, each: 0n },
  allocate: { call: 45_000n, each: 45_000n },
  refund: { call: 80_000n, each: 25_000n },
  requestReclaim: { call: 45_000n, each: 0n },
  reclaim: { call: 80_000n, each: 20_000n },
  redeem: { call: 100_000n, each: 0n },
} as const satisfies Record<string, { readonly call: bigint; readonly each: bigint }>

interface Keyed {
  /** Names the intention: see TransactionQueue.send. */
  readonly key: string
}

interface Place {
  readonly fileHash: FileHash
  readonly salt: bigint
}

interface Allocation {
  readonly seeder: Address
  readonly amount: Wei
}

type ReceiptItem = EscrowKey & Pick<Receipt, 'cumulativeAmount' | 'chunksHash' | 'protocol' | 'signature'>

/** contracts/Escrow.sol at one address. Reads as ChainClient, writes as TransactionQueue; both throw what those throw. */
export interface EscrowContract {
  readonly address: Address
  escrow(
    escrowId: EscrowId,
    atBlock?: number,
  ): Promise<{ free: Wei; deadline: number; graceAt: number; graceBlock: number } | undefined>
  allocation(
    escrowId: EscrowId,
    seeder: Address,
    atBlock?: number,
  ): Promise<{ allocated: Wei; redeemed: Wei; nonce: bigint } | undefined>
  balance(): Promise<Wei>
  lock(
    args: Place & {
      readonly deadline: number
      readonly value: Wei
      readonly allocations: readonly Allocation[]
    } & Keyed,
  ): Promise<SentTransaction>
  topUp(args: Place & { readonly value: Wei } & Keyed): Promise<SentTransaction>
  allocate(args: Place & { readonly allocations: readonly Allocation[] } & Keyed): Promise<SentTransaction>
  refund(args: Place & { readonly releases: readonly Release[] } & Keyed): Promise<SentTransaction>
  requestReclaim(args: EscrowKey & Keyed): Promise<SentTransaction>
  reclaim(args: EscrowKey & { readonly seeders: readonly Address[] } & Keyed): Promise<SentTransaction>
  sent(key: string): SentTransaction | undefined
  redeem(args: { readonly seeder: Address; readonly items: readonly ReceiptItem[] } & Keyed): Promise<SentTransaction>
}

/** Verify the code at `address` with contract-identity.ts before anything is paid into it. */
export function createEscrowContract(
  { client, queue }: { readonly client: ChainClient; readonly queue: TransactionQueue },
  address: Address,
): EscrowContract {
  const read = (data: string, atBlock: number | undefined): Promise<string> =>
    client.call({ to: address, data }, atBlock ?? 'latest')
  const send = (key: string, purpose: string, data: string, value: Wei = ZERO_WEI): Promise<SentTransaction> =>
    queue.send({ key, purpose, to: address, data, value })
  return {
    address,
    async escrow(escrowId, atBlock) {
      const answer = await read(abi.encodeFunctionData('escrow', [escrowId]), atBlock)
      if (answer === '0x') return undefined // a block from before the contract
      const [free, deadline, graceAt, graceBlock] = abi.decodeFunctionResult('escrow', answer)
      if (BigInt(deadline) === 0n) return undefined
      return {
        free: wei(BigInt(free)),
        deadline: Number(deadline),
        graceAt: Number(graceAt),
        graceBlock: Number(graceBlock),
      }
    },
    async allocation(escrowId, seeder, atBlock) {
      const answer = await read(abi.encodeFunctionData('allocation', [escrowId, seeder]), atBlock)
      if (answer === '0x') return undefined
      const [allocated, redeemed, nonce] = abi.decodeFunctionResult('allocation', answer)
      if (BigInt(nonce) === 0n) return undefined
      return { allocated: wei(BigInt(allocated)), redeemed: wei(BigInt(redeemed)), nonce: BigInt(nonce) }
    },
    balance: () => client.balance(queue.account),
    lock({ fileHash, salt, deadline, value, allocations, key }) {
      const data = abi.encodeFunctionData('lock', [`0x${fileHash}`, salt, deadline, [...allocations]])
      return send(key, `lock ${formatCoins(value)} coins for ${shortOf(fileHash)}`, data, value)
    },
    topUp({ fileHash, salt, value, key }) {
      const purpose = `add ${formatCoins(value)} coins to the escrow for ${shortOf(fileHash)}`
      return send(key, purpose, abi.encodeFunctionData('topUp', [`0x${fileHash}`, salt]), value)
    },
    allocate({ fileHash, salt, allocations, key }) {
      const data = abi.encodeFunctionData('allocate', [`0x${fileHash}`, salt, [...allocations]])
      return send(key, `allocate from the escrow for ${shortOf(fileHash)}`, data)
    },
    refund({ fileHash, salt, releases, key }) {
      const encoded = releases.map(({ seeder, allocated, signature }) => ({
        seeder,
        allocated,
        signature: `0x${toHex(signature)}`,
      }))
      const data = abi.encodeFunctionData('refund', [`0x${fileHash}`, salt, encoded])
      return send(key, `take back what is left of the escrow for ${shortOf(fileHash)}`, data)
    },
    requestReclaim({ payer, fileHash, salt, key }) {
      const data = abi.encodeFunctionData('requestReclaim', [payer, `0x${fileHash}`, salt])
      return send(key, `begin the grace period of the escrow for ${shortOf(fileHash)}`, data)
    },
    reclaim({ payer, fileHash, salt, seeders, key }) {
      const data = abi.encodeFunctionData('reclaim', [payer, `0x${fileHash}`, salt, [...seeders]])
      return send(key, `reclaim the escrow for ${shortOf(fileHash)}`, data)
    },
    sent: (key) => queue.find(key),
    redeem({ seeder, items, key }) {
      const encoded = items.map(encodeItem)
      const [only] = encoded
      if (encoded.length !== 1 || only === undefined)
        return send(
          key,
          `redeem receipts of ${items.length} escrows`,
          abi.encodeFunctionData('redeemMany', [seeder, encoded]),
        )
      const { payer, fileHash, salt, cumulativeAmount, chunksHash, protocol, signature } = only
      const args = [payer, fileHash, salt, seeder, cumulativeAmount, chunksHash, protocol, signature] as const
      const purpose = `redeem a receipt of ${payer} up to ${formatCoins(cumulativeAmount)} coins`
      return send(key, purpose, abi.encodeFunctionData('redeem', [...args]))
    },
  }
}

/** The most that a call that names so many seeders may cost at today's price of gas. */
export function escrowFeeCeiling(
  queue: Pick<TransactionQueue, 'feeCeiling'>,
  kind: keyof typeof GAS_CEILINGS,
  seeders: number,
): Promise<Wei> {
  const { call, each } = GAS_CEILINGS[kind]
  return queue.feeCeiling(call + each * BigInt(seeders))
}

function encodeItem({ payer, fileHash, salt, cumulativeAmount, chunksHash, protocol, signature }: ReceiptItem) {
  return {
    payer,
    fileHash: `0x${fileHash}`,
    salt,
    cumulativeAmount,
    chunksHash: `0x${toHex(chunksHash)}`,
    // A `bytes8`: the beginning of the word.
    protocol: (protocol === '' ? ZeroHash : encodeBytes32String(protocol)).slice(0, 2 + 16),
    signature: `0x${toHex(signature)}`,
  }
}

function shortOf(fileHash: FileHash): string {
  return `${fileHash.slice(0, 12)}…`
}
