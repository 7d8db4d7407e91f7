import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import type { PresentedResult } from '../../src/channel/payee-presented.ts'
import type { PayeePair } from '../../src/channel/payee-state.ts'
import { signVoucher } from '../../src/channel/voucher.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import type { PresentedVoucher } from '../../src/domain/voucher.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'
import type { Signer } from '../../src/system/signer.ts'
import { CHAIN_ID, CONTRACT_ADDRESS } from './fake-contract.ts'
import { CONFIRMATIONS, chunk, PRICE, payeeSigner, payerSigner, World } from './fixture.ts'

const DOMAIN = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
export const ASKER = '192.0.2.7'
export const SALT = 7n
export const DEPOSIT = wei(1_000n)

export const keyOf = (salt: bigint, signer: Signer = payerSigner) => ({
  payer: signer.address,
  payee: payeeSigner.address,
  salt,
})

export function voucherOf(
  amount: bigint,
  over: { salt?: bigint; signer?: Signer; signedBy?: Signer; domain?: SigningDomain } = {},
): PresentedVoucher {
  const { salt = SALT, signer = payerSigner, signedBy = signer, domain = DOMAIN } = over
  const channel = keyOf(salt, signer)
  const { signature } = signVoucher(domain, signedBy, {
    channelId: channelIdOf(channel),
    cumulativeAmount: wei(amount),
  })
  return { channel, cumulativeAmount: wei(amount), signature }
}

/** A payee with a channel on chain that it has not heard of. */
export async function opened(options: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  const world = new World(options)
  await world.start()
  await world.chain.as(payerSigner.address).open({ ...keyOf(SALT), deposit: DEPOSIT, key: 'by hand' })
  await world.chain.mine(1 + CONFIRMATIONS)
  return world
}

export const pairOf = (world: World): PayeePair =>
  world.payeeDatabase.read((connection) => loadPayeePair(connection, payerSigner.address))
export const run = (first: number, last = first, price: Wei = PRICE) => ({
  fileHash: chunk(0).fileHash,
  first,
  last,
  priceOf: () => price,
})
export async function ask(
  world: World,
  voucher: PresentedVoucher,
  first: number,
  last = first,
): Promise<PresentedResult> {
  return (await world.payee.present(voucher, ASKER)).commit(run(first, last))
}
