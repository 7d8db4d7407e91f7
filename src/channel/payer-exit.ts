import { ChiralError, messageOf } from '../domain/errors.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { channelsOf } from './books.ts'
import type { ChainHead, ChannelContract } from './channel-contract.ts'
import { applyToPayer, listPayerPairs } from './payer-books.ts'
import { findKnownChannel, type KnownChannel } from './store.ts'

export interface PayerExit {
  requestClose(channelId: ChannelId): Promise<string>
  withdraw(channelId: ChannelId): Promise<string>
  /** Withdraws from every channel whose window is over. Never rejects: what failed is tried again on the next head. */
  withdrawDue(head: ChainHead): Promise<void>
}

interface Dependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly log: Logger
}

/** How a payer gets its money back without the payee. */
export function createPayerExit({ database, signer, contract, log }: Dependencies): PayerExit {
  const known = (channelId: ChannelId): KnownChannel => {
    const channel = database.read((connection) => findKnownChannel(connection, 'payer', channelId))
    if (channel !== undefined) return channel
    throw unknownChannel(channelId)
  }
  const sendWithdraw = async (payee: Address, salt: bigint, channelId: ChannelId): Promise<string> => {
    const transaction = await contract.withdraw({ payer: signer.address, payee, salt, key: `withdraw:${channelId}` })
    return transaction.hash
  }
  return {
    async requestClose(channelId) {
      const { counterparty: payee, salt } = known(channelId)
      const outcome = await database.write((connection) =>
        applyToPayer(connection, payee, { type: 'closeDecided', channelId }),
      )
      if (outcome.kind === 'rejection') throw unknownChannel(channelId)
      const transaction = await contract.requestClose({ payee, salt, key: `requestClose:${channelId}` })
      return transaction.hash
    },
    async withdraw(channelId) {
      const { counterparty: payee, salt } = known(channelId)
      const [head, channel] = [await contract.head(), await contract.channel(channelId)]
      if (channel === undefined) throw unknownChannel(channelId)
      if (channel.closeAt === 0 || head.timestamp < channel.closeAt || head.number < channel.closeBlock)
        throw new ChiralError(
          'WINDOW_OPEN',
          `The channel ${channelId} cannot be withdrawn from yet: ${
            channel.closeAt === 0
              ? 'request its close first'
              : `wait ${Math.max(0, channel.closeAt - head.timestamp)} s and ${Math.max(0, channel.closeBlock - head.number)} blocks`
          }.`,
          { details: { channelId, closeAt: channel.closeAt, closeBlock: channel.closeBlock } },
        )
      return sendWithdraw(payee, salt, channelId)
    },
    async withdrawDue(head) {
      for (const pair of database.read(listPayerPairs)) {
        for (const channel of channelsOf(pair)) {
          if (channel.phase !== 'closing' || channel.closeAt === 0) continue
          if (head.timestamp < channel.closeAt || head.number < channel.closeBlock) continue
          try {
            await sendWithdraw(pair.payee, channel.salt, channel.channelId)
          } catch (error) {
            log.warn({ channel_id: channel.channelId, err: error }, `Withdrawing failed: ${messageOf(error)}`)
          }
        }
      }
    },
  }
}

function unknownChannel(channelId: ChannelId): ChiralError {
  return new ChiralError('CHANNEL_UNKNOWN', `There is no open channel ${channelId} that this wallet pays on.`, {
    details: { channelId },
  })
}
