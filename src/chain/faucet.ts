import { HDNodeWallet } from 'ethers'
import { formatCoins, type Wei } from '../domain/amount.ts'
import { bytesToBigint, fromHex } from '../domain/bytes.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import { type Clock, delay } from '../system/clock.ts'
import { keepAlive } from '../system/keep-alive.ts'
import { type Random, systemRandom } from '../system/random.ts'
import { createSigner, type Signer } from '../system/signer.ts'
import type { ChainClient } from './client.ts'
import { type GasFees, maxPrice } from './fees.ts'
import type { ChainReceipt } from './rpc-values.ts'
import { signTransaction } from './transaction-signing.ts'

/**
 * The words every Ethereum development tool prefunds accounts of. Everybody knows them: coins there belong to everybody, so they are
 * used on test-coin chains alone.
 */
const WELL_KNOWN_PHRASE = 'test test test test test test test test test test test junk'
/** The last of the ten accounts, so that whoever uses the first ones for deploying does not take our nonces. */
const FAUCET_PATH = "m/44'/60'/0'/0/9"
const TRANSFER_GAS = 21_000n
/** Everybody uses the same account: another's transaction may take the nonce between our look and our sending. */
const MAX_TRIES = 10
/** A chain with 15 s blocks has mined it by then; on the development chain it takes milliseconds. */
const MINED_TIMEOUT_MS = 120_000
const RECEIPT_POLL_MS = 100

/**
 * Two that ask at once for the same amount would sign the very same bytes, and both take the one transaction for their own. So each
 * puts random digits into the highest price it would pay, which the chain does not charge.
 */
const PRICE_NOISE_BYTES = 4

/** A gift of test coin that arrived. */
export interface Funding {
  readonly transactionHash: string
  readonly from: Address
  readonly amount: Wei
  readonly blockNumber: number
}

/** The public test account; a genesis that wants `wallet fund` to work gives it coins. */
export function faucetSigner(): Signer {
  return createSigner(fromHex(HDNodeWallet.fromPhrase(WELL_KNOWN_PHRASE, '', FAUCET_PATH).privateKey))
}

export interface FaucetDependencies {
  readonly client: ChainClient
  readonly clock: Clock
  readonly random?: Random
}

/**
 * Sends test coin from the public test account and waits until it has arrived.
 *
 * @throws ChiralError `FUND_REFUSED` on a chain whose coin is worth something, or when the account is empty; `FUND_FAILED`
 */
export async function fundAccount(
  dependencies: FaucetDependencies,
  options: { readonly to: Address; readonly amount: Wei; readonly signal?: AbortSignal },
): Promise<Funding> {
  const { client } = dependencies
  const { chainId } = client.identity
  if (!client.parameters.testCoin)
    throw new ChiralError(
      'FUND_REFUSED',
      `Chain ${chainId} has no free coins: only test chains do. Ask somebody to send you some.`,
      {
        details: { chainId },
      },
    )
  const signer = faucetSigner()
  for (let tries = 1; ; tries++) {
    const receipt = await tryToSend(dependencies, signer, options)
    if (receipt?.status === 'success')
      return {
        transactionHash: receipt.transactionHash,
        from: signer.address,
        amount: options.amount,
        blockNumber: receipt.blockNumber,
      }
    if (receipt !== undefined || tries === MAX_TRIES)
      throw new ChiralError(
        'FUND_FAILED',
        `The test account ${signer.address} could not send to ${options.to}: try again.`,
        {
          details: { chainId, to: options.to },
        },
      )
  }
}

/** `undefined` when another's transaction took the nonce. */
async function tryToSend(
  { client, clock, random = systemRandom }: FaucetDependencies,
  signer: Signer,
  { to, amount, signal }: { readonly to: Address; readonly amount: Wei; readonly signal?: AbortSignal },
): Promise<ChainReceipt | undefined> {
  const [price, nonce, balance] = await Promise.all([
    client.fees(),
    client.transactionCount(signer.address, 'pending'),
    client.balance(signer.address),
  ])
  const fees = withNoise(price, bytesToBigint(random.bytes(PRICE_NOISE_BYTES)))
  if (balance < amount + TRANSFER_GAS * maxPrice(fees))
    throw new ChiralError(
      'FUND_REFUSED',
      `The test account ${signer.address} has only ${formatCoins(balance)} coins: ask for less, or give it coins in the chain's genesis.`,
      { details: { balance: balance.toString(), amount: amount.toString() } },
    )
  const { chainId } = client.identity
  const unsigned = { chainId, nonce, to, data: '0x', value: amount, gasLimit: TRANSFER_GAS, fees }
  const attempt = signTransaction(unsigned, signer, clock.now())
  try {
    await client.broadcast(attempt.raw, { signal })
  } catch (error) {
    if (codeOf(error) === 'NONCE_TOO_LOW' || codeOf(error) === 'FEE_TOO_LOW') return undefined
    throw error
  }
  return keepAlive(mined(client, clock, { hash: attempt.hash, nonce, account: signer.address, signal }))
}

function withNoise(fees: GasFees, noise: bigint): GasFees {
  return fees.kind === 'legacy'
    ? { ...fees, gasPrice: fees.gasPrice + noise }
    : { ...fees, maxFeePerGas: fees.maxFeePerGas + noise }
}

async function mined(
  client: ChainClient,
  clock: Clock,
  sent: {
    readonly hash: string
    readonly nonce: number
    readonly account: Address
    readonly signal: AbortSignal | undefined
  },
): Promise<ChainReceipt | undefined> {
  const until = clock.monotonic() + MINED_TIMEOUT_MS
  while (clock.monotonic() < until) {
    // The count first: a transaction mined in between would otherwise look like another's.
    const count = await client.transactionCount(sent.account, 'latest', { signal: sent.signal })
    const receipt = await client.receipt(sent.hash, { signal: sent.signal })
    if (receipt !== undefined) return receipt
    if (count > sent.nonce) return undefined
    await delay(clock, RECEIPT_POLL_MS, sent.signal)
  }
  throw new ChiralError('FUND_FAILED', 'The test coins were sent but are not mined yet: does the chain mine blocks?')
}
