import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const CONSOLE = fileURLToPath(new URL('../../src/console', import.meta.url))

/** What each folder may import beside itself; a page's folder is any other, and no page imports another. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  session: [],
  api: ['session'],
  parts: ['api', 'session'],
  shell: ['api', 'parts', 'session'],
}
const OF_A_PAGE = ['api', 'parts', 'session', 'shell']

const imports = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.tsx?$/.test(file) && !/\.generated\.ts$|^vite\.config/.test(file) && file.includes('/'))
  .flatMap(file => {
    const text = readFileSync(join(CONSOLE, file), 'utf8')
    return [...text.matchAll(/^(?:import|export)\b[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm)].map(match => ({
      file,
      target: relative(CONSOLE, join(CONSOLE, dirname(file), match[1] ?? match[2]!)),
    }))
  })

const folderOf = (path: string): string => path.slice(0, path.indexOf('/'))

describe('imports of the console', () => {
  test('are found', () => {
    expect(imports.length).toBeGreaterThan(40)
  })

  test('stay within it: it speaks the public API alone', () => {
    expect(imports.filter(({ target }) => target.startsWith('..'))).toEqual([])
  })

  test('go from pages to what they share, and from no page to another', () => {
    const broken = imports.filter(({ file, target }) => {
      const from = folderOf(file)
      return folderOf(target) !== from && !(SHARED[from] ?? OF_A_PAGE).includes(folderOf(target))
    })
    expect(broken).toEqual([])
  })
})
