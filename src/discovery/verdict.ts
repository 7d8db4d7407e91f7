/** What became of a record: its value, or a stable code and a sentence. A refused record is an outcome, not an error. */
export type Verdict<T> =
  | { readonly accepted: true; readonly value: T }
  | { readonly accepted: false; readonly code: string; readonly message: string }

export function accept<T>(value: T): Verdict<T> {
  return { accepted: true, value }
}

export function refuse(code: string, message: string): Verdict<never> {
  return { accepted: false, code, message }
}
