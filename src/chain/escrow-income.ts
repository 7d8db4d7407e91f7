import { type Wei, wei } from '../domain/amount.ts'
import { type Address, type FileHash, parseAddress, parseFileHash } from '../domain/ids.ts'
import type { ChainClient } from './client.ts'
import { escrowInterface as abi } from './escrow-interface.ts'
import type { ChainLog } from './rpc-values.ts'

/** Coin that came to an account from the Escrow contract. */
export interface EscrowIncome {
  /** `redeemed`: of a receipt, as its seeder. `returned`: of an escrow of its own. */
  readonly kind: 'redeemed' | 'returned'
  readonly amount: Wei
  readonly fileHash: FileHash
  /** Who locked it. */
  readonly payer: Address
  readonly blockNumber: number
  readonly transactionHash: string
}

/** By the contract's events alone, up to `toBlock`. What came in batches of payments without an escrow is not among it. */
export async function readEscrowIncome(
  client: ChainClient,
  contract: { readonly address: Address; readonly deployedAt: number },
  { account, toBlock }: { readonly account: Address; readonly toBlock: number },
): Promise<EscrowIncome[]> {
  const { address, deployedAt: fromBlock } = contract
  const topicOf = (name: 'Locked' | 'Paid' | 'Refunded' | 'Reclaimed'): string => abi.getEvent(name).topicHash
  const read = (topics: (string | null)[]): Promise<ChainLog[]> => client.logs({ address, fromBlock, toBlock, topics })
  const own = `0x${account.slice(2).toLowerCase().padStart(64, '0')}`
  const [locked, paid, refunded, reclaimed] = await Promise.all([
    read([topicOf('Locked'), null, own]),
    read([topicOf('Paid'), null, own]),
    read([topicOf('Refunded')]),
    read([topicOf('Reclaimed')]),
  ])
  const files = new Map(locked.map(({ topics }) => [topics[1], topics[3]]))
  const returned = [...refunded, ...reclaimed].flatMap((log): EscrowIncome[] => {
    const file = files.get(log.topics[1])
    if (file === undefined) return []
    // One number is all that both events hold.
    return [
      {
        ...placeOf(log),
        kind: 'returned',
        amount: wei(BigInt(log.data)),
        fileHash: parseFileHash(file),
        payer: account,
      },
    ]
  })
  const redeemed = paid.flatMap((log): EscrowIncome[] => {
    const { args } = abi.parseLog({ topics: [...log.topics], data: log.data }) ?? {}
    if (args === undefined || BigInt(args.getValue('escrowId')) === 0n) return []
    const payer = parseAddress(String(args.getValue('payer')))
    const fileHash = parseFileHash(String(args.getValue('fileHash')))
    return [{ ...placeOf(log), kind: 'redeemed', amount: wei(BigInt(args.getValue('amount'))), fileHash, payer }]
  })
  return [...redeemed, ...returned].toSorted((a, b) => a.blockNumber - b.blockNumber)
}

function placeOf({ blockNumber, transactionHash }: ChainLog): Pick<EscrowIncome, 'blockNumber' | 'transactionHash'> {
  return { blockNumber, transactionHash }
}
