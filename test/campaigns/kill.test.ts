import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { Place } from '../e2e/support/place.js'
import { NodeProcess } from '../e2e/support/process.js'
import { Sender } from '../e2e/support/sender.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { type CampaignInput, feedCursor, fight, NOON, save, statsOf, type WireFight } from './campaigns.js'
import { feedState, storedEvents } from './stored.js'
import { TriggerFollower } from './trigger-follower.js'

const ROUNDS = 6
const CAP = 2
/** Of event time: nothing comes too late, however often and in whatever parts a batch is sent again. */
const SPAN_MS = 5 * 60_000

const CAMPAIGNS: readonly (Partial<CampaignInput> & { id: string })[] = [
  { id: 'even', filter: 'event => event.data.n % 2 === 0', offer: { bonus: 1 } },
  { id: 'third', filter: "event => event.getData().get('n') % 3 === 0" },
  { id: 'failing', filter: 'event => event.data.n % 7 === 0 || event.data.n % 5 === 0 && event.data.none.such' },
  { id: 'capped', filter: 'event => event.data.n % 2 === 1', maxTriggersPerPlayer: CAP },
]

/** Campaigns without a cap, as plain functions: which events are theirs. */
const MATCHES: Readonly<Record<string, (n: number) => boolean>> = {
  even: n => n % 2 === 0,
  third: n => n % 3 === 0,
  failing: n => n % 7 === 0,
}

/** New players come all the time, so that caps are being decided whenever a server is killed. */
class Fights {
  private made = 0

  constructor(
    private readonly random: Random,
    private readonly prefix: string,
  ) {}

  batch = (size: number): WireFight[] =>
    Array.from({ length: size }, () => {
      const number = this.made++
      return fight({
        event_id: `${this.prefix}-${number}`,
        player_id: `${this.prefix}-${Math.floor(number / 200)}-${this.random.below(12)}`,
        at: NOON + this.random.below(SPAN_MS),
        data: { n: this.random.below(1_000) },
      })
    })
}

const linesOf = (triggers: readonly { campaign_id: string; event_id: string }[]) =>
  triggers.map(t => `${t.campaign_id} ${t.event_id}`).sort()

describe.each(ENGINES)('kill -9 of a node that triggers on $name', engine => {
  test('triggers are the matches among what is stored, once each', { timeout: 120_000 }, async () => {
    const database = await makeDatabase(engine)
    const random = new Random(`kill ${engine.name}`)
    const place = new Place()
    let node = await NodeProcess.start({ DATABASE_URL: database.url })
    for (const campaign of CAMPAIGNS) await save(node.client, campaign)
    place.moveTo(node.url)
    const follower = new TriggerFollower(place, await feedCursor(node.client))
    const senders = ['a', 'b', 'c'].map((name, i) => new Sender(place, new Fights(random, name), 40 + 60 * i, name))
    for (let round = 0; round < ROUNDS; round++) {
      await senders[random.below(3)]!.acknowledge(1 + random.below(400))
      await pause(random.below(15))
      place.gone()
      await node.kill()
      node = await NodeProcess.start({ DATABASE_URL: database.url })
      place.moveTo(node.url)
    }
    await Promise.all(senders.map(sender => sender.stop()))
    expect(senders.flatMap(sender => sender.wrongAnswers)).toEqual([])

    const events = [...(await storedEvents(database.query)).values()]
    expect(events.length).toBe(senders.reduce((sum, sender) => sum + sender.acknowledged.size, 0))
    const triggers = await database.query<{
      feed_id: string
      campaign_id: string
      player_id: string
      event_id: string
    }>('SELECT feed_id, campaign_id, player_id, event_id FROM campaign_trigger ORDER BY feed_id')
    const expected = Object.entries(MATCHES).flatMap(([campaign_id, matches]) =>
      events.filter(event => matches(event.data!.n as number)).map(event => ({ campaign_id, event_id: event.eventId })),
    )
    expect(linesOf(triggers.filter(t => t.campaign_id !== 'capped'))).toEqual(linesOf(expected))

    const odd = countsOf(events.filter(event => (event.data!.n as number) % 2 === 1).map(event => event.playerId))
    const capped = triggers.filter(t => t.campaign_id === 'capped')
    expect(countsOf(capped.map(t => t.player_id))).toEqual(
      new Map([...odd].map(([playerId, count]) => [playerId, Math.min(CAP, count)])),
    )
    expect(new Set(capped.map(t => t.event_id)).size).toBe(capped.length)
    for (const { id } of CAMPAIGNS) {
      const own = triggers.filter(t => t.campaign_id === id)
      const filterErrors = id === 'failing' ? events.filter(e => fails(e.data!.n as number)).length : 0
      const players = new Set(own.map(t => t.player_id)).size
      expect([id, await statsOf(node.client, id)]).toMatchObject([id, { triggers: own.length, players, filterErrors }])
    }

    const feed = await feedState(database.query)
    expect(feed.ids).toEqual(Array.from({ length: feed.head }, (_, i) => i + 1))
    expect(triggers.map(t => Number(t.feed_id))).toEqual(feed.ids)
    await follower.until(feed.head)
    await follower.close()
    expect(follower.triggers.map(t => Number(t.id))).toEqual(feed.ids)
    const resends = senders.reduce((sum, sender) => sum + sender.resends, 0)
    console.log(
      `${engine.name}, ${ROUNDS} kills: ${events.length} events, ${feed.head} triggers, ${resends} resends, ${follower.reconnects} reconnects`,
    )
    expect(resends).toBeGreaterThan(ROUNDS)
    expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await database.drop()
  })
})

const fails = (n: number): boolean => n % 7 !== 0 && n % 5 === 0

function countsOf(playerIds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of playerIds.toSorted()) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
