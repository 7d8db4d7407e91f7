import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import chains from '../../chains.json' with { type: 'json' }
import { generateK8s } from '../../scripts/generate-k8s.ts'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { DEFAULT_P2P_PORT } from '../../src/chain/geth/geth-arguments.ts'
import { VERSION } from '../../src/domain/version.ts'
import { whatIsWrong } from './command-lines.ts'
import { findUnknownFields, validate } from './kubernetes-schema.ts'
import { type Container, kindOf, readManifests, readServices, readWorkloads, type Workload } from './manifests.ts'

const NETWORK = 98765
/** geth gets two minutes to write its blocks and states. */
const MIN_GRACE_SECONDS = 120

const manifests = readManifests()
const workloads = readWorkloads()
const services = readServices()

const nameOf = (workload: Workload): string => `${workload.kind} ${workload.metadata.name}`
const podOf = (workload: Workload) => workload.spec.template.spec
const containerOf = (workload: Workload, name: string): Container => {
  const found = podOf(workload).containers.find((container) => container.name === name)
  if (found === undefined) throw new Error(`${nameOf(workload)} has no container ${name}.`)
  return found
}
const optionOf = ({ args }: Container, option: string): string | undefined => args[args.indexOf(option) + 1]
const selects = (selector: Record<string, string>, workload: Workload): boolean =>
  Object.entries(selector).every(([key, value]) => workload.spec.template.metadata.labels[key] === value)

describe('deploy/k8s', () => {
  it('has the files the cluster is applied with, each valid for Kubernetes', () => {
    const files = new Set(manifests.map(({ file }) => file))
    expect(files).to.include.keys('geth-config.yml', 'geth-svc.yml', 'geth-ds.yml', 'geth-sts.yml', 'geth-miner.yml')
    for (const manifest of manifests)
      expect(() => validate(manifest), `${manifest.file} ${kindOf(manifest)}`).to.not.throw()
  })

  it('would notice what is not valid', () => {
    const [daemonSet] = manifests.filter((manifest) => kindOf(manifest) === 'DaemonSet')
    const document = structuredClone(daemonSet?.document) as { spec: { template: { spec: { containers: unknown } } } }
    document.spec.template.spec.containers = 'none'
    expect(() => validate({ file: 'x.yml', document })).to.throw(/containers/)
  })

  it('has no field that Kubernetes would drop without a word', function () {
    this.timeout(120_000)
    const service = manifests.find((manifest) => kindOf(manifest) === 'Service')
    const mistyped = structuredClone(service?.document) as { spec: Record<string, unknown> }
    mistyped.spec['publishNotReadyAddress'] = true
    const found = findUnknownFields([...manifests, { file: 'mistyped.yml', document: mistyped }])
    expect(found).to.have.length(1)
    expect(found[0]).to.match(/^mistyped\.yml: .*publishNotReadyAddress/)
  })

  it('gives the cluster the genesis of the network', async () => {
    for (const { path, content } of await generateK8s())
      expect(readFileSync(join(repositoryRoot, path), 'utf8')).to.equal(content)
    const configMap = manifests.find((manifest) => kindOf(manifest) === 'ConfigMap')
    const { metadata, data } = z
      .object({ metadata: z.object({ name: z.string() }), data: z.record(z.string(), z.string()) })
      .parse(configMap?.document)
    const genesis = JSON.parse(data['genesis.json'] ?? '')
    expect(genesis.config.chainId).to.equal(NETWORK)
    expect(genesis.difficulty).to.equal(chains[NETWORK].difficulty)
    expect(genesis.gasLimit).to.equal(chains[NETWORK].gasLimit)
    for (const workload of workloads) {
      const geth = containerOf(workload, 'geth')
      const volume = podOf(workload).volumes.find((candidate) => candidate.configMap !== undefined)
      expect(volume?.configMap?.name, nameOf(workload)).to.equal(metadata.name)
      const mount = geth.volumeMounts.find(({ name }) => name === volume?.name)
      expect(optionOf(geth, '--genesis')).to.equal(`${mount?.mountPath}/genesis.json`)
      // The network id is that of the genesis: nothing else may be given on the command line.
      expect(geth.args).to.not.include('--networkid')
    }
  })

  it('runs command lines that our own parser takes', async () => {
    for (const workload of workloads)
      for (const { name, args, lifecycle } of podOf(workload).containers) {
        expect(await whatIsWrong(args), `${nameOf(workload)} ${name}`).to.equal(undefined)
        const stop = lifecycle?.preStop.exec.command
        if (stop !== undefined) expect(await whatIsWrong(stop.slice(1))).to.equal(undefined)
      }
    expect(await whatIsWrong(['chain', 'start', '--mien'])).to.match(/unknown option/)
  })

  it('lets services reach ports that there are, on pods that there are', () => {
    for (const { metadata, spec } of services) {
      const chosen = workloads.filter((workload) => selects(spec.selector, workload))
      expect(chosen, metadata.name).to.not.deep.equal([])
      for (const { port, targetPort, protocol } of spec.ports)
        for (const workload of chosen) {
          const ports = podOf(workload).containers.flatMap(({ ports: own }) => own)
          const target = ports.find(({ name }) => name === targetPort)
          expect(target, `${metadata.name} ${targetPort} of ${nameOf(workload)}`).to.not.equal(undefined)
          expect([target?.containerPort, target?.protocol]).to.deep.equal([port, protocol])
        }
    }
    const rpc = services.find(({ metadata }) => metadata.name === 'geth')
    expect(rpc?.spec).to.deep.include({ type: 'ClusterIP', selector: { app: 'geth' } })
    expect(rpc?.spec.ports.map(({ port }) => port)).to.deep.equal([8545])
  })

  it('lets each node meet all others, also those that are not ready', () => {
    for (const workload of workloads) {
      const name = optionOf(containerOf(workload, 'rpc'), '--cluster')
      const peers = services.find(({ metadata }) => metadata.name === name)
      expect(peers?.spec).to.deep.include({ clusterIP: 'None', publishNotReadyAddresses: true })
      expect(workloads.every((other) => selects(peers?.spec.selector ?? { none: '' }, other))).to.equal(true)
      if (workload.kind === 'StatefulSet') expect(workload.spec.serviceName).to.equal(name)
      expect(optionOf(containerOf(workload, 'geth'), '--nat')).to.equal('extip:$(POD_IP)')
    }
  })

  it('gives each workload pods of its own, so that none takes those of another', () => {
    for (const workload of workloads) {
      const { matchLabels } = workload.spec.selector
      expect(workloads.filter((other) => selects(matchLabels, other)).map(nameOf)).to.deep.equal([nameOf(workload)])
    }
    for (const manifest of manifests.filter((candidate) => kindOf(candidate) === 'PodDisruptionBudget')) {
      const { selector } = z
        .object({ spec: z.object({ selector: z.object({ matchLabels: z.record(z.string(), z.string()) }) }) })
        .parse(manifest.document).spec
      expect(workloads.some((workload) => selects(selector.matchLabels, workload))).to.equal(true)
    }
  })

  it('ends geth in order, and goes on only when the node is in step again', () => {
    for (const workload of workloads) {
      const geth = containerOf(workload, 'geth')
      expect(podOf(workload).terminationGracePeriodSeconds).to.be.at.least(MIN_GRACE_SECONDS)
      expect(geth.lifecycle?.preStop.exec.command.slice(0, 3)).to.deep.equal(['chiral', 'chain', 'stop'])
      expect(workload.spec.updateStrategy.type).to.equal('RollingUpdate')
      if (workload.kind === 'StatefulSet') {
        expect(workload.spec.podManagementPolicy).to.equal('OrderedReady')
        const data = geth.volumeMounts.find(({ mountPath }) => mountPath === '/data')?.name
        expect(workload.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name)).to.deep.equal([data])
      }
      const paths = [geth.startupProbe, geth.livenessProbe, geth.readinessProbe].map((probe) => probe?.httpGet.path)
      expect(paths).to.deep.equal(['/health/started', '/health/live', '/health/ready'])
      const rpc = containerOf(workload, 'rpc')
      expect(geth.readinessProbe?.httpGet.port).to.equal(Number(optionOf(rpc, '--port')))
    }
  })

  it('serves JSON-RPC through the proxy alone, on ports that agree', () => {
    for (const workload of workloads) {
      const [geth, rpc] = [containerOf(workload, 'geth'), containerOf(workload, 'rpc')]
      expect(podOf(workload).containers).to.have.length(2)
      expect(optionOf(rpc, '--rpc')).to.equal(`http://127.0.0.1:${optionOf(geth, '--rpc-port')}`)
      expect(rpc.ports.map(({ containerPort }) => String(containerPort))).to.deep.equal([optionOf(rpc, '--port')])
      expect(geth.ports.every(({ containerPort }) => containerPort === DEFAULT_P2P_PORT)).to.equal(true)
      const { annotations } = workload.spec.template.metadata
      expect(annotations['prometheus.io/port']).to.equal(optionOf(rpc, '--port'))
      expect(rpc.args).to.include('--metrics')
    }
  })

  it('mounts only what there is, and runs pinned images as nobody special', () => {
    for (const workload of workloads) {
      const { volumes, containers, initContainers, securityContext } = podOf(workload)
      const there = [
        ...volumes.map(({ name }) => name),
        ...workload.spec.volumeClaimTemplates.map((v) => v.metadata.name),
      ]
      for (const container of [...containers, ...initContainers]) {
        for (const { name } of container.volumeMounts) expect(there, container.name).to.include(name)
        expect(container.image).to.equal(`chiral-geth:${VERSION}`)
        expect(container.securityContext).to.deep.include({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
        })
      }
      expect(securityContext).to.deep.include({ runAsNonRoot: true })
      for (const { env, args } of containers)
        for (const [, variable] of args.join(' ').matchAll(/\$\(([A-Z_]+)\)/g))
          expect(env.map(({ name }) => name)).to.include(variable)
    }
  })
})
