import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url))
const filesOf = (root: string, ending: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(ending))
    .map(file => file.replaceAll('\\', '/'))
    .toSorted()
/** The console is another program, with rules of its own: test/console/imports.test.ts. */
const FILES = filesOf(SRC, '.ts').filter(file => !file.startsWith('console/'))

interface Source {
  readonly file: string
  readonly folder: string
  readonly role: Role
  readonly text: string
  /** Files of ours. */
  readonly ours: readonly string[]
  readonly packages: readonly string[]
}

const DOMAINS = ['events', 'players', 'vip', 'campaigns', 'webhooks', 'draws', 'pnl', 'audit']
type Role =
  | 'kernel'
  | 'pure'
  | 'table'
  | 'store'
  | 'use case'
  | 'type'
  | 'resolver'
  | 'storage'
  | 'pipeline'
  | 'feed'
  | 'assembly'

const sources: Source[] = FILES.map(file => {
  const text = readFileSync(join(SRC, file), 'utf8')
  const targets = [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map(match => match[1] ?? match[2] ?? match[3]!)
  const ours = targets
    .filter(target => target.startsWith('.'))
    .map(target =>
      relative(SRC, join(SRC, dirname(file), target))
        .replaceAll('\\', '/')
        .replace(/\.js$/, '.ts'),
    )
  return {
    file,
    folder: file.includes('/') ? file.slice(0, file.indexOf('/')) : '',
    role: 'pure',
    text,
    ours,
    packages: targets.filter(target => !target.startsWith('.')),
  }
})

const PURE_PACKAGES = new Set(['ml-matrix', 'node:crypto', 'acorn', 're2js', 'ipaddr.js'])

/** A domain's file without a suffix is pure unless it reaches for what acts: a store, storage, the feed. Then it is a use case. */
function roleOf({ file, folder, ours, packages }: Source): Role {
  if (folder === 'kernel') return 'kernel'
  if (folder === 'storage' || folder === 'pipeline' || folder === 'feed') {
    return file.endsWith('.resolver.ts') ? 'resolver' : (folder as Role)
  }
  if (!DOMAINS.includes(folder)) return 'assembly'
  const suffix = /\.(table|store|type|resolver|job)\.ts$/.exec(file)?.[1]
  if (suffix === 'job') return 'use case'
  if (suffix !== undefined) return suffix as Role
  const acts = ours.some(target => /\.store\.ts$/.test(target) || /^(storage|feed)\//.test(target))
  return acts || packages.some(name => !PURE_PACKAGES.has(name)) ? 'use case' : 'pure'
}
const all: Source[] = sources.map(source => ({ ...source, role: roleOf(source) }))
const byFile = new Map(all.map(source => [source.file, source]))

/** What resolvers and types of all domains share with the server that serves them. */
const GRAPHQL_SHARED = /^graphql\/(scalars|context|access|flat-event|loader|page\.type)\.ts$/
/** The one thing of the storage that a resolver holds: what its store reads from. */
const STORAGE_SHARED = /^storage\/(database|game-panes-lock|rules-lock|sql-text)\.ts$/

function allowed(from: Source, to: Source): boolean {
  const own = from.folder === to.folder
  switch (from.role) {
    case 'kernel':
      return to.role === 'kernel'
    case 'pure':
      // Row types are interfaces: what a pure file decides about may be a row.
      return to.role === 'kernel' || to.role === 'pure' || (own && to.role === 'table')
    case 'table':
      return to.role === 'kernel' || to.role === 'table'
    case 'store':
      return (
        to.role === 'kernel' ||
        to.role === 'pure' ||
        STORAGE_SHARED.test(to.file) ||
        (own && ['table', 'store'].includes(to.role))
      )
    case 'use case':
      return (
        ['kernel', 'pure', 'feed'].includes(to.role) ||
        STORAGE_SHARED.test(to.file) ||
        (own && ['store', 'use case', 'table'].includes(to.role))
      )
    case 'type':
      return (
        ['kernel', 'pure', 'type'].includes(to.role) || GRAPHQL_SHARED.test(to.file) || (own && to.role === 'table')
      )
    case 'resolver':
      return (
        ['kernel', 'pure', 'type', 'feed'].includes(to.role) ||
        GRAPHQL_SHARED.test(to.file) ||
        to.file === 'storage/database.ts' ||
        (own && ['use case', 'store', 'table'].includes(to.role))
      )
    case 'storage':
      return to.role === 'kernel' || to.role === 'storage'
    case 'feed':
      return to.role === 'kernel' || to.role === 'feed' || STORAGE_SHARED.test(to.file)
    case 'pipeline':
      return (
        ['kernel', 'pure', 'store', 'feed', 'pipeline'].includes(to.role) ||
        /^storage\/(database|rules-lock|engine|failures)\.ts$/.test(to.file)
      )
    case 'assembly':
      return true
  }
}

/** Where the table is left on purpose, and why. */
const EXCEPTIONS = new Set<string>([])

describe('imports', () => {
  test('are found', () => {
    expect(byFile.get('vip/vip.resolver.ts')).toMatchObject({ role: 'resolver', folder: 'vip' })
    expect(byFile.get('vip/save-vip-policy.ts')?.role).toBe('use case')
    expect(byFile.get('vip/detect-vips.ts')?.role).toBe('pure')
    expect(byFile.get('vip/vip-window.store.ts')?.role).toBe('store')
    expect(all.flatMap(source => source.ours).filter(target => !byFile.has(target))).toEqual([])
    expect(all.flatMap(source => source.ours).length).toBeGreaterThan(200)
  })

  test('keep to the table of roles', () => {
    const broken = all.flatMap(from =>
      from.ours
        .map(target => byFile.get(target)!)
        .filter(to => !allowed(from, to))
        .map(to => `${from.file} (${from.role}) imports ${to.file} (${to.role})`),
    )
    expect(broken.filter(line => !EXCEPTIONS.has(line))).toEqual([])
    expect([...EXCEPTIONS].filter(line => !broken.includes(line))).toEqual([])
  })

  test('have no circles', () => {
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file)) return
      for (const target of byFile.get(file)?.ours ?? []) visit(target, [...path, file])
      done.add(file)
    }
    for (const file of byFile.keys()) visit(file, [])
    expect(circles).toEqual([])
  })

  test('of packages stay where they belong', () => {
    const users = (name: RegExp) =>
      all.filter(source => source.packages.some(target => name.test(target))).map(source => source.file)
    expect(users(/^pg(-|$)/).filter(file => !/^(storage|simulate)\//.test(file))).toEqual([])
    expect(users(/^type-graphql$/).filter(file => !/(\.type|\.resolver)\.ts$|^graphql\//.test(file))).toEqual([])
    expect(
      users(/^(fastify|prom-client|pino)$/).filter(
        file => !/^(http|graphql|simulate)\/|^server(-[a-z]+)?\.ts$/.test(file),
      ),
    ).toEqual([])
    expect(all.filter(({ role, packages }) => role === 'kernel' && packages.length > 0)).toEqual([])
  })
})

describe('one place for each', () => {
  const withText = (pattern: RegExp): string[] => all.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

  test('process.env is read in config.ts', () => {
    expect(withText(/process\.env/)).toEqual(['config.ts'])
  })

  test('time_bucket is the business of TimescaleDB alone', () => {
    expect(withText(/time_bucket/)).toEqual([])
    const migrations = filesOf(MIGRATIONS, '.sql').filter(file =>
      /time_bucket/.test(readFileSync(join(MIGRATIONS, file), 'utf8')),
    )
    expect(migrations.length).toBeGreaterThan(0)
    expect(migrations.filter(file => !file.startsWith('timescale/'))).toEqual([])
  })

  test('nobody outside the storage asks which engine it is', () => {
    const asks = withText(
      /[!=]==? *['"](timescaledb|postgresql)['"]|['"](timescaledb|postgresql)['"] *[!=]==?|case ['"](timescaledb|postgresql)['"]/,
    )
    expect(asks.filter(file => !file.startsWith('storage/'))).toEqual([])
  })

  test('time comes from a clock that is passed in', () => {
    const asks = withText(/Date\.now\(\)|new Date\(\)|Math\.random\(\)/)
    expect(asks.filter(file => !/^(simulate|storage\/embedded)\/|^[a-z-]+\.ts$/.test(file))).toEqual([])
  })
})
