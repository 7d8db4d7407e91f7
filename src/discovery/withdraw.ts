import { messageOf } from '../domain/errors.ts'
import { type Address, type FileHash, fileHashOf, type PeerIdText, peerIdText } from '../domain/ids.ts'
import type { Signer } from '../system/signer.ts'
import { boundedText, decodeMessage, hexBytes, hexField, readSequence, writeUint } from './fields.ts'
import { Withdraw as WithdrawMessage } from './messages.js'
import type { OfferChain } from './offer.ts'
import { MAX_TEXT_BYTES } from './protocol.ts'
import { openRecord, sealRecord } from './record.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

/** A seeder's word that it no longer serves a file: its offers up to `sequence` are void. */
export interface Withdrawal {
  readonly fileHash: FileHash
  readonly peerId: PeerIdText
  readonly wallet: Address
  readonly sequence: number
}

type ChainOnly = Pick<OfferChain, 'chainId' | 'genesisHash'>

export function signWithdrawal(
  withdrawal: Omit<Withdrawal, 'wallet'> & { readonly chain: ChainOnly },
  signer: Signer,
): Uint8Array {
  const payload = WithdrawMessage.encode({
    fileHash: hexBytes(withdrawal.fileHash),
    peerId: withdrawal.peerId,
    chainId: withdrawal.chain.chainId,
    genesisHash: hexBytes(withdrawal.chain.genesisHash),
    sequence: writeUint(withdrawal.sequence),
  }).finish()
  return sealRecord('withdraw', payload, signer)
}

/** Refusals: `WITHDRAW_MALFORMED`, `WITHDRAW_BAD_SIGNATURE`, `WITHDRAW_OTHER_PEER`, `WITHDRAW_OTHER_CHAIN`. */
export function verifyWithdrawal(
  bytes: Uint8Array,
  context: { readonly fromPeerId: PeerIdText; readonly chain: ChainOnly },
): Verdict<Withdrawal> {
  try {
    const record = openRecord(bytes, 'withdraw')
    if (!record.signed) return refuse('WITHDRAW_BAD_SIGNATURE', 'The withdrawal is not signed by its wallet.')
    const message = decodeMessage(WithdrawMessage.decode, record.payload, 'the withdrawal')
    const withdrawal: Withdrawal = {
      fileHash: fileHashOf(message.fileHash),
      peerId: peerIdText(boundedText(message.peerId, MAX_TEXT_BYTES, 'peer_id')),
      wallet: record.signer,
      sequence: readSequence(message.sequence),
    }
    // SPEC 06 §6: "The reader MUST ignore a withdrawal that comes from any other peer than the one it names."
    if (withdrawal.peerId !== context.fromPeerId)
      return refuse('WITHDRAW_OTHER_PEER', 'The withdrawal belongs to another peer.')
    const genesisHash = hexField(message.genesisHash, 32, 'genesis_hash')
    if (message.chainId !== context.chain.chainId || genesisHash !== context.chain.genesisHash.toLowerCase())
      return refuse('WITHDRAW_OTHER_CHAIN', 'The withdrawal is for another chain.')
    return accept(withdrawal)
  } catch (error) {
    return refuse('WITHDRAW_MALFORMED', `The withdrawal cannot be read: ${messageOf(error)}`)
  }
}
