import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { lift, suppress } from '../players/suppressions.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { difference, SAME } from '../vip/entries.js'
import {
  type ApiTrigger,
  allTriggers,
  type CampaignInput,
  FOLLOW,
  feedCursor,
  fight,
  NOON,
  save,
  setEnabled,
  statsOf,
  type WireFight,
} from './campaigns.js'
import { type OracleStep, type OracleTrigger, oracleTriggers } from './oracle.js'
import { feedState, storedEvents, storedVersions } from './stored.js'

const SECOND_MS = 1_000
const LATENESS_MS = 600 * SECOND_MS
/** Events and campaigns share it, so that borders are met exactly. */
const GRID_MS = 20 * SECOND_MS
const WRITERS = 4
const REQUESTS_A_WRITER = 30
const CAMPAIGNS = 14
const KINDS = ['a', 'b', 'c', 'd']
const NAMES = ['fight', 'quest']

/** Players of `solo` have a writer of their own, so the order of their commits is known; those of `open` have many. */
type Game = 'solo' | 'open'

const FILTERS: readonly ((random: Random) => string)[] = [
  () => 'event => true',
  random => `event => event.amount > ${random.below(100)}`,
  random => `event => event.data.kind === '${random.pick(KINDS)}'`,
  random => `function (event) { return event.getData().get('kind') === '${random.pick(KINDS)}' }`,
  random => `event => event.data.tags.includes('${random.pick(KINDS)}')`,
  random => `event => event.data?.level % ${2 + random.below(3)} === 0`,
  random =>
    `({ amount, data }) => { const x = amount * 2; return x < ${50 + random.below(150)} && /^[ab]/.test(data.kind) }`,
  random => `e => (e.data?.tags ?? []).some(tag => tag > '${random.pick(KINDS)}') || \`\${e.amount}\`.endsWith('7')`,
  () => "e => e.data && 'yes'",
  () => "e => { if (e.data === null) throw 'nothing'; return e.data.level !== 1 }",
]

function randomCampaign(random: Random, n: number): Partial<CampaignInput> & { id: string } {
  const game: Game = n % 3 === 0 ? 'open' : 'solo'
  const isCapped = game === 'solo' && random.chance(0.6)
  const isCooled = game === 'solo' && random.chance(0.5)
  const from = NOON + GRID_MS * (random.below(60) - 40)
  const isOpen = random.chance(0.7)
  return {
    id: `c${n}`,
    game,
    eventName: random.pick(NAMES),
    enabled: random.chance(0.85),
    filter: random.pick(FILTERS)(random),
    startsAt: isOpen ? '2020-01-01T00:00:00Z' : new Date(from).toISOString(),
    endsAt: random.chance(0.03) ? null : isOpen ? '2030-01-01T00:00:00Z' : new Date(from + 25 * GRID_MS).toISOString(),
    maxTriggersPerPlayer: isCapped ? 1 + random.below(4) : null,
    cooldown: isCooled ? `PT${20 * (1 + random.below(30))}S` : null,
    offer: { n },
  }
}

/** One after the other, so a player that nobody else writes for has its events in this order. */
class Writer {
  readonly steps: OracleStep[] = []
  readonly sent = new Map<string, { isTooLate: boolean }>()
  /** What happened to each player, in order: an event's id, or a suppression. */
  readonly log: (string | { playerId: string; suppressed: boolean })[] = []
  private high = Number.NEGATIVE_INFINITY
  private clock = NOON - 40 * GRID_MS
  private readonly suppressed = new Set<string>()
  private readonly before: WireFight[] = []

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly clients: readonly ApiClient[],
  ) {}

  async run(): Promise<void> {
    for (let n = 0; n < REQUESTS_A_WRITER; n++) {
      await this.request()
      if (this.random.chance(0.25)) await this.suppressOrLift()
    }
  }

  private async request(): Promise<void> {
    this.clock += GRID_MS * this.random.below(6)
    const fresh = Array.from({ length: 1 + this.random.below(80) }, () => this.event())
    const again = Array.from({ length: this.random.below(6) }, () => this.random.pick([...this.before, ...fresh]))
    for (const event of fresh) {
      const isTooLate = this.high - Date.parse(event.timestamp) > LATENESS_MS
      this.sent.set(event.event_id, { isTooLate })
      this.log.push(event.event_id)
    }
    const events = [...fresh, ...again]
    const answer = await this.random.pick(this.clients).send(events, `/events?stream=${this.name}`)
    expect(answer).toMatchObject({ accepted: fresh.length, duplicates: again.length, rejectedCount: 0 })
    for (const event of events) this.high = Math.max(this.high, Date.parse(event.timestamp))
    this.before.push(...fresh.slice(0, 3))
  }

  private event(): WireFight {
    const { random } = this
    const game = random.pick(['solo', 'solo', 'open', 'other'])
    const late = random.chance(0.15) ? random.below(60) : random.below(8)
    return fight({
      player_id: game === 'open' ? `open-${random.below(20)}` : this.player(),
      game: game === 'other' ? null : game,
      event_name: random.chance(0.05) ? null : random.pick(NAMES),
      at: this.clock - late * GRID_MS,
      amount: random.below(150),
      data: random.chance(0.2)
        ? null
        : {
            kind: random.pick(KINDS),
            level: random.below(5),
            ...(random.chance(0.7) ? { tags: [random.pick(KINDS), random.pick(KINDS)] } : {}),
          },
    })
  }

  private player = () => `${this.name}-${this.random.below(12)}`

  private async suppressOrLift(): Promise<void> {
    const playerId = this.player()
    const client = this.random.pick(this.clients)
    const suppressed = !this.suppressed.has(playerId)
    if (suppressed) {
      this.suppressed.add(playerId)
      await suppress(client, { playerId })
    } else {
      this.suppressed.delete(playerId)
      await lift(client, playerId)
    }
    this.log.push({ playerId, suppressed })
  }
}

const lineOf = (t: OracleTrigger): string => `${t.campaignId} v${t.version} ${t.playerId} ${t.eventId}`
const apiLineOf = (t: ApiTrigger): string =>
  lineOf({ campaignId: t.campaignId, version: t.campaignVersion, playerId: t.playerId, eventId: t.event.eventId })

describe.each(ENGINES)('random campaigns changed while events flow on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  let clients: readonly [ApiClient, ApiClient]
  beforeAll(async () => {
    // Small batches, so that a request is many of them.
    const env = { INGEST_BATCH_EVENTS_MAX: '17' }
    installation = await install(engine, env)
    second = await startNode(installation.database.url, env)
    clients = [installation.client, second.client]
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  test.each(['one', 'two'])(
    'triggers equal brute force over what is stored, run %s',
    { timeout: 60_000 },
    async seed => {
      const random = new Random(`campaigns ${seed}`)
      const prefix = `${seed}-`
      const { query } = installation.database
      const before = await feedState(query)
      const after = await feedCursor(clients[0])
      const follow = (client: ApiClient) => new Collected<ApiTrigger>(client.socket(), FOLLOW, { after })
      const followers = clients.map(follow)

      let writing = true
      let changes = 0
      const change = async (own: Random) => {
        const client = own.pick(clients)
        const n = own.below(CAMPAIGNS)
        if (own.chance(0.3)) await setEnabled(client, `c${n}`, own.chance(0.7))
        else await save(client, randomCampaign(own, n))
        changes++
      }
      for (let n = 0; n < CAMPAIGNS; n++) await save(clients[0], randomCampaign(random, n))
      const changing = ['left', 'right'].map(async name => {
        const own = new Random(`${seed} ${name}`)
        while (writing) {
          await change(own)
          await new Promise(resolve => setTimeout(resolve, own.below(8)))
        }
      })
      const writers = Array.from(
        { length: WRITERS },
        (_, w) => new Writer(`${prefix}w${w}`, new Random(`${seed} writer ${w}`), clients),
      )
      await Promise.all(writers.map(writer => writer.run()))
      followers.push(...clients.map(follow))
      writing = false
      await Promise.all(changing)

      const events = await storedEvents(query)
      const steps = writers.flatMap(writer =>
        writer.log.map((entry): OracleStep => {
          if (typeof entry !== 'string') return entry
          return { event: events.get(entry)!, ...writer.sent.get(entry)! }
        }),
      )
      history.push(...steps)
      expect(steps.filter(step => 'event' in step)).toHaveLength(events.size - seenBefore)
      seenBefore = events.size
      const expected = oracleTriggers(await storedVersions(query), history)

      const found = await allTriggers(clients[1])
      expect(difference(found.map(apiLineOf), expected.triggers.map(lineOf))).toEqual(SAME)
      expect(new Set(found.map(apiLineOf)).size).toBe(found.length)
      expectOrder(found, expected.triggers)
      for (const [id, stats] of expected.stats) expect([id, await statsOf(clients[0], id)]).toMatchObject([id, stats])
      expect(found.every(t => JSON.stringify(t.offer) === JSON.stringify({ n: Number(t.campaignId.slice(1)) }))).toBe(
        true,
      )

      const now = await feedState(query)
      expect(now.ids).toEqual(Array.from({ length: now.head }, (_, i) => i + 1))
      expect(found.map(t => Number(t.id))).toEqual(now.ids)
      const fresh = now.ids.slice(before.head)
      for (const follower of followers) {
        const seen = await follower.until(items => items.length >= fresh.length)
        expect(seen.map(t => Number(t.id))).toEqual(fresh)
        expect(seen).toEqual(found.slice(before.head))
        await follower.close()
      }
      const tally = `${events.size} events, ${changes} changes, ${JSON.stringify(expected.gates)}`
      for (const [gate, count] of Object.entries(expected.gates)) expect(count, `${gate}: ${tally}`).toBeGreaterThan(20)
      expect(changes, tally).toBeGreaterThan(40)
    },
  )

  /** Runs follow each other on one installation: what players have had stays. */
  const history: OracleStep[] = []
  let seenBefore = 0

  /** Of each player of a single writer, triggers come in the order of its events. */
  function expectOrder(found: readonly ApiTrigger[], expected: readonly OracleTrigger[]): void {
    const byPlayer = <T extends { playerId: string }>(items: readonly T[], eventId: (item: T) => string) => {
      const lists: Record<string, string[]> = {}
      for (const item of items) {
        if (item.playerId.startsWith('open')) continue
        lists[item.playerId] ??= []
        const list = lists[item.playerId]!
        if (list.at(-1) !== eventId(item)) list.push(eventId(item))
      }
      return lists
    }
    expect(byPlayer(found, t => t.event.eventId)).toEqual(byPlayer(expected, t => t.eventId))
  }
})
