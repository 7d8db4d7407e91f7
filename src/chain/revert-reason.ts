import { Interface } from 'ethers'
import { ChiralError } from '../domain/errors.ts'
import { paymentChannelAbi } from './abi/payment-channel.ts'

/** Why a contract refused. */
export interface RevertReason {
  /** Name of the custom error, or `Error` / `Panic`; `undefined` when the contract gave no reason. */
  readonly name: string | undefined
  /** In the order of the error's declaration; integers as decimal strings. */
  readonly args: readonly string[]
}

const contract = new Interface(paymentChannelAbi)

/** Decodes revert data by the errors of our contracts, `Error(string)` and `Panic(uint256)`. */
export function decodeRevert(data: string | undefined): RevertReason {
  if (data === undefined || data.length < 10) return { name: undefined, args: [] }
  try {
    const error = contract.parseError(data)
    if (error !== null) return { name: error.name, args: error.args.map(String) }
  } catch {
    // the selector is one of ours by chance, the arguments are not
  }
  return { name: undefined, args: [] }
}

/** `TRANSACTION_REVERTED`, with the custom error's name and arguments in `details`. */
export function transactionReverted(data: string | undefined, cause?: unknown): ChiralError {
  const { name, args } = decodeRevert(data)
  const said = name === undefined ? 'without a reason' : `with ${name}(${args.join(', ')})`
  return new ChiralError(
    'TRANSACTION_REVERTED',
    `The contract refused the transaction ${said}; nothing was paid but gas, if it was mined at all.`,
    { details: { error: name, args, data }, cause },
  )
}
