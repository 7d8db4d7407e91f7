#!/usr/bin/env node
import { countBuffersAsMemory } from '../system/garbage-collection.ts'
import { systemNodeParts } from './node-parts.ts'
import { runProcess } from './run-process.ts'

countBuffersAsMemory()
await runProcess(systemNodeParts)
