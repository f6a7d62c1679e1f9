import { parseArgs } from 'node:util'

export const SECTIONS = [
  'bare',
  'ingest',
  'latency',
  'campaigns',
  'draws',
  'pnl',
  'subscribers',
  'queries',
  'resends',
  'memory',
] as const
export type SectionName = (typeof SECTIONS)[number]

export interface BenchOptions {
  readonly sections: ReadonlySet<SectionName>
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly memorySeconds: number
  readonly players: number
  readonly connections: number
  readonly bodyEvents: number
  readonly bareRows: number
  readonly importEvents: number
  readonly probesPerSecond: number
  readonly subscribers: number
  /** Top rate in events/s, where it is known: `queries` runs at half of it. */
  readonly topRate: number | null
  readonly variants: boolean
}

export class UsageError extends Error {}

const FLAGS = {
  seconds: [20, 1, 3_600, 'measured time of ingest, latency, campaigns and pnl (each part), subscribers and queries'],
  'warm-up': [5, 0, 600, 'seconds before the measured time'],
  'memory-seconds': [300, 10, 3_600, 'measured time of memory'],
  players: [100_000, 1, 10_000_000, 'different players'],
  connections: [6, 1, 64, 'HTTP connections that send at full rate'],
  body: [2_000, 1, 8_000, 'events in one body'],
  'bare-rows': [600_000, 1_000, 10_000_000, 'rows of each bare insert'],
  import: [1_000_000, 1_000, 50_000_000, 'historic events that resends imports'],
  probes: [10, 1, 1_000, 'bets a second that make a VIP, in subscribers'],
  subscribers: [1_000, 1, 10_000, 'graphql-ws sockets, one subscription each'],
  rate: [0, 0, 10_000_000, 'top rate in events/s for queries; 0: measure it'],
} as const satisfies Record<string, readonly [fallback: number, min: number, max: number, help: string]>

type Flag = keyof typeof FLAGS
const NAMES = Object.keys(FLAGS) as Flag[]

export const USAGE = [
  `usage: npm run bench -- [${SECTIONS.join('|')} ...] [--flag=value ...]`,
  'Without a section all of them run, about twenty minutes. BENCH_DATABASE_URL or DATABASE_URL names a server to run on',
  '(the bench makes and drops databases of its own there), else an embedded PostgreSQL is started in a temporary folder.',
  ...NAMES.map(name => `  --${name.padEnd(16)}${FLAGS[name][3]} (${FLAGS[name][0]})`),
  '  --no-variants     ingest without its variant of an hour of panes behind every player',
].join('\n')

export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args)
  const flag = (name: Flag): number => {
    const [fallback, min, max] = FLAGS[name]
    const given = values[name]
    if (given === undefined) return fallback
    const value = Number(given)
    if (Number.isInteger(value) && value >= min && value <= max) return value
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, got ${String(given)}`)
  }
  return {
    sections: new Set(positionals.length === 0 ? SECTIONS : positionals.map(sectionOf)),
    seconds: flag('seconds'),
    warmUpSeconds: flag('warm-up'),
    memorySeconds: flag('memory-seconds'),
    players: flag('players'),
    connections: flag('connections'),
    bodyEvents: flag('body'),
    bareRows: flag('bare-rows'),
    importEvents: flag('import'),
    probesPerSecond: flag('probes'),
    subscribers: flag('subscribers'),
    topRate: flag('rate') || null,
    variants: values['no-variants'] !== true,
  }
}

function parse(args: readonly string[]) {
  const numbers = Object.fromEntries(NAMES.map(name => [name, { type: 'string' as const }]))
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...numbers, 'no-variants': { type: 'boolean' as const } },
    }) as { values: Record<string, string | boolean | undefined>; positionals: string[] }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function sectionOf(name: string): SectionName {
  const section = SECTIONS.find(known => known === name)
  if (section === undefined)
    throw new UsageError(`there is no section ${name}, the sections are ${SECTIONS.join(', ')}`)
  return section
}
