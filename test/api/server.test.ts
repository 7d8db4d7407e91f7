import { expect } from 'chai'
import fc from 'fast-check'
import { routes } from '../../src/api/routes.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { errorCode, sendRubbish, startTestApi, type TestApi, TOKEN } from './support.ts'

const JSON_BODY = { 'content-type': 'application/json' }

describe('api/server', () => {
  let api: TestApi
  beforeEach(async () => {
    api = await startTestApi()
  })
  afterEach(() => api.server.stop())

  describe('who may ask', () => {
    it('refuses a missing, wrong, shorter or longer token on every route but health', async () => {
      for (const token of [null, '', 'x', TOKEN.slice(1), `${TOKEN}0`, TOKEN.toUpperCase()])
        for (const { method, path, open } of Object.values(routes)) {
          const response = await api.raw({ method, path: path.replace(/:\w+/, 'x'), token })
          if (open) expect(response.status).to.equal(200)
          else expect([response.status, errorCode(response)]).to.deep.equal([401, 'UNAUTHORIZED'])
        }
      expect(api.node.calls).to.deep.equal([])
    })

    it('refuses events and the description without a token', async () => {
      for (const path of ['/v1/events', '/v1/openapi.json', '/metrics'])
        expect((await api.raw({ path, token: null })).status).to.equal(401)
    })

    it('refuses another host name, as DNS rebinding would send', async () => {
      for (const host of ['evil.example', `evil.example:${api.port}`, '127.0.0.1', `127.0.0.1:${api.port + 1}`]) {
        const response = await api.raw({ path: '/v1/health', headers: { host } })
        expect([response.status, errorCode(response)], host).to.deep.equal([403, 'HOST_REFUSED'])
      }
      expect((await api.raw({ path: '/v1/health', headers: { host: `localhost:${api.port}` } })).status).to.equal(200)
    })

    it('refuses the page of another site and never allows one by CORS', async () => {
      const other = await api.raw({ path: '/v1/status', headers: { origin: 'https://evil.example' } })
      expect([other.status, errorCode(other)]).to.deep.equal([403, 'HOST_REFUSED'])
      const own = await api.raw({ path: '/v1/status', headers: { origin: api.server.url } })
      expect(own.status).to.equal(200)
      for (const { headers } of [own, other]) expect(headers).to.not.have.property('access-control-allow-origin')
      const preflight = await api.raw({
        method: 'OPTIONS',
        path: '/v1/status',
        headers: { origin: 'null' },
        token: null,
      })
      expect(preflight.status).to.equal(403)
    })
  })

  it('shows Prometheus what the node measures, under the token', async () => {
    api.node.metricsText = '# TYPE chiral_x gauge\nchiral_x 1\n'
    const { status, text, headers } = await api.raw({ path: '/metrics' })
    expect([status, text]).to.deep.equal([200, api.node.metricsText])
    expect(headers['content-type']).to.match(/^text\/plain; version=0\.0\.4/)
  })

  describe('what may be asked', () => {
    const refused = async (body: string, headers: Record<string, string> = JSON_BODY): Promise<string> => {
      const response = await api.raw({ method: 'POST', path: '/v1/shares', headers, body })
      expect(response.status, body.slice(0, 60)).to.be.within(400, 499)
      expect(api.node.calls).to.deep.equal([])
      return errorCode(response)
    }

    it('refuses unknown, missing and ill-typed fields', async () => {
      const bodies = [
        { path: '/a', pricePerMiB: '1', more: 1 },
        { path: '/a' },
        { path: 5, pricePerMiB: '1' },
        { path: '', pricePerMiB: '1' },
        { path: '/a', pricePerMiB: 1 },
        { path: '/a', pricePerMiB: '-1' },
        { path: '/a', pricePerMiB: '01' },
        { path: '/a', pricePerMiB: '0x1' },
        { path: '/a', pricePerMiB: '9'.repeat(79) },
        { path: 'relative', pricePerMiB: '1' },
        [],
      ]
      for (const body of bodies) expect(await refused(JSON.stringify(body))).to.equal('REQUEST_INVALID')
    })

    it('names the field that is wrong', async () => {
      const body = JSON.stringify({ path: '/a', pricePerMiB: 'lots' })
      const response = await api.raw({ method: 'POST', path: '/v1/shares', headers: JSON_BODY, body })
      expect(JSON.parse(response.text).error.message).to.include('"pricePerMiB"')
    })

    it('refuses what is not JSON, or says it is not', async () => {
      expect(await refused('{')).to.equal('REQUEST_INVALID')
      expect(await refused('null')).to.equal('REQUEST_INVALID')
      expect(await refused('{"path":"/a","pricePerMiB":"1"}', { 'content-type': 'text/plain' })).to.equal(
        'REQUEST_INVALID',
      )
      expect(await refused('{"path":"/a","pricePerMiB":"1"}', {})).to.equal('REQUEST_INVALID')
    })

    it('refuses a body over the limit', async () => {
      expect(await refused(JSON.stringify({ path: `/${'a'.repeat(4 << 20)}`, pricePerMiB: '1' }))).to.equal(
        'BODY_TOO_LARGE',
      )
    })

    it('refuses a query or path that is not as described', async () => {
      for (const path of [
        '/v1/find',
        '/v1/find?reference=',
        '/v1/find?reference=a&x=1',
        '/v1/find?reference=a&reference=b',
      ])
        expect(errorCode(await api.raw({ path })), path).to.equal('REQUEST_INVALID')
      expect(errorCode(await api.raw({ method: 'DELETE', path: '/v1/shares/zz' }))).to.equal('REQUEST_INVALID')
      expect(errorCode(await api.raw({ method: 'DELETE', path: '/v1/shares/%E0%A4%A' }))).to.equal('REQUEST_INVALID')
      expect(errorCode(await api.raw({ path: '/v1/nothing' }))).to.equal('ROUTE_UNKNOWN')
      expect(errorCode(await api.raw({ method: 'PUT', path: '/v1/status' }))).to.equal('ROUTE_UNKNOWN')
    })

    it('survives any body and any bytes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (value) => {
          const response = await api.raw({
            method: 'POST',
            path: '/v1/downloads/plan',
            headers: JSON_BODY,
            body: JSON.stringify(value),
          })
          expect(response.status).to.be.within(400, 499)
        }),
        { numRuns: 30 },
      )
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => sendRubbish(api.port, bytes)),
        {
          numRuns: 30,
        },
      )
      await sendRubbish(api.port, Buffer.from(`GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`))
      expect((await api.client.status()).version).to.equal('0.1.0')
    })
  })

  describe('how it fails', () => {
    const STATUS_OF: readonly (readonly [code: string, status: number])[] = [
      ['DECODE_FAILED', 400],
      ['BUDGET_EXCEEDED', 402],
      ['NO_SEEDERS', 404],
      ['TARGET_EXISTS', 409],
      ['SHA256_MISMATCH', 422],
      ['SOMETHING_NEW', 500],
      ['CHAIN_UNREACHABLE', 502],
      ['TIMEOUT', 504],
    ]
    for (const [code, status] of STATUS_OF)
      it(`answers ${code} with ${status}, its sentence and its details`, async () => {
        api.node.failures.set('history', new ChiralError(code, 'It failed: try again.', { details: { amount: 5n } }))
        const response = await api.raw({ path: '/v1/wallet/history' })
        expect(response.status).to.equal(status)
        expect(JSON.parse(response.text)).to.deep.equal({
          error: { code, message: 'It failed: try again.', details: { amount: '5' } },
        })
      })

    it('answers a bug with INTERNAL and goes on', async () => {
      api.node.failures.set('history', new TypeError('x is undefined'))
      const response = await api.raw({ path: '/v1/wallet/history' })
      expect([response.status, errorCode(response)]).to.deep.equal([500, 'INTERNAL'])
      expect((await api.raw({ path: '/v1/health', token: null })).text).to.equal('{"status":"ok"}')
    })
  })

  it('tells who asks it to stop that it will', async () => {
    await api.client.shutdown()
    expect(api.shutdowns).to.equal(1)
  })

  it('describes every route in openapi.json', async () => {
    const { text } = await api.raw({ path: '/v1/openapi.json' })
    const document = JSON.parse(text)
    expect(document.openapi).to.equal('3.1.0')
    for (const { method, path } of Object.values(routes))
      expect(document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()], `${method} ${path}`).to.be.an(
        'object',
      )
    const body = document.paths['/v1/shares'].post.requestBody.content['application/json'].schema
    expect(body).to.deep.equal({ $ref: '#/components/schemas/ShareRequest' })
    expect(document.components.schemas.ShareRequest.required).to.deep.equal(['path', 'pricePerMiB'])
    const parameters: { name: string }[] = document.paths['/v1/find'].get.parameters
    expect(parameters.map(({ name }) => name)).to.deep.equal(['reference', 'listing'])
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas, name).to.have.property(name ?? '')
    expect(text).to.not.include('$defs')
  })

  it('stops while requests and streams are open, and twice', async () => {
    const hanging = api.client
      .share({ path: '/files/hang', pricePerMiB: api.node.statusView.balance })
      .catch((error) => error)
    const replayed = Promise.withResolvers<void>()
    const reading = (async () => {
      for await (const _ of api.client.events({ onReplayed: replayed.resolve }));
    })()
    await replayed.promise
    await Promise.all([api.server.stop(), api.server.stop()])
    expect(await hanging).to.have.property('code', 'DAEMON_UNREACHABLE')
    await reading
    expect(api.node.listeners.size).to.equal(0)
  })
})
