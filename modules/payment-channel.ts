import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'

/** An hour, and what an hour holds of 15-second blocks. Both must pass before a payer can leave alone (docs/specs/02-channel.md). */
const DISPUTE_WINDOW_SECONDS = 3600
const DISPUTE_WINDOW_BLOCKS = 240

export default buildModule('PaymentChannel', (module) => {
  const windowSeconds = module.getParameter('windowSeconds', DISPUTE_WINDOW_SECONDS)
  const windowBlocks = module.getParameter('windowBlocks', DISPUTE_WINDOW_BLOCKS)
  return { paymentChannel: module.contract('PaymentChannel', [windowSeconds, windowBlocks]) }
})
