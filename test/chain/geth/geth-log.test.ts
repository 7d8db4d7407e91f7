import { expect } from 'chai'
import { gethError, isPermanent } from '../../../src/chain/geth/geth-failure.ts'
import { parseGethLine } from '../../../src/chain/geth/geth-log.ts'

const KEY =
  '0ef771ba3735883765826caec23d8a910a66c4a43f74fb3942fb5b424093b5dda614e1c1b569b99803c42727e076c1b556a5fdd3d02c94a90eecafdb703b8c48'

/** Lines as core-geth 1.12.20 wrote them. */
const LINES: readonly (readonly [line: string, event: unknown])[] = [
  [
    `INFO [11-21|12:08:28.368] Started P2P networking                   self="enode://${KEY}@127.0.0.1:30777?discport=0"`,
    { kind: 'peer-to-peer', enode: `enode://${KEY}@127.0.0.1:30777?discport=0` },
  ],
  [
    'INFO [11-21|12:08:28.368] HTTP server started                      endpoint=127.0.0.1:18545 auth=false prefix= cors= vhosts=localhost',
    { kind: 'rpc-open' },
  ],
  [
    'INFO [11-21|12:08:28.368] HTTP server started                      endpoint=127.0.0.1:8551  auth=true  prefix= cors=localhost vhosts=localhost',
    undefined,
  ],
  [
    'INFO [11-21|12:08:28.368] WebSocket enabled                        url=ws://127.0.0.1:18546',
    { kind: 'websocket-open', port: 18_546 },
  ],
  [
    'INFO [11-21|12:10:38.401] Generating DAG in progress               epoch=0 epochLength=30000 percentage=97 elapsed=3m13.123s',
    { kind: 'dag', epoch: 0, percent: 97 },
  ],
  [
    'INFO [11-21|12:10:41.354] Generated ethash verification dataset    epoch=0 epochLength=30000 elapsed=3m16.075s',
    { kind: 'dag-complete', epoch: 0 },
  ],
  ['INFO [11-21|12:08:34.162] Blockchain stopped', { kind: 'saved' }],
  [
    'WARN [11-21|19:21:04.120] Synchronisation failed, dropping peer    peer=7d976ae7a2fa968d07b6e013f02f4b096e81eb935ae34e363dd6c318d535669f err="retrieved hash chain is invalid: future block timestamp 1795288927 > allowed 1795288894"',
    { kind: 'future-block', blockTime: 1_795_288_927 },
  ],
  [
    'Fatal: Failed to write genesis block: database contains incompatible genesis (have fb91b8f253b6309b8ae6ce006840e91395ae30a3225937d8e2e13e6e07def194, new 5dd3af88cf141b39fd0fec08b696fe301301d5e701bb971bb3bf83b9679a67f5)',
    {
      kind: 'failure',
      failure: {
        kind: 'other-genesis',
        stored: '0xfb91b8f253b6309b8ae6ce006840e91395ae30a3225937d8e2e13e6e07def194',
        wanted: '0x5dd3af88cf141b39fd0fec08b696fe301301d5e701bb971bb3bf83b9679a67f5',
      },
    },
  ],
  [
    'Fatal: Error starting protocol stack: listen tcp 127.0.0.1:8545: bind: address already in use',
    { kind: 'failure', failure: { kind: 'port-in-use', port: 8545 } },
  ],
  [
    'Fatal: Error starting protocol stack: listen udp :30303: bind: address already in use',
    { kind: 'failure', failure: { kind: 'port-in-use', port: 30_303 } },
  ],
  [
    'ERROR[11-21|12:09:00.001] Low disk space. Gracefully shutting down Geth to prevent database corruption. available=10.00MiB path=/tmp/x/geth',
    { kind: 'failure', failure: { kind: 'disk-full' } },
  ],
  [
    'Fatal: Failed to create the protocol stack: datadir already used by another process',
    { kind: 'failure', failure: { kind: 'directory-in-use' } },
  ],
  [
    'Fatal: Invalid command: "minee"',
    { kind: 'failure', failure: { kind: 'fatal', reason: 'Invalid command: "minee"' } },
  ],
  ['INFO [11-21|12:08:28.369] Updated mining threads                   threads=1', undefined],
  ['', undefined],
]

describe('chain/geth/geth-log', () => {
  for (const [line, event] of LINES)
    it(`reads ${line.slice(0, 60) || 'an empty line'}`, () => {
      expect(parseGethLine(line)).to.deep.equal(event)
    })

  it('gives each failure a code of its own', () => {
    const context = { directory: '/data', logFile: '/data/geth.log' }
    const codes = LINES.flatMap(([line]) => {
      const event = parseGethLine(line)
      return event?.kind === 'failure' ? [gethError(event.failure, context).code] : []
    })
    expect(codes).to.deep.equal([
      'GETH_OTHER_GENESIS',
      'GETH_PORT_TAKEN',
      'GETH_PORT_TAKEN',
      'GETH_DISK_FULL',
      'GETH_BUSY',
      'GETH_FAILED',
    ])
    expect(gethError(undefined, context)).to.have.property('code', 'GETH_FAILED')
    expect(isPermanent({ kind: 'other-genesis', stored: '0x1', wanted: '0x2' })).to.equal(true)
    expect(isPermanent({ kind: 'disk-full' })).to.equal(false)
  })
})
