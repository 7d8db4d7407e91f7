import { equalBytes, fromHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import { escrowImmutableReferences, escrowRuntimeBytecode } from './abi/escrow.ts'
import { paymentChannelImmutableReferences, paymentChannelRuntimeBytecode } from './abi/payment-channel.ts'
import type { ChainClient } from './client.ts'
import { escrowDomainSeparatorOf, escrowInterface } from './escrow-interface.ts'
import { paymentChannelInterface as abi, domainSeparatorOf } from './payment-channel-interface.ts'

/** How long a payee has to redeem after a close request: both parts must pass (docs/specs/02-channel.md). */
export interface DisputeWindow {
  readonly seconds: number
  readonly blocks: number
}

/** What we deploy with, and the shortest window we trust on a chain whose coin is worth something. */
export const DEFAULT_DISPUTE_WINDOW: DisputeWindow = { seconds: 3600, blocks: 240 }
/** Where a test wants a window to pass while it waits. */
const SHORTEST_WINDOW: DisputeWindow = { seconds: 1, blocks: 1 }

/**
 * Makes sure that `address` holds exactly our PaymentChannel, so that what its events and views say is true: the code is compared
 * with constructor constants masked, and the constants are then checked through the views that return them.
 *
 * @returns its dispute window
 * @throws ChiralError `CONTRACT_MISMATCH`, `CHAIN_UNREACHABLE`
 */
export async function verifyContract(client: ChainClient, address: Address): Promise<DisputeWindow> {
  const differs = await differenceOf(client, address, {
    runtimeBytecode: paymentChannelRuntimeBytecode,
    immutables: paymentChannelImmutableReferences,
  })
  if (differs !== undefined) throw mismatch(client, address, differs)
  const [separator, disputeWindow] = await Promise.all([
    client.call({ to: address, data: abi.encodeFunctionData('domainSeparator') }),
    client.call({ to: address, data: abi.encodeFunctionData('DISPUTE_WINDOW') }),
  ])
  // Anyone can put our code on chain with constants of their own; vouchers signed for us would mean nothing to it.
  if (separator !== domainSeparatorOf(client.identity.chainId, address))
    throw mismatch(client, address, 'it was made to accept signatures for another contract')
  const [seconds, blocks] = abi.decodeFunctionResult('DISPUTE_WINDOW', disputeWindow)
  const window = { seconds: Number(seconds), blocks: Number(blocks) }
  const shortest = client.parameters.testCoin ? SHORTEST_WINDOW : DEFAULT_DISPUTE_WINDOW
  if (window.seconds < shortest.seconds || window.blocks < shortest.blocks)
    throw mismatch(
      client,
      address,
      `its dispute window of ${window.seconds} s and ${window.blocks} blocks is too short`,
    )
  return window
}

/**
 * The same for the Escrow.
 *
 * @returns its grace period
 * @throws ChiralError `CONTRACT_MISMATCH`, `CHAIN_UNREACHABLE`
 */
export async function verifyEscrow(client: ChainClient, address: Address): Promise<DisputeWindow> {
  const differs = await differenceOf(client, address, {
    runtimeBytecode: escrowRuntimeBytecode,
    immutables: escrowImmutableReferences,
  })
  if (differs !== undefined) throw mismatch(client, address, differs, 'Escrow')
  const read = (view: 'DOMAIN_SEPARATOR' | 'GRACE_SECONDS' | 'GRACE_BLOCKS'): Promise<string> =>
    client.call({ to: address, data: escrowInterface.getFunction(view).selector })
  const [separator, ...grace] = await Promise.all([
    read('DOMAIN_SEPARATOR'),
    read('GRACE_SECONDS'),
    read('GRACE_BLOCKS'),
  ])
  if (separator !== escrowDomainSeparatorOf(client.identity.chainId, address))
    throw mismatch(client, address, 'it was made to accept signatures for another contract', 'Escrow')
  const [seconds = 0, blocks = 0] = grace.map(Number)
  const shortest = client.parameters.testCoin ? SHORTEST_WINDOW : DEFAULT_DISPUTE_WINDOW
  if (seconds < shortest.seconds || blocks < shortest.blocks)
    throw mismatch(client, address, `its grace period of ${seconds} s and ${blocks} blocks is too short`, 'Escrow')
  return { seconds, blocks }
}

/** How the code at `address` differs from ours, constructor constants aside. */
async function differenceOf(
  client: ChainClient,
  address: Address,
  ours: { readonly runtimeBytecode: string; readonly immutables: ImmutableReferences },
): Promise<string | undefined> {
  const code = await client.code(address)
  if (code.byteLength === 0) return 'there is no contract there'
  if (equalBytes(maskImmutables(code, ours.immutables), fromHex(ours.runtimeBytecode))) return undefined
  return 'another contract is there, or another version of ours'
}

type ImmutableReferences = readonly { readonly start: number; readonly length: number }[]

/** The code of a deployed contract with zeros where its constructor put constants; shorter code is returned as it is. */
function maskImmutables(code: Uint8Array, immutables: ImmutableReferences): Uint8Array {
  const masked = code.slice()
  for (const { start, length } of immutables) masked.fill(0, start, start + length)
  return masked
}

function mismatch(client: ChainClient, address: Address, reason: string, name = 'PaymentChannel'): ChiralError {
  const { chainId } = client.identity
  return new ChiralError(
    'CONTRACT_MISMATCH',
    `${address} on chain ${chainId} is not the ${name} contract of this version: ${reason}. Nothing is paid into it.`,
    { details: { address, chainId, reason } },
  )
}
