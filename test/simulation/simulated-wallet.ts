import type { BatchChain } from '../../src/channel/batches/batch-chain.ts'
import type { ChainHead, ChannelContract, ChannelTransaction } from '../../src/channel/channel-contract.ts'
import type { PaidRecord, SentTransfer, TransferChain } from '../../src/channel/transfers/transfer-chain.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import type { Database } from '../../src/system/database.ts'
import type { ContractCall } from './channel-contract-model.ts'
import { type Life, never } from './life.ts'
import { CHAIN_ID, CONTRACT, type SimulatedChain, type Transaction } from './simulated-chain.ts'

const SCHEMA = [
  'CREATE TABLE simulated_transactions (key TEXT PRIMARY KEY, nonce INTEGER NOT NULL, call TEXT NOT NULL) STRICT',
]
/** What the product's RPC client waits for an answer. */
const RPC_TIMEOUT_MS = 10_000

export interface Wallet {
  readonly contract: ChannelContract
  readonly transfers: TransferChain
  readonly batches: BatchChain
  /** Transactions that are durable and not mined. */
  unmined(): readonly Transaction[]
}

export interface WalletParts {
  readonly life: Life
  readonly database: Database
  readonly chain: SimulatedChain
  readonly account: Address
  /** How long one question to the chain takes; `undefined` while the chain does not answer. */
  readonly rpcMs: () => number | undefined
  /** How long a new head takes to get here; `undefined`: it never does. */
  readonly headMs: () => number | undefined
}

/**
 * The chain as one life of one account sees it. Transactions keep to what `ChannelContract` promises of src/chain/transaction-queue.ts:
 * durable under their key and nonce before they are broadcast, broadcast again until they are mined.
 */
export function createWallet(parts: WalletParts): Wallet {
  const { life, database, chain, account } = parts
  database.migrate('simulated-wallet', SCHEMA)
  const waiting = new Set<() => void>()
  let last: Promise<unknown> = Promise.resolve()

  const ask = <T>(answer: () => T): Promise<T> =>
    life.outside(async () => {
      const ms = parts.rpcMs()
      await life.wait(ms ?? RPC_TIMEOUT_MS)
      if (ms === undefined) throw new ChiralError('CHAIN_UNREACHABLE', 'The chain does not answer.')
      return answer()
    })

  /** All that are durable, by key. */
  const sent = new Map<string, Transaction>()
  for (const row of database.read((connection) => connection.all('SELECT * FROM simulated_transactions'))) {
    const nonce = Number(row['nonce'])
    const call = decodeCall(String(row['call']))
    sent.set(String(row['key']), { nonce, sender: account, hash: hashOf(account, nonce), call })
  }
  const unmined = (): Transaction[] => [...sent.values()].filter(({ hash }) => chain.receipt(hash) === undefined)

  /** Heads arrive late, and some never, but none before an earlier one. */
  let lastHeadAt = 0
  const listeners = new Set<(head: ChainHead) => void>()
  const unsubscribe = chain.onHead((head) => {
    const ms = parts.headMs()
    if (ms === undefined) return
    lastHeadAt = Math.max(lastHeadAt, life.clock.monotonic() + ms)
    life.after(lastHeadAt - life.clock.monotonic(), () => {
      for (const transaction of unmined()) chain.broadcast(transaction)
      for (const check of [...waiting]) check()
      for (const listener of [...listeners]) listener(head)
    })
  })
  life.onEnd(unsubscribe)

  const handleOf = ({ hash }: Transaction): ChannelTransaction & SentTransfer => ({
    hash,
    wait: (confirmations, signal) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const receipt = chain.receipt(hash)
          if (receipt === undefined || chain.head.number < receipt.blockNumber + confirmations) return
          waiting.delete(check)
          resolve({ ...receipt, hash })
        }
        signal?.addEventListener('abort', () => {
          waiting.delete(check)
          reject(signal.reason)
        })
        waiting.add(check)
        check()
      }),
  })

  const sendInTurn = async (key: string, call: ContractCall): Promise<ChannelTransaction & SentTransfer> => {
    const existing = sent.get(key)
    if (existing !== undefined) return handleOf(existing)
    const before = unmined().map((transaction) => transaction.call)
    const effect = await ask(() => chain.estimate(account, call, before))
    if (effect === undefined) throw new ChiralError('TRANSACTION_REVERTED', `The contract refuses ${call.kind}.`)
    const reserved = before.reduce((sum, earlier) => sum + coinOf(earlier) + chain.rules.fee, 0n)
    if (chain.balance(account) < effect.value + chain.rules.fee + reserved)
      throw new ChiralError('INSUFFICIENT_FUNDS', `The wallet ${account} holds too little.`)
    const nextOnChain = chain.nextNonce(account)
    const transaction = await database.write((connection) => {
      const row = connection.get('SELECT max(nonce) AS nonce FROM simulated_transactions')
      const nonce = Math.max(nextOnChain, row?.['nonce'] == null ? 0 : Number(row['nonce']) + 1)
      connection.run('INSERT INTO simulated_transactions VALUES (?, ?, ?)', key, nonce, encodeCall(call))
      return { nonce, sender: account, hash: hashOf(account, nonce), call }
    })
    sent.set(key, transaction)
    await ask(() => chain.broadcast(transaction)).catch(() => undefined) // broadcast again on the next head
    return handleOf(transaction)
  }
  const send = (key: string, call: ContractCall): Promise<ChannelTransaction & SentTransfer> => {
    if (!life.alive) return never()
    const turn = last.then(() => sendInTurn(key, call))
    last = turn.catch(() => undefined)
    return turn
  }

  const contract: ChannelContract = {
    chainId: CHAIN_ID,
    address: CONTRACT,
    head: () => ask(() => chain.head),
    onHead(listener) {
      const own: typeof listener = (head) => listener(head) // the same function may subscribe twice
      listeners.add(own)
      return () => listeners.delete(own)
    },
    blockHash: (number) => ask(() => chain.blockHash(number)),
    hasCode: () => ask(() => false),
    isValidSignature: () => ask(() => false),
    channel: (channelId, atBlock) => ask(() => chain.channelAt(channelId, atBlock)),
    events: (range) => ask(() => chain.events(range)),
    feeCeiling: async () => wei(chain.rules.fee * 2n),
    open: ({ payee, salt, deposit, key }) => send(key, { kind: 'open', payee, salt, value: deposit }),
    topUp: ({ payee, salt, amount, key }) => send(key, { kind: 'topUp', payee, salt, value: amount }),
    requestClose: ({ payee, salt, key }) => send(key, { kind: 'requestClose', payee, salt }),
    withdraw: ({ payer, payee, salt, key }) => send(key, { kind: 'withdraw', payer, payee, salt }),
    redeem: ({ payee, item, key }) => send(key, { kind: 'redeem', payee, item }),
    redeemMany: ({ payee, items, key }) => send(key, { kind: 'redeemMany', payee, items }),
    close: ({ item, key }) => send(key, { kind: 'close', item }),
    closeMany: ({ items, key }) => send(key, { kind: 'closeMany', items }),
    closeAgreed: ({ payer, payee, salt, settled, signature, key }) =>
      send(key, { kind: 'closeAgreed', payer, payee, salt, settled, signature }),
  }
  const transfers: TransferChain = {
    chainId: CHAIN_ID,
    head: contract.head,
    onHead: contract.onHead,
    feeCeiling: async () => wei(chain.rules.fee * 2n),
    find: (hash) =>
      ask(() => {
        const found = chain.transaction(hash)
        if (found === undefined) return undefined
        const { sender: from, call } = found
        const to = call.kind === 'transfer' ? call.payee : CONTRACT
        const data = call.kind === 'transfer' ? fromHex(call.fileHash) : new Uint8Array(4)
        const mined = chain.receipt(hash)
        const paid = call.kind === 'payBatch' ? { paid: mined === undefined ? [] : recordsOf(found) } : {}
        return { from, to, amount: coinOf(call), data, chainId: CHAIN_ID, mined, ...paid }
      }),
    send: ({ payee, fileHash, amount, key }) => send(key, { kind: 'transfer', payee, fileHash, value: amount }),
    sent(key) {
      const transaction = sent.get(key)
      return transaction === undefined ? undefined : handleOf(transaction)
    },
  }
  const batches: BatchChain = {
    onHead: contract.onHead,
    feeCeiling: () => ask(() => wei(chain.rules.fee * 2n)),
    payBatch({ payments, key }) {
      const value = wei(payments.reduce((sum, { amount }) => sum + amount, 0n))
      const named = payments.map(({ payee, fileHash, amount }) => ({ payee, fileHash, amount }))
      return send(key, { kind: 'payBatch', payments: named, value })
    },
    sent: transfers.sent,
    paidIn: ({ hash }) =>
      ask(() => {
        const found = chain.transaction(hash)
        return found === undefined ? [] : recordsOf(found)
      }),
  }
  return { contract, transfers, batches, unmined }
}

function recordsOf({ sender: payer, call }: Transaction): PaidRecord[] {
  return call.kind === 'payBatch' ? call.payments.map((payment) => ({ payer, ...payment })) : []
}

function coinOf(call: ContractCall): Wei {
  return 'value' in call ? call.value : wei(0n)
}

function encodeCall(call: ContractCall): string {
  return JSON.stringify(call, (_, value: unknown) => {
    if (typeof value === 'bigint') return { wei: value.toString() }
    return value instanceof Uint8Array ? { hex: toHex(value) } : value
  })
}

function decodeCall(text: string): ContractCall {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('wei' in value) return BigInt(String(value.wei))
    return 'hex' in value ? fromHex(String(value.hex)) : value
  })
}

/** Not a hash, and as unique: 20 bytes of account and 12 of nonce. */
function hashOf(account: Address, nonce: number): string {
  return `${account.toLowerCase()}${nonce.toString(16).padStart(24, '0')}`
}
