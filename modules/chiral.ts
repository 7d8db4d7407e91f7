import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import escrowModule from './escrow.ts'
import paymentChannelModule from './payment-channel.ts'

/** Every contract of a chain. What was deployed by one of the modules alone counts here too: the names in Ignition's journal are the same. */
export default buildModule('Chiral', (module) => ({
  ...module.useModule(paymentChannelModule),
  ...module.useModule(escrowModule),
}))
