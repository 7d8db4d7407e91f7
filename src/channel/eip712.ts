import type { Address } from '../domain/ids.ts'
import { namedDomain, type SigningDomain } from '../system/eip712.ts'

/** The domain of docs/specs/01-voucher.md §3. @param contract The PaymentChannel contract. */
export function signingDomain(chainId: number, contract: Address): SigningDomain {
  return namedDomain({ name: 'ChiralPaymentChannel', version: '1' }, chainId, contract)
}
