import { createHash, X509Certificate } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Processes, Running } from '../support/processes.ts'
import { DevTools } from './devtools.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Nothing but this machine is spoken to: no updates, no reports, no names. WebRTC offers plain addresses instead of names that only
 * multicast DNS can tell, and those of loopback too, so that it works without any other network.
 */
const ARGUMENTS = [
  '--headless=new',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-gpu',
  '--disable-sync',
  '--metrics-recording-only',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-features=WebRtcHideLocalIpsWithMdns,OptimizationHints,MediaRouter,DialMediaRouteProvider',
  '--allow-loopback-in-peer-connection',
]

/** A running browser without a window. */
export interface Chromium {
  readonly process: Running
  readonly devTools: DevTools
}

/**
 * `profile`: a folder; what a page stores outlives the process there.
 * @param trusts a certificate in PEM that it takes from whoever shows it
 */
export async function startChromium(processes: Processes, profile: string, trusts?: string): Promise<Chromium> {
  const own = [...sandbox(), ...(trusts === undefined ? [] : [trusting(trusts)]), `--user-data-dir=${profile}`]
  const process = processes.startCommand([findChromium(), ...ARGUMENTS, ...own])
  const [, endpoint = ''] = await process.line('stderr', /^DevTools listening on (ws:\S+)$/)
  return { process, devTools: await DevTools.connect(endpoint) }
}

/** No store of authorities is touched: the key is what is trusted. */
function trusting(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`
}

/** Root may not use the sandbox; whoever tests as root trusts the pages of the tests. */
function sandbox(): readonly string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

/** @throws Error with a sentence that says what to install */
function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const path of folders.flatMap((folder) => NAMES.map((name) => join(folder, name))))
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not here: the next
    }
  throw new Error('There is no Chromium on this machine: install it (on Debian and Ubuntu: apt-get install chromium).')
}
