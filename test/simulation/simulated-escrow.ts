import type { ChannelTransaction } from '../../src/channel/channel-contract.ts'
import type { Escrow, EscrowChain, EscrowPapers, EscrowSite } from '../../src/channel/escrow/escrow-chain.ts'
import { wei } from '../../src/domain/amount.ts'
import type { Address } from '../../src/domain/ids.ts'
import { createEscrowPapers } from '../../src/node/escrow-papers.ts'
import type { Signer } from '../../src/system/signer.ts'
import type { EscrowCall, RedeemReceipts } from './escrow-contract-model.ts'
import { CHAIN_ID, ESCROW_CONTRACT, type SimulatedChain } from './simulated-chain.ts'

interface SiteParts {
  readonly chain: SimulatedChain
  readonly account: Address
  readonly ask: <T>(answer: () => T) => Promise<T>
  readonly send: (key: string, call: EscrowCall | RedeemReceipts) => Promise<ChannelTransaction>
  readonly sent: (key: string) => ChannelTransaction | undefined
}

/** The Escrow contract as one life of one account sees it: it is there from the beginning, and has to be found as ever. */
export function createSite({ chain, account, ask, send, sent }: SiteParts): (signer: Signer) => EscrowSite {
  const escrowChain: EscrowChain = {
    escrow: (escrowId, atBlock) => ask(() => chain.escrowAt(escrowId, atBlock)),
    allocation: (escrowId, seeder, atBlock) => ask(() => chain.escrowAt(escrowId, atBlock)?.allocations.get(seeder)),
    balance: () => ask(() => chain.balance(account)),
    lock: ({ key, ...call }) => send(key, { kind: 'lock', ...call }),
    topUp: ({ key, ...call }) => send(key, { kind: 'addToEscrow', ...call }),
    allocate: ({ key, ...call }) => send(key, { kind: 'allocate', ...call }),
    refund: ({ key, ...call }) => send(key, { kind: 'refund', ...call }),
    requestReclaim: ({ key, ...call }) => send(key, { kind: 'requestReclaim', ...call }),
    reclaim: ({ key, ...call }) => send(key, { kind: 'reclaim', ...call }),
    sent,
    redeem: ({ key, ...call }) => send(key, { kind: 'redeemReceipts', ...call }),
  }
  return (signer) => {
    const papers: EscrowPapers = createEscrowPapers(CHAIN_ID, ESCROW_CONTRACT, signer)
    const escrow: Escrow = { chain: escrowChain, papers }
    let isFound = false
    const find = async (): Promise<Escrow> => {
      if (!isFound) await ask(() => undefined)
      isFound = true
      return escrow
    }
    return {
      feeCeiling: async () => wei(chain.rules.fee * 2n),
      known: () => (isFound ? escrow : undefined),
      find,
      require: find,
      whyNone: async () => undefined,
      locks: (toBlock) =>
        ask(() =>
          [...chain.escrowsAt(toBlock).values()]
            .filter(({ payer }) => payer === account)
            .map(({ fileHash, salt, deadline, allocations }) => ({
              fileHash,
              salt,
              deadline,
              seeders: [...allocations.keys()],
            })),
        ),
    }
  }
}
