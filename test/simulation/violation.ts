/** Something that must not happen did. */
export class Violation extends Error {
  override readonly name = 'Violation'
}
