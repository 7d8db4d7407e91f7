/** What of `node:path` is used where a browser runs it too. Paths of a page are names only: absolute, with `/`. */

export function resolve(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export function join(...paths: readonly string[]): string {
  return resolve(paths.join('/'))
}

export function dirname(path: string): string {
  return resolve(`${path}/..`)
}

export function basename(path: string): string {
  return resolve(path).split('/').at(-1) ?? ''
}
