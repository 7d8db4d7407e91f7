import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { MAX_BODY_BYTES, type RpcProxy, type RpcProxyOptions, startRpcProxy } from '../../src/rpc-proxy/server.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { startTestChain, type TestChain, wellKnownSigner } from '../chain/support/test-chain.ts'
import { CurlCertificate } from './curl.ts'

const ORIGIN = 'https://app.example.org'
const OWN_NODE = {
  facts: async () => ({ diskFreeBytes: 5_000, warnings: ['CHAIN_ALONE'] }),
  enode: async () => `enode://${'ab'.repeat(64)}@10.0.0.1:30303`,
  clusterHeight: () => 0,
}

const call = (method: string, ...params: unknown[]) => ({ jsonrpc: '2.0', id: 1, method, params })

describe('rpc-proxy/server', () => {
  const certificate = new CurlCertificate()
  const proxies: RpcProxy[] = []
  let chain: TestChain
  let tls: { certificate: string; key: string }
  let url: string

  const start = async (over: Partial<RpcProxyOptions> = {}, ownNode = OWN_NODE): Promise<string> => {
    const proxy = await startRpcProxy(
      { clock: systemClock, log: silentLogger, ownNode },
      {
        upstream: new URL(chain.chain.rpcUrl),
        host: '127.0.0.1',
        port: 0,
        origins: [ORIGIN],
        tls,
        callsPerMinute: 1_000,
        metrics: true,
        ...over,
      },
    )
    proxies.push(proxy)
    return proxy.url
  }
  const ask = (body: unknown, ...options: string[]) => certificate.curl(url, JSON.stringify(body), ...options)

  before(async function () {
    this.timeout(30_000)
    tls = await certificate.make()
    chain = await startTestChain()
    url = await start()
  })

  after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()))
    await chain.stop()
    certificate.remove()
  })

  it('answers over TLS what the node answers', async () => {
    expect(url).to.match(/^https:/)
    const { status, text } = await ask(call('eth_chainId'))
    expect({ status, body: JSON.parse(text) }).to.deep.equal({
      status: 200,
      body: { jsonrpc: '2.0', id: 1, result: '0x181cf' },
    })
  })

  it('passes a signed transaction on', async () => {
    const { client } = chain
    const rich = wellKnownSigner(0).address
    const before = await client.transactionCount(rich, 'latest')
    const raw = await client.request('eth_signTransaction', [
      {
        from: rich,
        to: rich,
        value: '0x1',
        gas: '0x5208',
        gasPrice: '0x77359400',
        nonce: `0x${before.toString(16)}`,
        chainId: '0x181cf',
      },
    ])
    const { text } = await ask(call('eth_sendRawTransaction', raw))
    expect(JSON.parse(text).result).to.match(/^0x[0-9a-f]{64}$/)
    expect(await client.transactionCount(rich, 'latest')).to.equal(before + 1)
  })

  it('refuses a method of the owner, which the node itself would answer', async () => {
    expect(await chain.client.request('anvil_nodeInfo', [])).to.be.an('object')
    const { status, text } = await ask(call('anvil_nodeInfo'))
    expect(status).to.equal(200)
    expect(JSON.parse(text).error.code).to.equal(-32_601)
  })

  it('answers the allowed calls of a batch and refuses the others', async () => {
    const batch = [call('eth_chainId'), { ...call('admin_peers'), id: 2 }, { ...call('eth_blockNumber'), id: 3 }]
    const answers: { id: number; result?: string; error?: { code: number } }[] = JSON.parse((await ask(batch)).text)
    const byId = new Map(answers.map((answer) => [answer.id, answer]))
    expect(byId.size).to.equal(3)
    expect(byId.get(1)?.result).to.equal('0x181cf')
    expect(byId.get(2)?.error?.code).to.equal(-32_601)
    expect(byId.get(3)?.result).to.match(/^0x/)
  })

  it('lets pages of named origins ask, and no others', async () => {
    const named = await ask(call('eth_chainId'), '-H', `origin: ${ORIGIN}`)
    expect(named.status).to.equal(200)
    expect(named.headers).to.contain(`access-control-allow-origin: ${ORIGIN}`)
    const preflight = await certificate.curl(url, undefined, '-X', 'OPTIONS', '-H', `origin: ${ORIGIN}`)
    expect(preflight.status).to.equal(204)
    expect(preflight.headers).to.contain('access-control-allow-methods: post')
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`, 'http://app.example.org']) {
      const other = await ask(call('eth_chainId'), '-H', `origin: ${origin}`)
      expect(other.status, origin).to.equal(403)
      expect(other.headers).to.not.contain('access-control-allow-origin')
      expect(other.text).to.not.contain('0x181cf')
    }
  })

  it('refuses a body that is too large, no JSON, or not said to be JSON', async () => {
    const large = await ask(call('eth_call', 'x'.repeat(MAX_BODY_BYTES)))
    expect(large.status).to.equal(413)
    expect((await certificate.curl(url, '{"jsonrpc":')).status).to.equal(400)
    expect((await certificate.curl(url, '{}', '-H', 'content-type: text/plain')).status).to.equal(415)
    expect((await certificate.curl(url)).status).to.equal(404)
  })

  it('makes a client wait that asks too often, batches counted call by call', async () => {
    const limited = await start({ callsPerMinute: 3 })
    const batch = JSON.stringify([call('eth_chainId'), call('eth_chainId'), call('eth_chainId')])
    expect((await certificate.curl(limited, batch)).status).to.equal(200)
    const { status, headers } = await certificate.curl(limited, JSON.stringify(call('eth_chainId')))
    expect(status).to.equal(429)
    expect(headers).to.match(/retry-after: [1-9]/)
  })

  it('says so when the node does not answer, or answers no JSON-RPC', async () => {
    const broken: Server = createServer((_request, response) => void response.writeHead(500).end('<html>'))
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve))
    const { port } = broken.address() as AddressInfo // a TCP server has one
    const upstream = new URL(`http://127.0.0.1:${port}`)
    const beside = await start({ upstream })
    expect((await certificate.curl(beside, JSON.stringify(call('eth_chainId')))).status).to.equal(502)
    await new Promise((resolve) => broken.close(resolve))
    const down = await certificate.curl(beside, JSON.stringify(call('eth_chainId')))
    expect(down.status).to.equal(502)
    expect(JSON.parse(down.text).error.code).to.equal(-32_002)
    for (const probe of ['started', 'ready', 'live'])
      expect((await certificate.curl(`${beside}/health/${probe}`)).status, probe).to.equal(503)
    expect((await certificate.curl(`${beside}/metrics`)).text).to.contain('chiral_chain_up 0\n')
  })

  it('tells probes where the node stands, and that it is behind its cluster', async () => {
    for (const probe of ['started', 'ready', 'live']) {
      const { status, text } = await certificate.curl(`${url}/health/${probe}`)
      expect(status, probe).to.equal(200)
      expect(JSON.parse(text).height).to.be.a('number')
    }
    const behind = await start({}, { ...OWN_NODE, clusterHeight: () => 1_000 })
    expect((await certificate.curl(`${behind}/health/ready`)).status).to.equal(503)
    expect((await certificate.curl(`${behind}/health/live`)).status).to.equal(200)
  })

  it('tells Prometheus what there is, and other nodes how to connect', async () => {
    const { headers, text } = await certificate.curl(`${url}/metrics`)
    expect(headers).to.contain('content-type: text/plain')
    expect(text).to.match(/^chiral_chain_gas_limit [0-9]+$/m)
    expect(text).to.contain('chiral_chain_warning{code="CHAIN_ALONE"} 1')
    expect(JSON.parse((await certificate.curl(`${url}/node`)).text)).to.have.keys('enode', 'height')
    const quiet = await start({ metrics: false })
    expect((await certificate.curl(`${quiet}/metrics`)).status).to.equal(404)
  })

  it('refuses a certificate that is none', async () => {
    const failed = await start({ tls: { certificate: 'x', key: 'y' } }).catch((error: unknown) => error)
    expect(failed).to.have.property('code', 'TLS_INVALID')
  })
})
