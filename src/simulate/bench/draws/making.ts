import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../../kernel/time.js'
import type { Api } from '../../api.js'
import { BenchLoad } from '../../bench-load.js'
import type { BenchDatabase } from '../database-server.js'
import { type Bench, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { sendAtFullRate, sendPaced } from '../senders.js'
import { watchWhile } from '../server-watch.js'
import { createDraw } from './draw-set.js'
import { watchLocks } from './lock-waits.js'

const DRAW = 'million'
const PLAYERS = 1_000_000
const TICKETS = 5_000_000
const DRAWN_WITHIN_SECONDS = 300
const LOOK_EVERY_MS = 100
const SECONDS_TARGET = { atMost: 30 } as const
const LOCK_TARGET = { atMost: 200 } as const
const RATIO_TARGET = { atLeast: 0.5 } as const
/** Of the bodies that are sent beside the draw: the server may keep half of its rate, and is asked for a little more. */
const PACE = 0.55

/** A draw of a million players and five million tickets is made while events come in at half the rate. */
export async function measureMaking(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  const { connections, bodyEvents } = options
  return withInstallation(bench, connections + 2, async ({ api, server, database }) => {
    await createDraw(api, DRAW, Date.now(), {
      stakePerTicket: '1000',
      eventTypes: ['deposit'],
      defaultPrize: { name: 'Five spins', kind: 'FREE_SPINS', value: '0.5', quantity: 5 },
    })
    await fillDraw(bench, database)
    const load = new BenchLoad({ seed: 'making', prefix: `d${Date.now()}`, players: options.players })
    const body = () => load.body(bodyEvents, Date.now())
    await sendAtFullRate({ api, connections, body, signal, seconds: options.warmUpSeconds })
    say(`draws: ${options.seconds} s at full rate, then a draw of ${PLAYERS} players at half of it`)
    const full = await sendAtFullRate({ api, connections, body, signal, seconds: options.seconds })
    const fullRate = full.events / full.seconds
    const beside = new Acknowledged()
    const making = async () => {
      const draw = makeDraw(api)
      await sendPaced({
        everyMs: (bodyEvents * SECOND_MS) / (fullRate * PACE),
        seconds: DRAWN_WITHIN_SECONDS,
        signal,
        until: draw.isOver,
        send: async () => beside.add((await api.send(body())).accepted),
      })
      return draw.seconds
    }
    const { result: locks, usage } = await watchWhile(server, () => watchLocks(database.url, making))
    const name = `draw of ${PLAYERS} players and ${TICKETS} tickets`
    const rate = beside.eventsPerSecond
    return [
      { name: `${name}: executeDraw to DRAWN`, value: locks.result, unit: 's', target: SECONDS_TARGET },
      { name: `${name}: ingest meanwhile`, value: rate, unit: `events/s (${Math.round(fullRate)} before, full rate)` },
      { name: `${name}: ingest meanwhile to full rate`, value: rate / fullRate, unit: '', target: RATIO_TARGET },
      { name: `${name}: longest without an acknowledged body`, value: beside.longestGapMs, unit: 'ms' },
      { name: `${name}: longest wait of ingest for a lock`, value: locks.longestMs, unit: 'ms', target: LOCK_TARGET },
      { name: `${name}: memory of the server, peak`, value: usage.peakMib, unit: 'MiB' },
    ]
  })
}

/** Stakes of as many players as the draw has, written at once: it is not what is measured. Five tickets each, on average. */
async function fillDraw({ say }: Bench, database: BenchDatabase): Promise<void> {
  say(`draws: stakes of ${PLAYERS} players`)
  await database.query(
    `INSERT INTO draw_stake (player_id, token, prior, draws, stakes)
     SELECT 'b' || lpad(n::text, 9, '0'), nextval('draw_token'), 0, ARRAY[d.number]::text, ARRAY[1000 * (1 + n % 9) + n % 997]::text
     FROM generate_series(0, $2::int - 1) AS n, draw d WHERE d.id = $1`,
    [DRAW, PLAYERS],
  )
  await database.query('VACUUM ANALYZE draw_stake')
}

function makeDraw(api: Api) {
  const startedAt = performance.now()
  let over = false
  const drawn = async () => {
    let status = await statusBy(api, 'mutation ($id: ID!) { draw: executeDraw(id: $id, force: true) { status } }')
    while (status !== 'DRAWN') {
      if (performance.now() - startedAt > DRAWN_WITHIN_SECONDS * SECOND_MS) throw new Error(`the draw is ${status}`)
      await pause(LOOK_EVERY_MS)
      status = await statusBy(api, 'query ($id: ID!) { draw(id: $id) { status } }')
    }
    return (performance.now() - startedAt) / SECOND_MS
  }
  const seconds = drawn().finally(() => {
    over = true
  })
  return { seconds, isOver: () => over }
}

const statusBy = async (api: Api, query: string): Promise<string> =>
  (await api.graphql<{ draw: { status: string } }>(query, { id: DRAW })).draw.status

/** Events by the time at which they were acknowledged. */
class Acknowledged {
  longestGapMs = 0
  private events = 0
  private readonly startedAt = performance.now()
  private lastAt = this.startedAt

  add(events: number): void {
    const now = performance.now()
    this.longestGapMs = Math.max(this.longestGapMs, now - this.lastAt)
    this.lastAt = now
    this.events += events
  }

  get eventsPerSecond(): number {
    return (this.events * SECOND_MS) / (this.lastAt - this.startedAt)
  }
}
