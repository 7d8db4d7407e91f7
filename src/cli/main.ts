#!/usr/bin/env node
import { systemNodeParts } from './node-parts.ts'
import { runProcess } from './run-process.ts'

await runProcess(systemNodeParts)
