import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import type { Head } from '../../src/chain/head-tracker.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { mine, startTestChain, type TestChain } from './support/test-chain.ts'

const SOMEBODY = parseAddress('0x00000000000000000000000000000000000000aa')
const BLOCK = {
  number: '0x0',
  hash: `0x${'11'.repeat(32)}`,
  parentHash: `0x${'00'.repeat(32)}`,
  timestamp: '0x1',
  gasLimit: '0x1',
}

describe('chain/client', () => {
  let test: TestChain
  const servers: Server[] = []
  const dependencies = { clock: systemClock, log: silentLogger }

  before(async () => {
    test = await startTestChain()
  })

  after(async () => {
    await test.stop()
    for (const server of servers) server.close().closeAllConnections()
  })

  /** A node that answers as told. */
  async function fakeNode(answer: (method: string, request: IncomingMessage) => unknown): Promise<string> {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      const calls = [JSON.parse(body)].flat()
      response.setHeader('content-type', 'application/json')
      const answers = calls.map(({ id, method }) => ({ jsonrpc: '2.0', id, ...Object(answer(method, request)) }))
      response.end(JSON.stringify(body.startsWith('[') ? answers : answers[0]))
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
    return `127.0.0.1:${port}`
  }

  it('identifies the chain', () => {
    expect(test.client.identity).to.deep.equal({ chainId: 98767, genesisHash: test.chain.genesisHash })
    expect(test.client.parameters.testCoin).to.equal(true)
  })

  it('asks again for a receipt while geth does not know yet which transactions it has', async () => {
    let asked = 0
    const rpcUrl = await fakeNode((method) => {
      if (method === 'eth_chainId') return { result: '0x181cf' }
      if (method === 'eth_getBlockByNumber') return { result: BLOCK }
      asked++
      return asked < 3 ? { error: { code: -32000, message: 'transaction indexing is in progress' } } : { result: null }
    })
    const client = await connectChain({ rpcUrl: `http://${rpcUrl}`, ...dependencies })
    expect(await client.receipt(`0x${'22'.repeat(32)}`)).to.equal(undefined)
    expect(asked).to.equal(3)
    client.close()
  })

  it('refuses another chain of the same id, and another id', async () => {
    const { rpcUrl } = test.chain
    for (const expected of [{ genesisHash: `0x${'ab'.repeat(32)}` }, { chainId: 98765 }])
      expect(await connectChain({ ...dependencies, rpcUrl, expected }).catch(codeOf)).to.equal('CHAIN_MISMATCH')
    const { genesisHash } = test.chain
    const client = await connectChain({ ...dependencies, rpcUrl, expected: { chainId: 98767, genesisHash } })
    client.close()
  })

  it('refuses a chain that is none of ours', async () => {
    const node = await fakeNode((method) => ({ result: method === 'eth_chainId' ? '0x1' : BLOCK }))
    expect(await connectChain({ ...dependencies, rpcUrl: `http://${node}` }).catch(codeOf)).to.equal('CHAIN_UNKNOWN')
  })

  it('says at once that nothing listens, and never shows the credentials', async () => {
    const port = await freePort('127.0.0.1')
    const rpcUrl = `http://user:pass-word@127.0.0.1:${port}/secret-key?token=hidden`
    const error = await connectChain({ ...dependencies, rpcUrl }).then(
      () => undefined,
      (reason) => reason,
    )
    expect(error).to.include({ code: 'CHAIN_UNREACHABLE' })
    expect(error.message).to.include(`http://127.0.0.1:${port}`)
    expect(`${error.message} ${JSON.stringify(error.details)}`).to.not.match(/user|pass-word|secret|hidden/)
  })

  it('says that what listens is no node', async () => {
    const server = createServer((_, response) => void response.end('<html>'))
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
    const rpcUrl = `http://127.0.0.1:${port}`
    expect(await connectChain({ ...dependencies, rpcUrl }).catch(codeOf)).to.equal('CHAIN_UNREACHABLE')
  })

  it('refuses what is not a URL', async () => {
    for (const rpcUrl of ['', 'localhost', 'ftp://127.0.0.1', 'ws://127.0.0.1:1'])
      expect(await connectChain({ ...dependencies, rpcUrl }).catch(codeOf)).to.equal('CHAIN_URL_INVALID')
  })

  it('sends the credentials of the URL', async () => {
    let seen: string | undefined
    const node = await fakeNode((method, request) => {
      seen = request.headers.authorization
      return { result: method === 'eth_chainId' ? '0x181cf' : BLOCK }
    })
    const client = await connectChain({ ...dependencies, rpcUrl: `http://user:p%40ss@${node}` })
    client.close()
    expect(seen).to.equal(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
  })

  it('asks again while the node is away', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    let failures = 0
    const node = await fakeNode((method, request) => {
      if (method === 'eth_getBalance' && failures++ < 2) request.socket.destroy()
      return { result: method === 'eth_chainId' ? '0x181cf' : method === 'eth_getBalance' ? '0x5' : BLOCK }
    })
    server.close()
    const client = await connectChain({ ...dependencies, rpcUrl: `http://${node}` })
    expect(await client.balance(SOMEBODY)).to.equal(5n)
    expect(failures).to.equal(3)
    client.close()
  })

  it('stops waiting when asked to', async () => {
    const node = await fakeNode((method, request) => {
      if (method === 'eth_getBalance') request.socket.destroy()
      return { result: method === 'eth_chainId' ? '0x181cf' : BLOCK }
    })
    const client = await connectChain({ ...dependencies, rpcUrl: `http://${node}` })
    const signal = AbortSignal.timeout(50)
    const error = await client.balance(SOMEBODY, 'latest', { signal }).then(
      () => undefined,
      (reason) => reason,
    )
    expect(error).to.equal(signal.reason)
    client.close()
  })

  it('tells new heads, and where a reorg began', async () => {
    const { client } = test
    const heads: Head[] = []
    const wanted: { test: (head: Head) => boolean; resolve: () => void }[] = []
    const until = (test: (head: Head) => boolean) =>
      new Promise<void>((resolve) => {
        if (heads.some(test)) resolve()
        else wanted.push({ test, resolve })
      })
    const stop = client.onHead((head) => {
      heads.push(head)
      for (const { test, resolve } of wanted) if (test(head)) resolve()
    })
    await mine(client, 4)
    const top = await client.head()
    await until((head) => head.number === top.number)
    await client.request('anvil_reorg', [2, []])
    await until((head) => head.reorgedFrom !== undefined)
    stop()
    const reorg = heads.find((head) => head.reorgedFrom !== undefined)
    expect(reorg?.reorgedFrom).to.be.at.most(top.number - 1)
    expect(reorg?.hash).to.not.equal(top.hash)
  })

  it('reads logs over more blocks than one request may cover', async () => {
    const { client } = test
    await mine(client, 2_500)
    expect(await client.logs({ fromBlock: 0, toBlock: (await client.head()).number })).to.deep.equal([])
  })

  it('halves a range the node finds too large', async () => {
    const ranges: number[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      const answers = [JSON.parse(body)].flat().map(({ id, method, params }) => {
        if (method !== 'eth_getLogs')
          return { jsonrpc: '2.0', id, result: method === 'eth_chainId' ? '0x181cf' : BLOCK }
        const blocks = Number(params[0].toBlock) - Number(params[0].fromBlock) + 1
        ranges.push(blocks)
        return blocks > 300
          ? { jsonrpc: '2.0', id, error: { code: -32005, message: 'query returned more than 10000 results' } }
          : { jsonrpc: '2.0', id, result: [] }
      })
      response.end(JSON.stringify(body.startsWith('[') ? answers : answers[0]))
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
    const client = await connectChain({ ...dependencies, rpcUrl: `http://127.0.0.1:${port}` })
    await client.logs({ fromBlock: 1, toBlock: 1_000 })
    expect(ranges.filter((blocks) => blocks <= 300).reduce((sum, blocks) => sum + blocks, 0)).to.equal(1_000)
    client.close()
  })
})
