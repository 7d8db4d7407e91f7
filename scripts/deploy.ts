/**
 * npx hardhat run scripts/deploy.ts --network <name>
 *
 * Networks are in hardhat.config.ts; `--network chiral` takes any chain from CHIRAL_RPC_URL and CHIRAL_DEPLOYER_KEY.
 */
import { join } from 'node:path'
import { config, network } from 'hardhat'
import { ChiralError } from '../src/domain/errors.ts'
import { deployContracts } from './deployment.ts'

const connection = await network.create()
try {
  const { record, recorded } = await deployContracts(connection, join(config.paths.ignition, 'deployments'))
  console.log(JSON.stringify(record, null, 2))
  if (!recorded)
    console.error('This chain ends with this process, so nothing was recorded: name another with --network.')
} catch (error) {
  // Hardhat words its own errors; ours it would call unexpected.
  if (!(error instanceof ChiralError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await connection.close()
}
