import { createRequire } from 'node:module'

/** The package's own version, from the folder above src/ or dist/. */
export const VERSION: string = createRequire(import.meta.url)('../package.json').version
