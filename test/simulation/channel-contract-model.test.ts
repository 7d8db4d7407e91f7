import { expect } from 'chai'
import { deployPaymentChannel } from '../../src/chain/deploy.ts'
import { decodeChannelEvent } from '../../src/chain/payment-channel-events.ts'
import { paymentChannelInterface as abi } from '../../src/chain/payment-channel-interface.ts'
import { encodeSaltedAddress as salted } from '../../src/chain/salted-words.ts'
import { createTransactionQueue } from '../../src/chain/transaction-queue.ts'
import type { OnChainChannel, RedeemItem } from '../../src/channel/channel-contract.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signClose, signVoucher } from '../../src/channel/voucher.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { toHex } from '../../src/domain/bytes.ts'
import type { Address, ChannelId } from '../../src/domain/ids.ts'
import type { ChannelKey } from '../../src/domain/voucher.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { Signer } from '../../src/system/signer.ts'
import { mine, startTestChain, type TestChain, wellKnownSigner } from '../chain/support/test-chain.ts'
import { Chance } from './chance.ts'
import { type ContractCall, type ContractRules, callContract } from './channel-contract-model.ts'

const SEQUENCES = 150
const CALLS = 12
const WINDOW = { seconds: 60, blocks: 6 }
const TIMEOUT_MS = 600_000
const GAS = 400_000n

describe('simulation/channel-contract-model', () => {
  let test: TestChain
  let contract: Address
  let rules: ContractRules
  const parties = [wellKnownSigner(3), wellKnownSigner(4), wellKnownSigner(5)]

  before(async function () {
    this.timeout(TIMEOUT_MS)
    test = await startTestChain()
    const { client, directory } = test
    const shared = { clock: systemClock, log: silentLogger, failPoints: noFailPoints }
    const database = openDatabase(':memory:')
    const queue = createTransactionQueue({ ...shared, database, client, signer: wellKnownSigner(0) })
    contract = (await deployPaymentChannel({ client, queue, log: silentLogger }, { folder: directory, window: WINDOW }))
      .address
    await queue.stop()
    await client.request('evm_setAutomine', [false])
    const domain = signingDomain(client.identity.chainId, contract)
    rules = { domain, windowSeconds: WINDOW.seconds, windowBlocks: WINDOW.blocks }
  })

  after(() => test.stop())

  it(`does what the bytecode does, call for call, in ${SEQUENCES} random sequences`, async function () {
    this.timeout(TIMEOUT_MS)
    const seen = new Map<string, number>()
    for (let sequence = 0; sequence < SEQUENCES; sequence++)
      await runSequence(new Chance(`calls ${sequence}`), sequence, seen)
    // Every kind of call went through, and was refused, often enough to mean something.
    const kinds = ['open', 'topUp', 'requestClose', 'withdraw', 'redeem', 'close', 'closeAgreed']
    for (const kind of kinds)
      for (const outcome of ['success', 'reverted'])
        expect(seen.get(`${kind} ${outcome}`), `${kind} ${outcome}`).to.be.above(2)
    for (const kind of ['redeemMany', 'closeMany']) expect(seen.get(`${kind} success`), kind).to.be.above(2)
  })

  async function runSequence(chance: Chance, sequence: number, seen: Map<string, number>): Promise<void> {
    const { client } = test
    const salts = [BigInt(sequence) * 10n, BigInt(sequence) * 10n + 1n]
    let channels: ReadonlyMap<ChannelId, OnChainChannel> = new Map()
    for (let step = 0; step < CALLS; step++) {
      if (chance.happens(0.3)) await pass(chance)
      const sender = chance.pick(parties)
      const call = anyCall(chance, { sender, salts, channels })
      const { receipt, timestamp, moved } = await send(sender, call)
      const { blockNumber } = receipt
      const effect = callContract(rules, channels, call, { sender: sender.address, blockNumber, timestamp })
      seen.set(`${call.kind} ${receipt.status}`, (seen.get(`${call.kind} ${receipt.status}`) ?? 0) + 1)
      expect(receipt.status, call.kind).to.equal(effect === undefined ? 'reverted' : 'success')
      const before = channels.keys()
      channels = effect?.channels ?? channels

      for (const channelId of new Set([...before, ...channels.keys()]))
        expect(await onChain(channelId), call.kind).to.deep.equal(channels.get(channelId))
      const logs = await client.logs({ address: contract, fromBlock: blockNumber, toBlock: blockNumber })
      const events = logs.map(decodeChannelEvent).filter((event) => event !== undefined)
      const plain = events.map(
        ({ blockHash: _, transactionHash: __, logIndex: ___, blockNumber: ____, ...event }) => event,
      )
      expect(plain, call.kind).to.have.deep.members([...(effect?.events ?? [])])
      for (const { address } of parties) {
        const paid = (effect?.payouts ?? []).reduce(
          (sum, payout) => sum + (payout.to === address ? payout.amount : 0n),
          0n,
        )
        const spent =
          address === sender.address ? receipt.gasUsed * receipt.effectiveGasPrice + (effect?.value ?? 0n) : 0n
        expect(moved.get(address), `${call.kind}: coin of ${address}`).to.equal(paid - spent)
      }
    }
  }

  /** Time, or blocks, or both go by. */
  async function pass(chance: Chance): Promise<void> {
    await test.client.request('evm_increaseTime', [chance.pick([1, 30, WINDOW.seconds, WINDOW.seconds])])
    await mine(test.client, chance.pick([1, 3, WINDOW.blocks, WINDOW.blocks]))
  }

  async function send(sender: Signer, call: ContractCall) {
    const { client } = test
    const before = await balances()
    const transaction = {
      from: sender.address,
      to: contract,
      data: encodeCall(call),
      gas: hex(GAS),
      value: hex('value' in call ? call.value : 0n),
    }
    const hash = String(await client.request('eth_sendTransaction', [transaction]))
    await mine(client, 1)
    const receipt = await client.receipt(hash)
    if (receipt === undefined) throw new Error(`${call.kind} was not mined`)
    const block = await client.block(receipt.blockNumber)
    const after = await balances()
    const moved = new Map([...after].map(([address, balance]) => [address, balance - (before.get(address) ?? 0n)]))
    return { receipt, timestamp: block?.timestamp ?? 0, moved }
  }

  async function balances(): Promise<Map<Address, bigint>> {
    const entries = parties.map(async ({ address }) => [address, await test.client.balance(address)] as const)
    return new Map(await Promise.all(entries))
  }

  async function onChain(channelId: ChannelId): Promise<OnChainChannel | undefined> {
    const data = await test.client.call({ to: contract, data: abi.encodeFunctionData('channel', [channelId]) })
    const [deposit, settled, closeAt, closeBlock] = abi.decodeFunctionResult('channel', data)
    if (BigInt(deposit) === 0n) return undefined
    const amounts = { deposit: wei(BigInt(deposit)), settled: wei(BigInt(settled)) }
    return { ...amounts, closeAt: Number(closeAt), closeBlock: Number(closeBlock) }
  }

  /** Mostly a call that makes sense on a channel that is there. */
  function anyCall(
    chance: Chance,
    state: { sender: Signer; salts: readonly bigint[]; channels: ReadonlyMap<ChannelId, OnChainChannel> },
  ): ContractCall {
    const { sender, salts, channels } = state
    const other = chance.pick(parties)
    const salt = chance.pick(salts)
    const value = wei(BigInt(chance.pick([0, 1, 50, 100])))
    const owed = anyKey(chance, { salts, channels, payee: chance.happens(0.8) ? sender : other })
    const own = anyKey(chance, { salts, channels, payer: chance.happens(0.8) ? sender : other })
    const kinds: (() => ContractCall)[] = [
      () => ({ kind: 'open', payee: other.address, salt, value }),
      () => ({ kind: 'topUp', payee: own.payee, salt: own.salt, value }),
      () => ({ kind: 'requestClose', payee: own.payee, salt: own.salt }),
      () => ({ kind: 'withdraw', ...own }),
      () => ({ kind: 'redeem', payee: owed.payee, item: anyItem(chance, owed) }),
      () => ({ kind: 'redeemMany', payee: owed.payee, items: [anyItem(chance, owed), anyItem(chance, owed)] }),
      () => ({ kind: 'close', item: anyItem(chance, owed) }),
      () => ({ kind: 'closeMany', items: [anyItem(chance, owed), anyItem(chance, owed)] }),
      () => {
        const settled = wei(BigInt(chance.integer(0, 120)))
        const signer = chance.happens(0.8) ? signerOf(sender.address === owed.payer ? owed.payee : owed.payer) : other
        const { signature } = signClose(rules.domain, signer, { channelId: channelIdOf(owed), settled })
        return { kind: 'closeAgreed', ...owed, settled, signature }
      },
    ]
    const isClosing = [...channels.values()].some(({ closeAt }) => closeAt > 0)
    const wanted =
      channels.size === 0 ? kinds.slice(0, 1) : isClosing && chance.happens(0.5) ? kinds.slice(2, 5) : kinds
    return chance.pick(wanted)()
  }

  function anyKey(
    chance: Chance,
    options: {
      salts: readonly bigint[]
      channels: ReadonlyMap<ChannelId, OnChainChannel>
      payer?: Signer
      payee?: Signer
    },
  ): ChannelKey {
    const keys = parties.flatMap((payer) =>
      parties.flatMap((payee) => options.salts.map((salt) => ({ payer: payer.address, payee: payee.address, salt }))),
    )
    const fitting = keys.filter(
      (key) =>
        options.channels.has(channelIdOf(key)) &&
        key.payer === (options.payer?.address ?? key.payer) &&
        key.payee === (options.payee?.address ?? key.payee),
    )
    return chance.pick(fitting.length > 0 ? fitting : keys)
  }

  function anyItem(chance: Chance, key: ChannelKey): RedeemItem {
    const cumulativeAmount: Wei = wei(BigInt(chance.integer(0, 150)))
    const signer = chance.happens(0.85) ? signerOf(key.payer) : chance.pick(parties)
    const { signature } = signVoucher(rules.domain, signer, { channelId: channelIdOf(key), cumulativeAmount })
    return { payer: key.payer, salt: key.salt, cumulativeAmount, signature }
  }

  function signerOf(address: Address): Signer {
    const signer = parties.find((party) => party.address === address)
    if (signer === undefined) throw new Error(`${address} is nobody's`)
    return signer
  }
})

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}

function encodeItem({ payer, salt, cumulativeAmount, signature }: RedeemItem) {
  return { saltAndPayer: salted(payer, salt), cumulativeAmount, signature: `0x${toHex(signature)}` }
}

function encodeCall(call: ContractCall): string {
  const bytes = (value: Uint8Array): string => `0x${toHex(value)}`
  switch (call.kind) {
    case 'transfer':
    case 'payBatch':
      throw new Error(`${call.kind} is no call of the contract`)
    case 'open':
      return abi.encodeFunctionData('open', [salted(call.payee, call.salt)])
    case 'topUp':
      return abi.encodeFunctionData('topUp', [salted(call.payee, call.salt)])
    case 'requestClose':
      return abi.encodeFunctionData('requestClose', [salted(call.payee, call.salt)])
    case 'withdraw':
      return abi.encodeFunctionData('withdraw', [call.payer, salted(call.payee, call.salt)])
    case 'redeem': {
      const { payer, salt, cumulativeAmount, signature } = call.item
      return abi.encodeFunctionData('redeem', [payer, salted(call.payee, salt), cumulativeAmount, bytes(signature)])
    }
    case 'redeemMany':
      return abi.encodeFunctionData('redeemMany', [call.payee, call.items.map(encodeItem)])
    case 'close': {
      const { payer, salt, cumulativeAmount, signature } = call.item
      return abi.encodeFunctionData('close', [salted(payer, salt), bytes(signature), cumulativeAmount])
    }
    case 'closeMany':
      return abi.encodeFunctionData('closeMany', [call.items.map(encodeItem)])
    case 'closeAgreed': {
      const { payer, payee, salt, settled, signature } = call
      return abi.encodeFunctionData('closeAgreed', [payer, salted(payee, salt), settled, bytes(signature)])
    }
  }
}
