/**
 * Adds to package-lock.json the ready-made binaries for other systems that npm left out.
 *
 * npm drops an optional dependency it cannot find while it makes the lockfile, and `npm ci` then refuses that lockfile on
 * every system, because the dependency is still named by its owner. The entries added here carry the exact version and
 * the system they are for, and no integrity, since the package was not there to be hashed.
 *
 * Run it after every change of the dependencies: `node scripts/complete-lockfile.ts` (`--check` only reports).
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from './generated-files.ts'
import { isMain } from './is-main.ts'

type LockedPackage = {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export type Lockfile = { readonly packages: Readonly<Record<string, LockedPackage>> }

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']

/** What package names call a processor, and what npm does. */
const PROCESSORS: Readonly<Record<string, string>> = {
  amd64: 'x64',
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
}

/** The lockfile with an entry for every optional dependency that has none, and the names that were added. */
export function completeLockfile<T extends Lockfile>(lockfile: T): { readonly lockfile: T; readonly added: string[] } {
  const added: Record<string, LockedPackage> = {}
  for (const [owner, { optionalDependencies, dev }] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      if (isLocked(lockfile, owner, name)) continue
      added[`node_modules/${name}`] = { version, ...targetOf(name), ...(dev === true && { dev }), optional: true }
    }
  }
  const packages = Object.entries({ ...lockfile.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { lockfile: { ...lockfile, packages: Object.fromEntries(packages) }, added: Object.keys(added).sort() }
}

/** Whether Node, started in `owner`, would find `name` in a node_modules folder there or further out. */
function isLocked({ packages }: Lockfile, owner: string, name: string): boolean {
  for (let folder = owner; folder !== ''; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (`${folder}/node_modules/${name}` in packages) return true
  }
  return `node_modules/${name}` in packages
}

/** The system a package is for, read from its name: `@scope/tool-linux-arm64-musl`. */
function targetOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/)
  const os = words.find((word) => SYSTEMS.includes(word))
  const cpu = words.map((word) => PROCESSORS[word]).find((processor) => processor !== undefined)
  if (os === undefined || cpu === undefined) {
    throw new Error(
      `${name} is not in package-lock.json and its name does not say which system it is for: add it by hand.`,
    )
  }
  if (words.some((word) => word.startsWith('musl'))) return { os: [os], cpu: [cpu], libc: ['musl'] }
  if (words.some((word) => word.startsWith('gnu'))) return { os: [os], cpu: [cpu], libc: ['glibc'] }
  return { os: [os], cpu: [cpu] }
}

if (isMain(import.meta.filename)) {
  const path = join(repositoryRoot, 'package-lock.json')
  const { lockfile, added } = completeLockfile(JSON.parse(await readFile(path, 'utf8')))
  if (process.argv.includes('--check')) {
    for (const name of added) console.error(`package-lock.json lacks ${name}: run node scripts/complete-lockfile.ts.`)
    process.exitCode = added.length === 0 ? 0 : 1
  } else {
    if (added.length > 0) await writeFile(path, `${JSON.stringify(lockfile, null, 2)}\n`)
    for (const name of added) console.error(`added ${name}`)
  }
}
