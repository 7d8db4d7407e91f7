import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { ChiralError } from '../domain/errors.ts'

/** The POSIX platforms @foundry-rs/anvil publishes a program for. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux x64': '@foundry-rs/anvil-linux-amd64',
  'linux arm64': '@foundry-rs/anvil-linux-arm64',
  'darwin x64': '@foundry-rs/anvil-darwin-amd64',
  'darwin arm64': '@foundry-rs/anvil-darwin-arm64',
}

/**
 * Path of the program itself. Its package's launcher script is passed by: it would be one more process to end.
 *
 * @throws ChiralError `DEV_CHAIN_UNSUPPORTED`
 */
export function anvilBinary(system: string = `${platform()} ${arch()}`): string {
  const name = PACKAGES[system]
  if (name === undefined) throw unsupported(system, 'has no build for it')
  const fromHere = createRequire(import.meta.url)
  // The platform packages are dependencies of @foundry-rs/anvil, so they are looked for from there.
  try {
    return createRequire(fromHere.resolve('@foundry-rs/anvil/package.json')).resolve(`${name}/bin/anvil`)
  } catch (cause) {
    throw unsupported(system, `needs the package ${name}, which is not installed`, cause)
  }
}

function unsupported(system: string, reason: string, cause?: unknown): ChiralError {
  return new ChiralError(
    'DEV_CHAIN_UNSUPPORTED',
    `The embedded development chain cannot run on ${system}: anvil ${reason}. Give --rpc with the address of a chain.`,
    { details: { system }, cause },
  )
}
