import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * `npm run build:console`: the console into dist/console, where anything that it is made of has changed since. Whatever
 * starts a server builds first, and must not take away the files of one that runs.
 */
const BUILT = 'dist/console/index.html'
const madeOf = [
  'schema/schema.graphql',
  'package-lock.json',
  ...readdirSync('src/console', { recursive: true, encoding: 'utf8' })
    .filter(file => !file.endsWith('.generated.ts'))
    .map(file => join('src/console', file)),
]

const changedAt = file => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
const isFresh = madeOf.every(file => changedAt(file) < changedAt(BUILT))

if (!isFresh) {
  await import('./codegen.mjs')
  await build({ configFile: 'src/console/vite.config.ts' })
}
