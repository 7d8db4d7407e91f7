import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DaemonSet, StatefulSet } from 'kubernetes-models/apps/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Service } from 'kubernetes-models/v1'
import ts from 'typescript'
import { kindOf, type Manifest } from './manifests.ts'

/** Each kind we use, with the module of its type. A kind that is not here is refused. */
const KINDS: Readonly<Record<string, readonly [module: string, create: (document: never) => { validate(): void }]>> = {
  ConfigMap: ['v1', (document) => new ConfigMap(document)],
  Service: ['v1', (document) => new Service(document)],
  DaemonSet: ['apps/v1', (document) => new DaemonSet(document)],
  StatefulSet: ['apps/v1', (document) => new StatefulSet(document)],
  PodDisruptionBudget: ['policy/v1', (document) => new PodDisruptionBudget(document)],
}

/** Checks values, patterns and what is required, against Kubernetes' OpenAPI schemas. @throws naming the field */
export function validate(manifest: Manifest): void {
  const kind = kindOf(manifest)
  const known = KINDS[kind]
  if (known === undefined) throw new Error(`${manifest.file}: there is no schema for ${kind}.`)
  known[1](manifest.document as never).validate() // boundary: validating is what finds out what it is
}

/**
 * Checks that there is no field Kubernetes does not have: its schemas let unknown ones pass, and the API server drops them, so that a
 * mistyped setting would just not be there. The compiler knows better: a literal may have no field its type lacks.
 */
export function findUnknownFields(manifests: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(import.meta.dirname, '.typed-')) // within the project, so that its packages are found
  try {
    const path = join(folder, 'manifests.ts')
    const lines = manifests.map((manifest, index) => {
      const kind = kindOf(manifest)
      const type = `import('kubernetes-models/${KINDS[kind]?.[0]}').I${kind}`
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest.document)}`
    })
    writeFileSync(path, lines.join('\n'))
    const program = ts.createProgram([path], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    })
    return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
      return `${manifests[line]?.file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
