/** What a step decides: a new state with what is to be done once it is durable, or a refusal that leaves everything as it was. */
export type Outcome<State, Effect, Code extends string> = Transition<State, Effect> | Rejection<Code>

export interface Transition<State, Effect> {
  readonly kind: 'transition'
  readonly state: State
  readonly effects: readonly Effect[]
}

export interface Rejection<Code extends string> {
  readonly kind: 'rejection'
  readonly code: Code
}

export function transition<State, Effect>(state: State, ...effects: Effect[]): Transition<State, Effect> {
  return { kind: 'transition', state, effects }
}

export function rejection<Code extends string>(code: Code): Rejection<Code> {
  return { kind: 'rejection', code }
}
