import { parseAddress } from '../domain/ids.ts'

/**
 * The factory that anvil and most public chains have at this address (github.com/Arachnid/deterministic-deployment-proxy). What it
 * deploys has an address made from its code alone, so whoever knows the code finds the contract without being told.
 */
export const DEPLOYMENT_FACTORY = parseAddress('0x4e59b44847b379578588920ca78fbf26c0b4956c')

/** Its code, for a genesis that shall have it from the start. */
export const DEPLOYMENT_FACTORY_CODE =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'
