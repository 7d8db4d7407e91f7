import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'

/** An hour, and what an hour holds of 15-second blocks. Both must pass before what is allocated goes back (docs/specs/04-escrow.md). */
const GRACE_SECONDS = 3600
const GRACE_BLOCKS = 240

export default buildModule('Escrow', (module) => {
  const graceSeconds = module.getParameter('graceSeconds', GRACE_SECONDS)
  const graceBlocks = module.getParameter('graceBlocks', GRACE_BLOCKS)
  return { escrow: module.contract('Escrow', [graceSeconds, graceBlocks]) }
})
