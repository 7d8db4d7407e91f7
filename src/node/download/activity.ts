import type { Source } from './source.ts'
import { isStranger } from './stranger.ts'

type Active = Pick<Source, 'phase' | 'terms'>

/** Has nobody anything to do? A stranger that is only being connected to is nobody yet: most never answer. */
export function nobodyWorks(sources: Iterable<Active>): boolean {
  return [...sources].every(
    ({ phase, terms }) =>
      phase === 'idle' || phase === 'failed' || phase === 'banned' || (phase === 'connecting' && isStranger(terms)),
  )
}

/** Is a seller on the way to being asked: is a channel being opened, or a connection? */
export function somebodyPrepares(sources: Iterable<Active>): boolean {
  return [...sources].some(
    ({ phase, terms }) => (phase === 'connecting' || phase === 'confirming') && !isStranger(terms),
  )
}
