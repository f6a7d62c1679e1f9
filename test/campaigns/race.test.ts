import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { behindCursor } from '../players/effects.js'
import { suppress } from '../players/suppressions.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { type ApiTrigger, allTriggers, FOLLOW, feedCursor, fight, NOON, save, statsOf } from './campaigns.js'

/** Each player of a group is suppressed once, while both nodes send its events. */
const GROUPS = 20
const PLAYERS_A_GROUP = 100
const TRIES = GROUPS * PLAYERS_A_GROUP
const BODIES_A_NODE = 2

const moment = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

describe.each(ENGINES)('triggers on two nodes at once on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  let clients: readonly [ApiClient, ApiClient]
  beforeAll(async () => {
    installation = await install(engine)
    second = await startNode(installation.database.url)
    clients = [installation.client, second.client]
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  test(`${TRIES} players suppressed at a random moment: no trigger of theirs is behind it`, {
    timeout: 120_000,
  }, async () => {
    const random = new Random(`suppressed triggers ${engine.name}`)
    await save(clients[0], { id: 'all' })
    const after = await feedCursor(clients[0])
    const follow = (client: ApiClient) => new Collected<ApiTrigger>(client.socket(), FOLLOW, { after })
    const followers = clients.map(follow)
    const cursors = new Map<string, string>()
    const suppressAt = async (playerId: string, ms: number) => {
      await moment(ms)
      await suppress(random.pick(clients), { playerId })
      cursors.set(playerId, await feedCursor(random.pick(clients)))
    }
    const sendBodies = async (group: number, node: 0 | 1) => {
      for (let body = 0; body < BODIES_A_NODE; body++) {
        const events = playersOf(group).map(player_id => fight({ player_id, event_id: `${player_id}-${node}-${body}` }))
        await clients[node].send(events)
      }
    }
    let sendingMs = 60
    for (let group = 0; group < GROUPS; group++) {
      const startedAt = performance.now()
      const sends = Promise.all([sendBodies(group, 0), sendBodies(group, 1)]).then(() => performance.now() - startedAt)
      await Promise.all(playersOf(group).map(id => suppressAt(id, random.below(Math.ceil(sendingMs)))))
      sendingMs = await sends
    }
    expect(cursors.size).toBe(TRIES)

    const triggers = await allTriggers(clients[0])
    expect(behindCursor(triggers, cursors).slice(0, 5)).toEqual([])
    expect(triggers.map(t => Number(t.id))).toEqual(triggers.map((_, i) => i + 1))
    followers.push(...clients.map(follow))
    for (const follower of followers) {
      const seen = await follower.until(items => items.length >= triggers.length)
      expect(seen).toEqual(triggers)
      await follower.close()
    }

    const withheld = await installation.database.query<{ event_id: string; player_id: string }>(
      'SELECT event_id, player_id FROM withheld_trigger',
    )
    const decided = [...triggers.map(t => t.event.eventId), ...withheld.map(row => row.event_id)]
    expect(decided).toHaveLength(2 * BODIES_A_NODE * TRIES)
    expect(new Set(decided).size).toBe(decided.length)
    const triggered = new Set(triggers.map(t => t.playerId))
    expect(await statsOf(clients[1], 'all')).toMatchObject({
      triggers: triggers.length,
      suppressed: withheld.length,
      players: triggered.size,
      filterErrors: 0,
    })
    const caughtBetween = new Set(withheld.map(row => row.player_id).filter(id => triggered.has(id)))
    expect(caughtBetween.size).toBeGreaterThan(TRIES / 10)
  })

  const playersOf = (group: number) => Array.from({ length: PLAYERS_A_GROUP }, (_, n) => `player-${group}-${n}`)

  test('caps and cooldowns hold under both nodes hammering the same players', { timeout: 60_000 }, async () => {
    /** Each is reached at another time, while both nodes write. */
    const caps = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]
    const cooldownMs = 60_000
    const game = 'hammered'
    for (const cap of caps) await save(clients[0], { id: `capped-${cap}`, game, maxTriggersPerPlayer: cap })
    await save(clients[0], { id: 'cooled', game, cooldown: 'PT1M' })
    await save(clients[0], { id: 'both', game, maxTriggersPerPlayer: 2, cooldown: 'PT1M' })
    const players = Array.from({ length: 40 }, (_, n) => `hammered-${n}`)
    const sender = async (name: string, client: ApiClient) => {
      const random = new Random(name)
      for (let body = 0; body < 25; body++) {
        // Panes of its own: what decides is the player's lock, not that of a row that both happen to write.
        const event = (player_id: string) =>
          fight({ game, player_id, event_type: name, at: NOON + random.below(600) * 1_000 })
        const events = players.filter(() => random.chance(0.5)).map(event)
        await client.send(events, `/events?stream=${name}`)
      }
    }
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => sender(name, clients[i % 2]!)))

    const triggersOf = async (campaignId: string) => {
      const triggers = new Map<string, ApiTrigger[]>()
      for (const trigger of await allTriggers(clients[1], { campaignId })) {
        triggers.set(trigger.playerId, [...(triggers.get(trigger.playerId) ?? []), trigger])
      }
      return triggers
    }
    for (const cap of caps) {
      const capped = await triggersOf(`capped-${cap}`)
      expect([...capped].filter(([, triggers]) => triggers.length !== cap)).toEqual([])
      expect(capped.size).toBe(players.length)
      const stats = { triggers: cap * players.length, players: players.length }
      expect(await statsOf(clients[0], `capped-${cap}`)).toMatchObject(stats)
    }
    const tooSoon = (triggers: readonly ApiTrigger[]) => {
      const times = triggers.map(t => Date.parse(t.event.occurredAt))
      return times.some((at, i) => i > 0 && at < Math.max(...times.slice(0, i)) + cooldownMs)
    }
    const cooled = await triggersOf('cooled')
    expect([...cooled].filter(([, triggers]) => tooSoon(triggers))).toEqual([])
    expect(cooled.size).toBe(players.length)
    const both = await triggersOf('both')
    expect([...both].filter(([, triggers]) => triggers.length > 2 || tooSoon(triggers))).toEqual([])
    expect(both.size).toBe(players.length)
  })
})
