import type { TransferRef } from '../../domain/coin-transfer.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import { SIGNATURE_LENGTH } from '../../system/compact-signature.ts'
import { vouchered } from '../books.ts'
import { transferHelloSigner } from '../hello.ts'
import { ChannelPayeeAccount } from '../payee-account.ts'
import type { AuthenticationContext, Challenge } from '../payee-authentication.ts'
import { findPayeePair, loadPayeePair, savePayeePair } from '../payee-books.ts'
import { stepPayeeSurely } from '../payee-step.ts'
import { signedByKey } from '../signed-by.ts'
import { savePeer } from '../store.ts'
import type { TransferIntake } from './transfer-intake.ts'
import { booksBeginAt, insertCountedTransfer } from './transfer-store.ts'

/** See `TransferProof` in src/in-band/payments.ts. */
export interface TransferProof {
  readonly transfer: TransferRef | undefined
  readonly signature: Uint8Array
  readonly seeksCredit?: boolean
}

/** Lets an account in that pays by coin transfers, and counts the one that it shows. SPEC 01 §10 */
export async function authenticateTransfer(
  context: AuthenticationContext & { readonly transfers: TransferIntake | undefined },
  proof: TransferProof,
  challenge: Challenge,
): Promise<ChannelPayeeAccount> {
  const { database, connections, transfers } = context
  const payer = prove(context, proof, challenge)
  if (transfers === undefined)
    throw new ChiralError('TRANSFERS_REFUSED', 'This payee takes no coin transfers: open a channel.')
  const shown = proof.transfer === undefined ? undefined : await transfers.check(payer, proof.transfer)
  const mayOwe = proof.transfer !== undefined || proof.seeksCredit === true
  if (!mayOwe && vouchered(database.read((connection) => loadPayeePair(connection, payer))) === 0n)
    throw new ChiralError(
      'TRANSFER_UNKNOWN',
      `The account ${payer} has not paid anything here: send a transfer first.`,
      {
        details: { payer },
      },
    )
  await database.write((connection) => {
    // Who only asks leaves no trace: accounts cost nothing to make.
    if (shown === undefined && findPayeePair(connection, payer) === undefined) return
    savePeer(connection, 'payee', payer, challenge.payerPeerId)
    const before = loadPayeePair(connection, payer)
    const judged = connections.begin(before)
    // SPEC 01 §10.2: "A transfer counts once": the same transaction of the database asks whether it did, and counts it.
    const isNew = shown !== undefined && insertCountedTransfer(connection, shown)
    if (!isNew) return savePayeePair(connection, before, judged)
    const isOld = shown.blockNumber <= (booksBeginAt(connection) ?? -1)
    const { state } = stepPayeeSurely(judged, { type: 'transferProved', amount: shown.amount, isOld })
    savePayeePair(connection, before, state)
  })
  connections.began(payer)
  return new ChannelPayeeAccount(
    {
      database,
      domain: context.domain,
      signedByPayer: signedByKey(payer),
      inTurns: false,
      clock: context.clock,
      failPoints: context.failPoints,
      creditCapTotal: context.creditCapTotal,
      splitSuspected: () => context.doubt() !== undefined,
      refresh: context.refresh,
      closeChannel: context.settlement.close,
      onEnded: connections.ended,
    },
    { payer },
  )
}

function prove({ domain }: AuthenticationContext, proof: TransferProof, challenge: Challenge): Address {
  // The sender of a transaction has a key: what only a contract would call its signature proves nothing here.
  if (proof.signature.byteLength !== SIGNATURE_LENGTH)
    throw new ChiralError('PAYER_IS_CONTRACT', 'A transfer is shown by the key that sent it: contracts need a channel.')
  const payer = transferHelloSigner(domain, { ...challenge, transfer: proof.transfer }, proof.signature)
  if (payer === undefined)
    throw new ChiralError('HELLO_INVALID', 'The HELLO is not signed for these two peers and this nonce.')
  return payer
}
