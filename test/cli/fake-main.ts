import { runProcess } from '../../src/cli/run-process.ts'
import { fakeParts } from './fake-parts.ts'

// mocha loads every file of the folder; only as a program of its own is this one the command line.
if (process.argv[1] === import.meta.filename) await runProcess(fakeParts(process.env))
