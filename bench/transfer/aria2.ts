import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../src/system/free-port.ts'

/**
 * One side of a BitTorrent transfer between two aria2 on this machine, unencrypted, by a torrent that names a tracker here.
 *
 * aria2.ts seed FILE TORRENT DIRECTORY → prints { torrent } when the tracker knows the seeder, serves until ended.
 * aria2.ts leech TORRENT DIRECTORY → prints { seconds, bytes }: from the first verified bytes until the last, as aria2 reports them.
 */
const POLL_MS = 10
const HOST = '127.0.0.1'
const ALONE = [
  '--no-conf=true',
  '--quiet=true',
  '--interface=lo',
  '--enable-dht=false',
  '--enable-dht6=false',
  '--bt-enable-lpd=false',
  '--enable-peer-exchange=false',
  '--bt-min-crypto-level=plain',
  '--enable-rpc=true',
]

const [role, ...rest] = process.argv.slice(2)
if (role === 'seed') await seed(rest)
else await leech(rest)

async function seed([file = '', torrent = '', directory = '']: string[]): Promise<void> {
  await mkdir(directory)
  await symlink(file, join(directory, basename(file)))
  const { status, child } = await start([
    torrent,
    '--seed-ratio=0.0',
    '--bt-seed-unverified=true',
    `--dir=${directory}`,
  ])
  process.once('SIGTERM', () => child.kill('SIGKILL'))
  while ((await status())?.seeder !== 'true') await delay(POLL_MS)
  console.log(JSON.stringify({ torrent }))
}

async function leech([torrent = '', directory = '']: string[]): Promise<void> {
  const { status, child } = await start([torrent, '--seed-time=0', `--dir=${directory}`, '--file-allocation=none'])
  let begun: { readonly at: number; readonly bytes: number } | undefined
  for (;;) {
    const { completedLength, totalLength } = (await status()) ?? {}
    const bytes = Number(completedLength ?? 0)
    const at = performance.now()
    if (bytes > 0 && bytes === Number(totalLength)) {
      if (begun === undefined) throw new Error('The file came between two looks: take a larger one.')
      console.log(JSON.stringify({ seconds: (at - begun.at) / 1000, bytes: bytes - begun.bytes }))
      child.kill('SIGKILL')
      return
    }
    if (bytes > 0) begun ??= { at, bytes }
    await delay(POLL_MS)
  }
}

/** Starts aria2 with one torrent. `status` is `undefined` until it answers. */
async function start(
  options: readonly string[],
): Promise<{ child: ChildProcess; status(): Promise<Record<string, string> | undefined> }> {
  const [peerPort, rpcPort] = [await freePort(HOST), await freePort(HOST)]
  const child = spawn('aria2c', [...ALONE, `--listen-port=${peerPort}`, `--rpc-listen-port=${rpcPort}`, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  child.once('error', () => process.exit(1))
  child.once('exit', (code) => {
    if (code !== null) process.exit(code)
  })
  const status = async (): Promise<Record<string, string> | undefined> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'aria2.tellActive' })
    const answer = await fetch(`http://${HOST}:${rpcPort}/jsonrpc`, { method: 'POST', body }).catch(() => undefined)
    return answer === undefined ? undefined : JSON.parse(await answer.text()).result?.[0]
  }
  return { child, status }
}
