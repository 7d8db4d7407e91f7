import packageJson from '../../package.json' with { type: 'json' }

/** Of the program; protocols and stored data have versions of their own. */
export const VERSION: string = packageJson.version
