/** What `./chiral test` runs, and how the counts of each runner are read. No I/O. */

/** Every runner counts its own way; this is what they have in common. */
export type Counts = {
  readonly passed: number
  readonly failed: number
  /** Full titles; an empty string for a runner that only counts. */
  readonly skipped: readonly string[]
  /** Which ones failed, where the runner tells. */
  readonly failures?: readonly Failure[]
  /** The same counts by file, where the runner tells. */
  readonly files?: Readonly<Record<string, FileCounts>>
  /** What kept the process going when its tests had ended, until it was stopped. */
  readonly heldBy?: string
}

export type FileCounts = { readonly passed: number; readonly skipped: readonly string[] }

/** `file`: where it stands; absent for a hook of all files. */
export type Failure = { readonly title: string; readonly message: string; readonly file?: string }

export type Suite = {
  readonly name: string
  /** `contracts`: scripts/contracts.ts, with {@link Suite.parts}. */
  readonly runner: 'hardhat' | 'mocha' | 'contracts'
  readonly parts?: readonly string[]
  /** Folders under test/; one that does not exist is left out. */
  readonly folders: readonly string[]
  /** What it takes on two cores beside another suite, roughly: the longest begin first (lanes.ts). */
  readonly minutes: number
  /** How many it keeps busy; default: 1. */
  readonly cores?: number
  /** What it has for itself while it runs. `build`: Hardhat's build of the contracts in the checkout, which deletes what another one made. */
  readonly holds?: 'build'
  /** When it is taken to hang and is stopped: several times what it needs on two busy cores. */
  readonly timeoutMs: number
  /** Runs only with `--long` or when it is named. */
  readonly long: boolean
  /** Real processes and sockets, which want their share of the machine: see second-try.ts. */
  readonly secondTry?: true
}

const MINUTE_MS = 60_000

export const SUITES: readonly Suite[] = [
  {
    name: 'contracts',
    runner: 'hardhat',
    folders: ['contracts'],
    minutes: 4,
    holds: 'build',
    timeoutMs: 30 * MINUTE_MS,
    long: false,
  },
  {
    name: 'assurance',
    runner: 'contracts',
    parts: ['coverage', 'mutants', 'invariants'],
    folders: [],
    minutes: 7,
    cores: 2,
    timeoutMs: 30 * MINUTE_MS,
    long: false,
  },
  {
    name: 'unit',
    runner: 'mocha',
    folders: [
      'api',
      'bitswap',
      'browser',
      'chain',
      'channel',
      'cli',
      'compliance',
      'content',
      'deploy',
      'discovery',
      'domain',
      'in-band',
      'mutants',
      'network',
      'node',
      'public-protocols',
      'reputation',
      'rpc-proxy',
      'settlement',
      'system',
      'tooling',
      'webrpc',
    ],
    minutes: 4,
    timeoutMs: 20 * MINUTE_MS,
    long: false,
    // Sockets, WebRTC and processes are in it as well.
    secondTry: true,
  },
  { name: 'consumer', runner: 'mocha', folders: ['consumer'], minutes: 1, timeoutMs: 15 * MINUTE_MS, long: false },
  { name: 'simulation', runner: 'mocha', folders: ['simulation'], minutes: 13, timeoutMs: 30 * MINUTE_MS, long: false },
  {
    name: 'integration',
    runner: 'mocha',
    folders: ['integration'],
    minutes: 11,
    timeoutMs: 30 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  // curl, aria2, transmission and miniupnpd, which no npm package holds, and stock WebTorrent.
  {
    name: 'clients',
    runner: 'mocha',
    folders: ['clients'],
    minutes: 4,
    timeoutMs: 20 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  // aMule, which no npm package holds: a download of 25 MB takes it a minute.
  {
    name: 'amule',
    runner: 'mocha',
    folders: ['amule'],
    minutes: 4,
    timeoutMs: 20 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  {
    name: 'browser',
    runner: 'mocha',
    folders: ['page'],
    minutes: 2,
    timeoutMs: 20 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  {
    name: 'e2e',
    runner: 'mocha',
    folders: ['e2e'],
    minutes: 14,
    timeoutMs: 35 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  // The first run in a checkout builds geth and makes its mining data: 10 minutes of two cores.
  {
    name: 'chain',
    runner: 'mocha',
    folders: ['geth'],
    minutes: 10,
    holds: 'build',
    timeoutMs: 45 * MINUTE_MS,
    long: false,
    secondTry: true,
  },
  { name: 'long', runner: 'mocha', folders: ['long'], minutes: 120, timeoutMs: 180 * MINUTE_MS, long: true },
  {
    name: 'long-assurance',
    runner: 'contracts',
    parts: ['slither', 'proofs', 'invariants', '--long'],
    folders: [],
    minutes: 120,
    cores: 2,
    timeoutMs: 180 * MINUTE_MS,
    long: true,
  },
]

/**
 * What a test may do without, because it cannot be installed as a package. Such a test names it in its title and skips
 * itself: `it('[needs geth] mines with Ethash')`. A test skipped for any other reason fails its suite.
 */
const MAY_BE_ABSENT: readonly string[] = ['geth', 'root']

/** Folders under test/ that hold helpers and data, not suites. */
export const FOLDERS_WITHOUT_TESTS: readonly string[] = ['compliance', 'persisted', 'support', 'vectors']

/** The skipped tests that should have run. */
export function findUnexcused(skipped: readonly string[]): string[] {
  return skipped.filter((title) => {
    const needed = /\[needs ([^\]]+)\]/.exec(title)?.[1]
    return needed === undefined || !MAY_BE_ABSENT.includes(needed)
  })
}

/** Decodes what scripts/mocha-summary.cjs wrote; `undefined` when the run ended before it did. */
export function parseMochaSummary(json: string): Counts | undefined {
  try {
    const summary: unknown = JSON.parse(json)
    return isCounts(summary) ? summary : undefined
  } catch {
    return undefined
  }
}

/** Enough of a message to know what happened; all of it stands where the suite ran. */
const MESSAGE_CHARACTERS = 800

/** What failed in a suite, to be repeated after the last of them: who reads only the end of a long run reads this. */
export function describeFailures(suite: string, failures: readonly Failure[] = []): string[] {
  return failures.map(({ title, message }) => {
    const text = stripColors(message).trim()
    const shown = text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)} […]` : text
    return `${suite}: ${title}\n${shown.replace(/^/gm, '    ')}`
  })
}

/**
 * The counts in the closing lines of `hardhat test`, such as `12 passing (8 solidity, 4 mocha)`; `undefined` without
 * any. Hardhat counts the tests that mocha skipped as passed, so they are taken from mocha's own `2 pending`.
 */
export function parseHardhatOutput(output: string): Counts | undefined {
  const text = stripColors(output)
  const count = (pattern: RegExp): number | undefined => {
    const found = [...text.matchAll(pattern)].at(-1)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  const passed = count(/^\s*(\d+) passing \([^)]*\b(?:solidity|mocha)\)/gm)
  const failed = count(/^\s*(\d+) failing \([^)]*\b(?:solidity|mocha)\)/gm)
  if (passed === undefined && failed === undefined) return undefined
  const pending = count(/^\s*(\d+) pending\s*$/gm) ?? 0
  const skipped = count(/^\s*(\d+) skipped \([^)]*\b(?:solidity|mocha)\)/gm) ?? 0
  return {
    passed: (passed ?? 0) - pending,
    failed: failed ?? 0,
    skipped: Array.from({ length: pending + skipped }, () => ''),
  }
}

function stripColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal escape begins with one
  return text.replace(/\u001b\[[0-9;]*m/g, '')
}

function isCounts(value: unknown): value is Counts {
  if (typeof value !== 'object' || value === null) return false
  const { passed, failed, skipped } = value as Record<string, unknown>
  return Number.isInteger(passed) && Number.isInteger(failed) && Array.isArray(skipped)
}
