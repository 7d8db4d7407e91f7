import fc from 'fast-check'
import { DEFAULT_AFTER_MS } from '../../src/channel/payee-state.ts'
import { PairModel } from './pair-model.ts'

type Action = (model: PairModel) => void

const index = fc.nat(1000)
const chunk = fc.nat(60)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: chunk.map(
      (n): Action =>
        (model) =>
          model.want(n),
    ),
  },
  {
    weight: 9,
    arbitrary: index.map(
      (n): Action =>
        (model) =>
          model.deliver(n, { keep: false }),
    ),
  },
  {
    weight: 2,
    arbitrary: index.map(
      (n): Action =>
        (model) =>
          model.deliver(n, { keep: true }),
    ),
  },
  {
    weight: 1,
    arbitrary: index.map(
      (n): Action =>
        (model) =>
          model.deliver(n, { keep: false, unsent: true }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Action>((model) => model.status()) },
  { weight: 2, arbitrary: fc.constant<Action>((model) => model.settle()) },
  {
    weight: 1,
    arbitrary: index.map(
      (n): Action =>
        (model) =>
          model.replay(n),
    ),
  },
  {
    weight: 1,
    arbitrary: index.map(
      (n): Action =>
        (model) =>
          model.writeOff(n),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Action>((model) => model.crash()) },
  {
    weight: 1,
    arbitrary: fc.nat(2 * DEFAULT_AFTER_MS).map(
      (ms): Action =>
        (model) =>
          model.wait(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (splitSuspected): Action =>
        (model) =>
          model.suspect(splitSuspected),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (agreed): Action =>
        (model) =>
          model.close({ agreed }),
    ),
  },
)

/** @throws what fast-check says of the shortest run that breaks a bound of docs/specs/01-voucher.md §5 */
export function checkPair(numRuns: number, options?: ConstructorParameters<typeof PairModel>[0]): void {
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 300, size: 'max' }), (actions) => {
      const model = new PairModel(options)
      for (const act of actions) {
        act(model)
        model.checkSold()
      }
      model.finish()
    }),
    { numRuns },
  )
}
