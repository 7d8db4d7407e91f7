/** Places of nodes and files: hexadecimal digits, the most significant first, as many in all places that are compared. */

const BITS_PER_DIGIT = 4

/** How far apart two places are: their exclusive or, as a number. */
export function distance(a: string, b: string): bigint {
  return numberOf(a) ^ numberOf(b)
}

/** Is `a` closer to `target` than `b` is? */
export function isCloser(target: string, a: string, b: string): boolean {
  return distance(target, a) < distance(target, b)
}

/** Leading bits two places have in common; all of them when they are the same. */
export function sharedBits(a: string, b: string): number {
  let digit = 0
  while (digit < a.length && a[digit] === b[digit]) digit++
  if (digit === a.length) return BITS_PER_DIGIT * digit
  const apart = Number.parseInt(a[digit] ?? '', 16) ^ Number.parseInt(b[digit] ?? '', 16)
  return BITS_PER_DIGIT * digit + Math.clz32(apart) - (32 - BITS_PER_DIGIT)
}

/** The `count` that are closest to `target`, the closest first. */
export function closestTo<T extends { readonly id: string }>(target: string, nodes: Iterable<T>, count: number): T[] {
  const place = numberOf(target)
  return Array.from(nodes, (node) => ({ node, apart: place ^ numberOf(node.id) }))
    .sort((a, b) => (a.apart < b.apart ? -1 : a.apart > b.apart ? 1 : 0))
    .slice(0, count)
    .map(({ node }) => node)
}

function numberOf(place: string): bigint {
  return BigInt(`0x${place}`)
}
