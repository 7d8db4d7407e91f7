/** What building geth needs, decided from what the tools print. No I/O. */

/** core-geth's own lower bound. */
const OLDEST_GO = [1, 21] as const
/** From here on the linker refuses what an old dependency (memsize) does, unless told not to look. */
const FIRST_GO_THAT_CHECKS_LINKNAMES = [1, 23] as const

/**
 * A correction made to the pinned sources before they are built. core-geth subtracts the number of data sets to keep from the epoch,
 * both unsigned: in the first epochs that wraps round, and each mining data set is deleted the moment it is complete. Every start
 * would then make it anew, minutes of all cores.
 */
export const SOURCE_PATCH = {
  file: 'consensus/ethash/ethash.go',
  replacements: [
    ['e <= c.epoch-uint64(limit)', 'e+uint64(limit) <= c.epoch'],
    ['e <= d.epoch-uint64(limit)', 'e+uint64(limit) <= d.epoch'],
  ],
} as const

/** @returns the patched source, or `undefined` when it is not the one the patch was made for */
export function patchSource(source: string): string | undefined {
  let patched = source
  for (const [from, to] of SOURCE_PATCH.replacements) {
    if (patched.split(from).length !== 2) return undefined
    patched = patched.replace(from, to)
  }
  return patched
}

export type GoVerdict =
  | { readonly usable: true; readonly linkerFlags: string }
  | { readonly usable: false; readonly reason: string }

/** @param output What `go version` prints, or `undefined` when there is no Go */
export function judgeGo(output: string | undefined): GoVerdict {
  if (output === undefined) return { usable: false, reason: 'Go is not installed' }
  const found = /\bgo(\d+)\.(\d+)/.exec(output)
  if (found === null) return { usable: false, reason: 'the installed Go does not say its version' }
  const version = [Number(found[1]), Number(found[2])] as const
  if (isOlder(version, OLDEST_GO)) return { usable: false, reason: `Go ${version.join('.')} is older than 1.21` }
  const strict = !isOlder(version, FIRST_GO_THAT_CHECKS_LINKNAMES)
  return { usable: true, linkerFlags: `-s -w${strict ? ' -checklinkname=0' : ''}` }
}

function isOlder(version: readonly [number, number], than: readonly [number, number]): boolean {
  return version[0] !== than[0] ? version[0] < than[0] : version[1] < than[1]
}

/** What Go says of a module proxy that it cannot reach, or that is turned off. */
const UNREACHABLE =
  /dial tcp|no such host|connection refused|connection reset|i\/o timeout|TLS handshake timeout|network is unreachable|module lookup disabled|proxyconnect/

/** Whether Go failed because of the network: then nothing is wrong with the sources. */
export function isUnreachable(errors: string): boolean {
  return UNREACHABLE.test(errors)
}

const RELEASES: Readonly<Record<string, string>> = {
  'linux x64': 'core-geth-linux-v1.12.20.zip',
  'linux arm64': 'core-geth-arm64-v1.12.20.zip',
  'darwin arm64': 'core-geth-osx-v1.12.20.zip',
}

/** What a person can do who lacks what geth is built with, such as Go or a C compiler. */
export function downloadAdvice(system: string, lacking: string): string {
  const archive = RELEASES[system]
  if (archive === undefined) return `install ${lacking}, then run this again`
  return `install ${lacking} and run this again, or download ${archive} from https://github.com/etclabscore/core-geth/releases/tag/v1.12.20, compare it with ${archive}.sha256 beside it, unpack it, and name it with --geth`
}
