import { setting } from './config-setting.ts'
import { onOrOff } from './config-values.ts'

/** By what others may pay this node, beside channels of their own keys. */
export const ACCEPT_SETTINGS = {
  contractWallets: setting({
    key: 'payments.contract_wallets',
    env: 'CHIRAL_CONTRACT_WALLETS',
    schema: onOrOff,
    description:
      'Serve payers that are contracts (ERC-1271): "true" or "false". Their owner can make vouchers worthless that are not redeemed yet, so each may cost redeem_above.',
    standard: 'false',
  }),
  acceptTransfers: setting({
    key: 'payments.accept_transfers',
    env: 'CHIRAL_ACCEPT_TRANSFERS',
    schema: onOrOff,
    description: 'Serve payers that pay by coin transfers instead of a channel: "true" or "false".',
    standard: 'true',
  }),
  acceptEscrow: setting({
    key: 'payments.accept_escrow',
    env: 'CHIRAL_ACCEPT_ESCROW',
    schema: onOrOff,
    description:
      'Serve payers that locked coin for a file in the escrow contract: "true" or "false". The offers say so, and what was begun goes on.',
    standard: 'true',
  }),
} as const
