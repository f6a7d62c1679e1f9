import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Real bets with answers that were computed outside the project. They are no part of it: without them nothing is asked. */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared', 'data')

export interface RealData<Expected> {
  /** The file as it is, compressed. */
  readonly gzip: Buffer
  /** One event a line, in the order of the file. */
  readonly lines: readonly string[]
  readonly expected: Expected
}

/** Null, and one line that says so, where the files are not here. */
export function realData<Expected>(name: string): RealData<Expected> | null {
  const file = join(FOLDER, `${name}.events.ndjson.gz`)
  if (!existsSync(file)) {
    console.log(`${name}: no real data at ../shared/data, skipped`)
    return null
  }
  const gzip = readFileSync(file)
  const lines = gunzipSync(gzip).toString('utf8').trimEnd().split('\n')
  const expected = JSON.parse(readFileSync(join(FOLDER, `${name}.expected.json`), 'utf8')) as Expected
  return { gzip, lines, expected }
}

/** The same disorder for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

export const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
