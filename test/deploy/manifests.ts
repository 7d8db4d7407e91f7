import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { repositoryRoot } from '../../scripts/generated-files.ts'

/** The parts of a manifest that are compared with each other; the whole is checked against Kubernetes' own schemas. */
const labels = z.record(z.string(), z.string())
const port = z.object({ name: z.string(), containerPort: z.int(), protocol: z.string().optional() })
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.int() }) }).loose()
const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  command: z.array(z.string()).optional(),
  env: z
    .array(
      z.object({
        name: z.string(),
        valueFrom: z.object({
          fieldRef: z.object({ fieldPath: z.string() }).optional(),
          configMapKeyRef: z.object({ name: z.string(), key: z.string() }).optional(),
        }),
      }),
    )
    .default([]),
  ports: z.array(port).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }).optional(),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  securityContext: z.record(z.string(), z.unknown()),
})
export type Container = z.infer<typeof container>

const workloadSchema = z.object({
  apiVersion: z.literal('apps/v1'),
  kind: z.enum(['DaemonSet', 'StatefulSet']),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    serviceName: z.string().optional(),
    podManagementPolicy: z.string().optional(),
    replicas: z.int().optional(),
    updateStrategy: z.object({ type: z.string() }).loose(),
    selector: z.object({ matchLabels: labels }),
    template: z.object({
      metadata: z.object({ labels, annotations: labels }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.record(z.string(), z.unknown()),
        initContainers: z.array(container).default([]),
        containers: z.array(container),
        volumes: z.array(z.object({ name: z.string(), configMap: z.object({ name: z.string() }).optional() }).loose()),
      }),
    }),
    volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) }).loose()).default([]),
  }),
})
export type Workload = z.infer<typeof workloadSchema>

const serviceSchema = z.object({
  kind: z.literal('Service'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    type: z.string().optional(),
    clusterIP: z.string().optional(),
    publishNotReadyAddresses: z.boolean().optional(),
    selector: labels,
    ports: z.array(z.object({ port: z.int(), targetPort: z.string(), protocol: z.string().optional() })),
  }),
})

export interface Manifest {
  readonly file: string
  readonly document: unknown
}

/** Every document of every file of deploy/k8s. Throws on a file that is not YAML, or names a key twice. */
export function readManifests(): Manifest[] {
  const folder = join(repositoryRoot, 'deploy/k8s')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((parsed) => {
        const [error] = parsed.errors
        if (error !== undefined) throw error
        return { file, document: parsed.toJS() as unknown }
      }),
    )
}

export function kindOf({ document }: Manifest): string {
  return z.object({ kind: z.string() }).parse(document).kind
}

export function readWorkloads(): Workload[] {
  return readManifests()
    .filter((manifest) => ['DaemonSet', 'StatefulSet', 'Deployment'].includes(kindOf(manifest)))
    .map(({ document }) => workloadSchema.parse(document))
}

export function readServices() {
  return readManifests()
    .filter((manifest) => kindOf(manifest) === 'Service')
    .map(({ document }) => serviceSchema.parse(document))
}
