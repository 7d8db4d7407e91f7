import { CRASHES, describeCrashes } from '../support/crashes.ts'

describeCrashes('webrpc', CRASHES)
