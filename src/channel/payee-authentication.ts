import type { Wei } from '../domain/amount.ts'
import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId, PeerIdText } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { SigningDomain } from '../system/eip712.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Signer } from '../system/signer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { channelIdOf } from './channel-id.ts'
import { lookUpChannel } from './channel-lookup.ts'
import { isHelloSigned } from './hello.ts'
import { ChannelPayeeAccount } from './payee-account.ts'
import { loadPayeePair, savePayeePair } from './payee-books.ts'
import type { PayeeConnections } from './payee-connections.ts'
import type { PayeeSettlement } from './payee-settlement.ts'
import { stepPayeeSurely } from './payee-step.ts'
import { type SignedBy, signedByKey, signedByWallet } from './signed-by.ts'
import type { ReadDoubt } from './snapshot.ts'
import { rememberChannel, savePeer } from './store.ts'

/** What a payer shows in HELLO; see `ChannelProof` and `HelloChallenge` in src/in-band/payments.ts. */
export interface ChannelProof {
  readonly channel: ChannelKey
  readonly signature: Uint8Array
}
export interface Challenge {
  readonly payerPeerId: PeerIdText
  readonly payeePeerId: PeerIdText
  readonly nonce: Uint8Array
}

export interface AuthenticationContext {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly clock: Clock
  readonly failPoints: FailPoints
  readonly domain: SigningDomain
  readonly rule: ConfirmationRule
  readonly creditCapTotal: Wei
  readonly settlement: PayeeSettlement
  readonly refresh: (channelId: ChannelId) => Promise<void>
  readonly doubt: ReadDoubt
  readonly connections: PayeeConnections
  /** Whether payers that are contracts are served (ERC-1271). */
  readonly contractWallets: boolean
  readonly plainPayers: Set<Address>
}

/** Lets a payer in that proved its key and has a channel to this payee on chain. */
export async function authenticateChannel(
  context: AuthenticationContext,
  proof: ChannelProof,
  challenge: Challenge,
): Promise<ChannelPayeeAccount> {
  const { database, connections, rule } = context
  const { payer, salt } = proof.channel
  const { channelId, wallet, signedByPayer } = await prove(context, proof, challenge)

  const snapshot = await lookUpChannel(context, channelId)
  await database.write((connection) => {
    rememberChannel(connection, 'payee', { channelId, counterparty: payer, salt })
    savePeer(connection, 'payee', payer, challenge.payerPeerId)
    const before = loadPayeePair(connection, payer)
    const judged = connections.begin(before)
    const { state } = stepPayeeSurely(judged, { type: 'channelShown', channelId, salt, ...rule, snapshot })
    savePayeePair(connection, before, state)
  })
  connections.began(payer)
  return new ChannelPayeeAccount(
    {
      database,
      domain: context.domain,
      signedByPayer,
      inTurns: wallet,
      clock: context.clock,
      failPoints: context.failPoints,
      creditCapTotal: context.creditCapTotal,
      splitSuspected: () => context.doubt() !== undefined,
      refresh: context.refresh,
      closeChannel: context.settlement.close,
      onEnded: connections.ended,
    },
    { payer, channelId },
  )
}

interface Proven {
  readonly channelId: ChannelId
  /** Is the payer a contract? */
  readonly wallet: boolean
  readonly signedByPayer: SignedBy
}

async function prove(context: AuthenticationContext, proof: ChannelProof, challenge: Challenge): Promise<Proven> {
  const { contract, domain, plainPayers } = context
  const { payer } = proof.channel
  const channelId = namedChannel(context, proof)
  const wallet = !plainPayers.has(payer) && (await contract.hasCode(payer))
  if (wallet && !context.contractWallets)
    throw new ChiralError('PAYER_IS_CONTRACT', `The payer ${payer} is a contract: pay from an account with a key.`, {
      details: { payer },
    })
  const signedByPayer = wallet ? signedByWallet(contract, payer) : signedByKey(payer)
  if (!(await isHelloSigned(domain, { ...challenge, channelId }, proof.signature, signedByPayer)))
    throw invalid(`The HELLO is not signed by ${payer} for these two peers and this nonce.`, { payer })
  if (!wallet) plainPayers.add(payer)
  return { channelId, wallet, signedByPayer }
}

function namedChannel({ signer }: AuthenticationContext, { channel }: ChannelProof): ChannelId {
  const { payee } = channel
  if (payee !== signer.address) throw invalid(`The channel pays ${payee}, not ${signer.address}.`, { payee })
  try {
    return channelIdOf(channel)
  } catch (cause) {
    throw invalid('The salt of the channel does not fit 96 bits.', { cause: String(cause) })
  }
}

function invalid(message: string, details: Record<string, unknown>): ChiralError {
  return new ChiralError('HELLO_INVALID', message, { details })
}
