import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type InsideProcess, startInside } from './inside.ts'

/** What miniupnpd says when it takes requests. */
const READY = { UPnP: /HTTP listening on port/, 'NAT-PMP': /Listening for NAT-PMP/ } as const

const MISSING =
  'There is no miniupnpd, or no nft: install them (on Debian: apt-get install miniupnpd-nftables nftables).'

export interface HomeRouterOptions {
  /** What comes before a command that is to run in its name space. */
  readonly inside: readonly string[]
  /** Its devices: eth0 towards the Internet, eth1 at home, and the address there. */
  readonly homeAddress: string
  readonly folder: string
  readonly speaks: keyof typeof READY
}

/** Makes a name space the router of a home: what leaves gets its address, and a miniupnpd forwards ports for who asks by one protocol alone. */
export async function startHomeRouter(options: HomeRouterOptions): Promise<InsideProcess> {
  const { inside, homeAddress, folder, speaks } = options
  const [rules, conf, start] = ['rules.nft', 'miniupnpd.conf', 'router.sh'].map((name) => join(folder, name))
  if (rules === undefined || conf === undefined || start === undefined) throw new Error('no names')
  await writeFile(rules, RULES)
  await writeFile(
    conf,
    [
      'ext_ifname=eth0',
      `listening_ip=${homeAddress}/24`,
      `enable_upnp=${speaks === 'UPnP' ? 'yes' : 'no'}`,
      `enable_natpmp=${speaks === 'NAT-PMP' ? 'yes' : 'no'}`,
      'upnp_table_name=miniupnpd',
      'upnp_nat_table_name=miniupnpd',
      'secure_mode=yes',
      'min_lifetime=120',
      'max_lifetime=86400',
      'allow 1024-65535 192.168.0.0/16 1024-65535',
      'deny 0-65535 0.0.0.0/0 0-65535',
    ].join('\n'),
  )
  const installed = 'command -v miniupnpd >/dev/null && command -v nft >/dev/null'
  await writeFile(
    start,
    `${installed} || { echo '${MISSING}' >&2; exit 1; }\necho 1 > /proc/sys/net/ipv4/ip_forward\nnft -f ${rules} || exit 1\nexec miniupnpd -d -f ${conf} -P ${join(folder, 'pid')} 2>&1\n`,
  )
  const running = await startInside(inside, { command: ['sh', start], env: process.env })
  await running.line((line) => (READY[speaks].test(line) ? line : undefined))
  return running
}

const RULES = `table inet miniupnpd {
  chain forward { type filter hook forward priority 0; policy accept; jump miniupnpd; }
  chain miniupnpd { }
  chain prerouting { type nat hook prerouting priority -100; policy accept; jump prerouting_miniupnpd; }
  chain postrouting { type nat hook postrouting priority 100; policy accept; jump postrouting_miniupnpd; oifname "eth0" masquerade; }
  chain prerouting_miniupnpd { }
  chain postrouting_miniupnpd { }
}
`
