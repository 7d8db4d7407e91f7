import { itSellsChunks } from '../in-band/client-suite.ts'
import { itSignsQuotes } from '../in-band/quote-suite.ts'
import { connect, createRig } from './harness.ts'

describe('bitswap: what every in-band protocol keeps to', () => {
  itSellsChunks({ make: createRig, open: connect })
  itSignsQuotes({ make: createRig, open: connect })
})
