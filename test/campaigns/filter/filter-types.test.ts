import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVENT_FIELDS } from '../../../src/campaigns/filter/event-fields.js'
import { compileFilter } from '../../../src/campaigns/filter/filter.js'
import { FILTER_TYPES } from '../../../src/campaigns/filter/filter-types.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TSC = join(ROOT, 'node_modules', '.bin', 'tsc')
const run = promisify(execFile)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filter-types-'))
  await writeFile(join(folder, 'filter.d.ts'), FILTER_TYPES)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What TypeScript says to a filter; '' where it has nothing to say. */
async function complaints(sources: readonly string[]): Promise<string> {
  await writeFile(
    join(folder, 'a.ts'),
    sources.map((source, i) => `const f${i}: Filter = (${bare(source)})`).join('\n'),
  )
  const args = [
    '--noEmit',
    '--strict',
    'false',
    '--lib',
    'ES2023',
    '--types',
    '',
    '--ignoreConfig',
    'filter.d.ts',
    'a.ts',
  ]
  try {
    await run(TSC, args, { cwd: folder })
    return ''
  } catch (problem) {
    return (problem as { stdout: string }).stdout
  }
}
const bare = (source: string): string => source.trim().replace(/;$/, '')

async function documented(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'docs', 'filters.md'), 'utf8')
  return [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(match => match[1]!)
}

describe('declarations for editors', () => {
  test('name every field, as a member and as an accessor', () => {
    for (const field of [...EVENT_FIELDS, 'timestamp', 'createdAt', 'turnover1h', 'eventCount1h', 'isVip']) {
      expect(FILTER_TYPES).toMatch(new RegExp(`readonly ${field}: `))
    }
    for (const field of EVENT_FIELDS)
      expect(FILTER_TYPES).toContain(`  get${field[0]!.toUpperCase()}${field.slice(1)}(): `)
  })

  test('accept the filters of the documentation', async () => {
    const sources = await documented()
    expect(sources.length).toBeGreaterThan(5)
    for (const source of sources) compileFilter(source)
    expect(await complaints(sources)).toBe('')
  })

  test('find mistakes', async () => {
    const said = await complaints(['e => e.amount.startsWith("1")', 'e => e.player.vip', 'e => e.game'])
    expect(said).toContain("Property 'startsWith' does not exist on type 'number'")
    expect(said).toContain("Property 'vip' does not exist on type 'FilterPlayer'")
    expect(said).toContain("is not assignable to type 'boolean'")
  })
})
