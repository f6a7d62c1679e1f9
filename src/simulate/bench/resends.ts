import { DAY_MS, type Millis } from '../../kernel/time.js'
import { BenchLoad } from '../bench-load.js'
import { type Bench, type Installation, withInstallation } from './installation.js'
import type { Figure } from './report.js'
import { type Sent, sendAtFullRate } from './senders.js'

const RESENT_EVENTS = 200_000
const OLD_EVENTS = 400_000
const LATE_EVENTS = 20_000
const OLD_FROM_DAYS = 45
const OLD_TO_DAYS = 40
const IMPORT_YEARS = 12
const YEAR_DAYS = 365.25
/** Events that share one time within a body. */
const EVENTS_A_TIME = 50
/** Enough for any of the runs: they end when their bodies do. */
const SECONDS_MAX = 1_800

export async function measureResends(bench: Bench): Promise<Figure[]> {
  const { options } = bench
  return withInstallation(bench, options.connections, async installation => [
    ...(await resends(bench, installation)),
    ...(await lateRows(bench, installation)),
    ...(await historicImport(bench, installation)),
  ])
}

async function resends(bench: Bench, installation: Installation): Promise<Figure[]> {
  const bodies = makeBodies(bench, 'resent', RESENT_EVENTS, () => Date.now())
  bench.say(`resends: ${RESENT_EVENTS} events, then the same again`)
  const first = await sendAll(bench, installation, bodies)
  const again = await sendAll(bench, installation, bodies)
  expectCount('new', again.events, 0)
  return [
    { name: 'bodies sent for the first time', value: first.events / first.seconds, unit: 'events/s' },
    { name: 'the same bodies sent again', value: again.duplicates / again.seconds, unit: 'duplicates/s' },
  ]
}

/** On TimescaleDB what is older than a week is compressed: late rows and resends must still find their place. */
async function lateRows(bench: Bench, installation: Installation): Promise<Figure[]> {
  const now = Date.now()
  const span = (OLD_FROM_DAYS - OLD_TO_DAYS) * DAY_MS
  const at = (share: number) => Math.floor(now - OLD_FROM_DAYS * DAY_MS + share * span)
  const old = makeBodies(bench, 'old', OLD_EVENTS, at)
  bench.say(`resends: ${OLD_EVENTS} events of ${OLD_TO_DAYS} to ${OLD_FROM_DAYS} days ago`)
  await sendAll(bench, installation, old)
  const compressed = await compressChunks(installation)
  const place = compressed === 0 ? 'of 40 days ago' : `into ${compressed} compressed chunks`
  bench.say(`resends: ${LATE_EVENTS} late rows ${place}`)
  const late = await sendAll(bench, installation, makeBodies(bench, 'late', LATE_EVENTS, at))
  expectCount('late', late.events, LATE_EVENTS)
  const resent = await sendAll(bench, installation, old.slice(0, Math.ceil(LATE_EVENTS / bench.options.bodyEvents)))
  expectCount('new', resent.events, 0)
  return [
    { name: `${late.events} late rows ${place}`, value: late.seconds, unit: 's' },
    { name: `${resent.duplicates} resends ${place}`, value: resent.seconds, unit: 's' },
  ]
}

async function compressChunks({ database }: Installation): Promise<number> {
  const [extension] = await database.query("SELECT FROM pg_extension WHERE extname = 'timescaledb'")
  if (extension === undefined) return 0
  const chunks = await database.query(
    "SELECT compress_chunk(c) FROM show_chunks('player_event', older_than => now() - interval '7 days') AS c",
  )
  return chunks.length
}

/** Twelve years in the order of their time. */
async function historicImport(bench: Bench, installation: Installation): Promise<Figure[]> {
  const { options, say } = bench
  const span = IMPORT_YEARS * YEAR_DAYS * DAY_MS
  const from = Date.now() - span
  const next = bodiesOf(bench, 'import', options.importEvents, share => Math.floor(from + share * span))
  say(`resends: import of ${options.importEvents} events of ${IMPORT_YEARS} years`)
  const { events, seconds } = await send(bench, installation, next)
  expectCount('imported', events, options.importEvents)
  return [
    { name: `import of ${IMPORT_YEARS} years in the order of time`, value: events / seconds, unit: 'events/s' },
    { name: `import of ${events} events`, value: seconds, unit: 's' },
  ]
}

/** Bodies of so many events in all, whose times go from share 0 to share 1. */
function bodiesOf(
  { options }: Bench,
  seed: string,
  events: number,
  at: (share: number) => Millis,
): () => Buffer | null {
  const load = new BenchLoad({ seed, prefix: `${seed}${Date.now()}`, players: options.players })
  return () => {
    const parts: Buffer[] = []
    for (let left = Math.min(options.bodyEvents, events - load.made); left > 0; left -= EVENTS_A_TIME) {
      parts.push(load.body(Math.min(EVENTS_A_TIME, left), at(load.made / events)))
    }
    return parts.length === 0 ? null : Buffer.concat(parts)
  }
}

function makeBodies(bench: Bench, seed: string, events: number, at: (share: number) => Millis): Buffer[] {
  const next = bodiesOf(bench, seed, events, at)
  const bodies: Buffer[] = []
  for (let body = next(); body !== null; body = next()) bodies.push(body)
  return bodies
}

function sendAll(bench: Bench, installation: Installation, bodies: readonly Buffer[]): Promise<Sent> {
  let next = 0
  return send(bench, installation, () => bodies[next++] ?? null)
}

const send = ({ options, signal }: Bench, { api }: Installation, body: () => Buffer | null): Promise<Sent> =>
  sendAtFullRate({ api, connections: options.connections, body, seconds: SECONDS_MAX, signal })

function expectCount(what: string, events: number, expected: number): void {
  if (events !== expected) throw new Error(`${events} events were ${what}, not ${expected}`)
}
