import { itSellsChunks } from '../in-band/client-suite.ts'
import { connect, createRig } from './harness.ts'

describe('bitswap: what every in-band protocol keeps to', () => {
  itSellsChunks({ make: createRig, open: connect })
})
