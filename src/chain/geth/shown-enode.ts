import { formatEnode, parseEnode } from './enode.ts'

/** geth does not know its own address behind `--nat extip:`-less setups and shows 127.0.0.1; where we were told it, it is put in. */
export function shownEnode(enode: string, nat: string): string {
  const told = /^extip:(.+)$/.exec(nat)?.[1]
  const parsed = parseEnode(enode)
  return formatEnode(told === undefined ? parsed : { ...parsed, host: told })
}
