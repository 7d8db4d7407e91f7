import { registerHooks } from 'node:module'

/** One wrong rule, put in place of a right one. */
export interface Mutation {
  /** Under src/. */
  readonly file: string
  /** Stands there once. */
  readonly find: string
  readonly replace: string
}

/** Whatever this process loads from now on has the mutation; the files stay as they are. Returns whether it was loaded. */
export function applyMutation({ file, find, replace }: Mutation): () => boolean {
  let isApplied = false
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (!url.endsWith(`/src/${file}`)) return loaded
      const source = Buffer.from(loaded.source as Uint8Array).toString() // the default loader reads files as bytes
      if (source.split(find).length !== 2) throw new Error(`"${find}" does not stand once in ${file}`)
      isApplied = true
      return { ...loaded, source: source.replace(find, () => replace) }
    },
  })
  return () => isApplied
}
