/** Seeded bugs: small patches of contracts, each of which the tests must notice. No process is started here. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { repositoryRoot } from '../generated-files.ts'

const mutantSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** Relative to the checkout. */
  file: z.string().startsWith('contracts/'),
  /** Stands in the file exactly once; how it is broken into lines and indented does not matter. */
  search: z.string().min(1),
  replace: z.string(),
  /** What somebody could do with the bug. */
  breaks: z.string().min(1),
})

export type Mutant = z.infer<typeof mutantSchema>

const FOLDER = join(repositoryRoot, 'test/contracts/mutants')

/** All of test/contracts/mutants, by file and in the order they stand there. */
export async function readMutants(): Promise<Mutant[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort()
  const lists = await Promise.all(
    files.map(async (name) => z.array(mutantSchema).parse(JSON.parse(await readFile(join(FOLDER, name), 'utf8')))),
  )
  return lists.flat()
}

/** The source with the bug, or `undefined` when the searched text does not stand there exactly once: then the patch is out of date. */
export function applyMutant(source: string, { search, replace }: Mutant): string | undefined {
  const words = search.trim().split(/\s+/)
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+'), 'g')
  const [first, second] = source.matchAll(pattern)
  if (first === undefined || second !== undefined) return undefined
  return source.slice(0, first.index) + replace + source.slice(first.index + first[0].length)
}
