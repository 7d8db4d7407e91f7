import { Signature, Transaction } from 'ethers'
import type { Wei } from '../domain/amount.ts'
import { fromHex, toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Signer } from '../system/signer.ts'
import type { GasFees } from './fees.ts'
import type { TransactionAttempt } from './transaction-state.ts'

export interface UnsignedTransaction {
  readonly chainId: number
  readonly nonce: number
  /** Absent: creates a contract. */
  readonly to: Address | undefined
  readonly data: string
  readonly value: Wei
  readonly gasLimit: bigint
  readonly fees: GasFees
}

/**
 * Signs for one chain only: EIP-1559, or EIP-155 where there is no base fee. Deterministic (RFC 6979): the same transaction has the
 * same bytes and hash again.
 *
 * @throws ChiralError `CHAIN_UNNAMED`, `SIGNATURE_INVALID`
 */
export function signTransaction(unsigned: UnsignedTransaction, signer: Signer, signedAt: number): TransactionAttempt {
  const { fees, to, ...rest } = unsigned
  // A legacy transaction of chain 0 is one without a chain id: whoever sees it could repeat it on every other chain.
  if (!Number.isSafeInteger(rest.chainId) || rest.chainId < 1)
    throw new ChiralError(
      'CHAIN_UNNAMED',
      `${rest.chainId} is no chain id, and nothing is signed for every chain at once.`,
    )
  const transaction = Transaction.from({
    ...rest,
    to: to ?? null,
    ...(fees.kind === 'legacy'
      ? { type: 0, gasPrice: fees.gasPrice }
      : { type: 2, maxFeePerGas: fees.maxFeePerGas, maxPriorityFeePerGas: fees.maxPriorityFeePerGas }),
  })
  transaction.signature = Signature.from(`0x${toHex(signer.signDigest(fromHex(transaction.unsignedHash)))}`)
  if (transaction.hash === null || transaction.from !== signer.address)
    throw new ChiralError('SIGNATURE_INVALID', `The wallet ${signer.address} did not produce a valid signature.`)
  return { hash: transaction.hash, raw: transaction.serialized, fees, signedAt }
}
