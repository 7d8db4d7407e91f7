/** What a geth program says of itself, and whether it can mine and follow an Ethash chain with London rules. No I/O. */

export interface GethVersion {
  readonly client: 'core-geth' | 'go-ethereum'
  /** Such as `1.12.20`. */
  readonly version: string
}

export type GethVerdict =
  | { readonly usable: true; readonly version: GethVersion }
  | { readonly usable: false; readonly reason: string }

/** Options only a geth with the Ethash engine has. go-ethereum took them out together with mining. */
const ETHASH_OPTIONS: readonly string[] = ['--mine', '--miner.threads', '--miner.gaslimit', '--ethash.dagdir']
/** The first core-geth tried with this program; older ones lack London or options used here. */
const OLDEST_CORE_GETH = [1, 12, 17] as const
/** go-ethereum has London from 1.10.6, the log options used here from 1.11.0, and no Ethash from 1.12.0. */
const OLDEST_GO_ETHEREUM = [1, 11, 0] as const
const FIRST_GO_ETHEREUM_WITHOUT_ETHASH = [1, 12, 0] as const

/** @param texts What `geth version` and `geth help` print. */
export function judgeGeth(texts: { readonly version: string; readonly help: string }): GethVerdict {
  const version = parseGethVersion(texts.version)
  if (version === undefined) return refuse('it does not answer "version" as geth does')
  const shown = `${version.client} ${version.version}`
  const number = numbersOf(version.version)
  if (version.client === 'go-ethereum' && !isOlder(number, FIRST_GO_ETHEREUM_WITHOUT_ETHASH))
    return refuse(`${shown} cannot mine Ethash: go-ethereum dropped it in 1.12`)
  if (isOlder(number, version.client === 'core-geth' ? OLDEST_CORE_GETH : OLDEST_GO_ETHEREUM))
    return refuse(`${shown} is too old`)
  const missing = ETHASH_OPTIONS.filter((option) => !hasOption(texts.help, option))
  if (missing.length > 0) return refuse(`${shown} does not know ${missing.join(', ')}, so it has no Ethash`)
  return { usable: true, version }
}

/** core-geth calls itself `Core` or `CoreGeth`, go-ethereum `Geth`; both write `Version: 1.12.20-stable` below. */
export function parseGethVersion(output: string): GethVersion | undefined {
  const name = /^(Core|CoreGeth|Geth)\s*$/m.exec(output)?.[1]
  const version = /^Version:\s*v?(\d+\.\d+\.\d+)/m.exec(output)?.[1]
  if (name === undefined || version === undefined) return undefined
  return { client: name === 'Geth' ? 'go-ethereum' : 'core-geth', version }
}

function hasOption(help: string, option: string): boolean {
  return new RegExp(`(^|\\s)${option}(\\s|=|,|$)`, 'm').test(help)
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map(Number)
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  for (const [place, number] of than.entries()) {
    const own = version[place] ?? 0
    if (own !== number) return own < number
  }
  return false
}

function refuse(reason: string): GethVerdict {
  return { usable: false, reason }
}
