import { endpointKey } from '../../kademlia/contact.ts'
import type { KadId } from './kad-id.ts'
import { ANSWER_WITHIN_MS } from './limits.ts'
import type { KadContact, KadEndpoint, KadMessage } from './message.ts'

type AnswerKind = 'bootstrap-answer' | 'hello-answer' | 'found' | 'search-answer' | 'publish-answer'

/** An answer this node waits for. */
export interface Question {
  readonly to: KadEndpoint
  readonly expects: AnswerKind
  /** What the answer must be about, where it says so. */
  readonly target?: KadId
  /** Who is asked; absent where only its address is known. */
  readonly contact?: KadContact
  /** The lookup it belongs to. */
  readonly task?: number
}

interface Open {
  readonly question: Question
  readonly until: number
}

/** What was asked and is not answered: an answer to nothing is dropped, so nobody can push sources or nodes on this one. */
export class Questions {
  readonly #open = new Map<string, Open>()

  /** True when it was not open already. */
  ask(question: Question, now: number): boolean {
    const key = keyOf(question.to, question.expects, question.target)
    if (this.#open.has(key)) return false
    this.#open.set(key, { question, until: now + ANSWER_WITHIN_MS })
    return true
  }

  /** The question this answers. One for sources stays open: its answer may come in several datagrams. */
  answered(from: KadEndpoint, message: KadMessage): Question | undefined {
    const target = 'target' in message ? message.target : undefined
    const key = keyOf(from, message.kind, target)
    const open = this.#open.get(key)
    if (open !== undefined && message.kind !== 'search-answer') this.#open.delete(key)
    return open?.question
  }

  /** Those nobody answered in time. */
  expired(now: number): Question[] {
    const late = [...this.#open].filter(([, { until }]) => until <= now)
    for (const [key] of late) this.#open.delete(key)
    return late.map(([, { question }]) => question)
  }
}

function keyOf(at: KadEndpoint, kind: string, target: KadId | undefined): string {
  return `${endpointKey(at)} ${kind} ${target ?? ''}`
}
