import { ChiralError } from '../../domain/errors.ts'
import type { EscrowKey } from '../../domain/receipt.ts'
import type { Voucher } from '../../domain/voucher.ts'
import type { ChainSnapshot, EscrowTerms } from '../channel-state.ts'
import { isEscrowHelloSigned } from '../hello.ts'
import { ChannelPayeeAccount } from '../payee-account.ts'
import type { AuthenticationContext, Challenge } from '../payee-authentication.ts'
import { loadPayeePair, savePayeePair } from '../payee-books.ts'
import { stepPayeeSurely } from '../payee-step.ts'
import { signedByKey } from '../signed-by.ts'
import { readSnapshot } from '../snapshot.ts'
import { findKnownChannel, rememberChannel, savePeer } from '../store.ts'
import { allocationIdOf, MAX_LIFETIME_SECONDS, MIN_LIFETIME_SECONDS } from './allocation.ts'
import type { Escrow, EscrowSite } from './escrow-chain.ts'
import { rememberAllocation } from './escrow-store.ts'
import { releaseAllocation } from './release.ts'
import { allocationReader } from './with-escrows.ts'

/** See `EscrowProof` in src/in-band/payments.ts. */
export interface EscrowProof {
  readonly escrow: EscrowKey
  readonly signature: Uint8Array
}

/** Lets a payer in that locked coin and allocated some of it to this payee. SPEC 04 §11.3 */
export async function authenticateEscrow(
  context: AuthenticationContext & { readonly escrows?: EscrowSite | undefined; readonly acceptEscrows: boolean },
  { escrow: key, signature }: EscrowProof,
  challenge: Challenge,
): Promise<ChannelPayeeAccount> {
  const { database, contract, connections, plainPayers, rule, signer } = context
  const { payer, fileHash, salt } = key
  const escrow = await context.escrows?.find()
  if (escrow === undefined) throw unknown(key, 'this payee knows of no Escrow contract on the chain')
  const { papers } = escrow
  const escrowId = papers.escrowIdOf(key)
  if (!isEscrowHelloSigned(papers.domain, { ...challenge, escrowId }, signature, payer))
    throw new ChiralError(
      'HELLO_INVALID',
      `The HELLO is not signed by ${payer} for this escrow, these two peers and this nonce.`,
      { details: { payer } },
    )
  // Its key signed, and an account that can sign never gets code.
  plainPayers.add(payer)
  const allocationId = allocationIdOf(escrowId, signer.address)
  const known = database.read((connection) => findKnownChannel(connection, 'payee', allocationId))
  // What was begun is ended: the buyer has the rest back by our release.
  if (!context.acceptEscrows && known === undefined)
    throw new ChiralError('ESCROWS_REFUSED', 'This payee takes no payment from escrows: open a channel.')
  if (known?.closed === true)
    throw new ChiralError('CHANNEL_CLOSING', `The escrow ${escrowId} holds nothing more for ${signer.address}.`, {
      details: { escrowId },
    })
  const named = { payer, fileHash, salt, seeder: signer.address }
  const terms = await termsOf(context, escrow, key, { isNew: known === undefined })
  const snapshot = await readSnapshot(allocationReader(contract, escrow, named), allocationId, rule, context.doubt)
  requireAllocated(context, key, snapshot, { isNew: known === undefined })

  await database.write((connection) => {
    rememberAllocation(connection, allocationId, named, papers.domain.contract)
    rememberChannel(connection, 'payee', { channelId: allocationId, counterparty: payer, salt })
    savePeer(connection, 'payee', payer, challenge.payerPeerId)
    const before = loadPayeePair(connection, payer)
    const judged = connections.begin(before)
    const shown = { type: 'channelShown', channelId: allocationId, salt, ...rule, snapshot, escrow: terms } as const
    savePayeePair(connection, before, stepPayeeSurely(judged, shown).state)
  })
  connections.began(payer)
  const isReceipt = ({ cumulativeAmount, signature: signed, delivered }: Voucher): boolean =>
    delivered !== undefined &&
    papers.isReceiptSignedBy(payer, {
      escrowId,
      seeder: signer.address,
      cumulativeAmount,
      ...delivered,
      signature: signed,
    })
  return new ChannelPayeeAccount(
    {
      database,
      domain: context.domain,
      signedByPayer: signedByKey(payer),
      isReceipt,
      inTurns: false,
      clock: context.clock,
      failPoints: context.failPoints,
      creditCapTotal: context.creditCapTotal,
      splitSuspected: () => context.doubt() !== undefined,
      refresh: context.refresh,
      closeChannel: (channelId, agreed) =>
        releaseAllocation({ database, seeder: signer.address, escrow }, { channelId, escrowId, payer, agreed }),
      onEnded: connections.ended,
    },
    { payer, channelId: allocationId },
  )
}

/** SPEC 04 §11.3: "The payee MUST refuse an escrow that ends too soon, or too late, when it sees it first". */
async function termsOf(
  { contract }: AuthenticationContext,
  { chain, papers }: Escrow,
  key: EscrowKey,
  { isNew }: { readonly isNew: boolean },
): Promise<EscrowTerms> {
  const [state, { timestamp }] = await Promise.all([chain.escrow(papers.escrowIdOf(key)), contract.head()])
  if (state === undefined) throw unknown(key, 'the chain shows no such escrow')
  const { deadline } = state
  const lifetime = deadline - timestamp
  if (isNew && (lifetime < MIN_LIFETIME_SECONDS || lifetime > MAX_LIFETIME_SECONDS))
    throw new ChiralError(
      'ESCROW_DEADLINE',
      `The escrow ends in ${lifetime} s: lock one that lasts from ${MIN_LIFETIME_SECONDS} to ${MAX_LIFETIME_SECONDS} s.`,
      { details: { lifetime, minimum: MIN_LIFETIME_SECONDS, maximum: MAX_LIFETIME_SECONDS } },
    )
  return { fileHash: key.fileHash, deadline }
}

function requireAllocated(
  { signer, doubt, rule }: AuthenticationContext,
  key: EscrowKey,
  { head, confirmed }: ChainSnapshot,
  { isNew }: { readonly isNew: boolean },
): void {
  if (head === undefined) throw unknown(key, `nothing of it is allocated to ${signer.address}`)
  if (!isNew || confirmed > 0n) return
  if (doubt() !== undefined)
    throw new ChiralError('SPLIT_SUSPECTED', 'The chain may be split: the escrow is not counted until that is over.')
  throw unknown(key, `what it allocates to ${signer.address} has fewer than ${rule.confirmations} confirmations`)
}

function unknown({ payer, fileHash }: EscrowKey, why: string): ChiralError {
  return new ChiralError('ESCROW_UNKNOWN', `The escrow of ${payer} for ${fileHash} is not counted: ${why}.`, {
    details: { payer, fileHash },
  })
}
