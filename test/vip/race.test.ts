import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant, MINUTE_MS } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { allEntries } from './entries.js'

const NOON = Date.UTC(2024, 4, 5, 12)
const ROUNDS = 15
const PLAYERS = 150
/** Two a player and round at the same moment, one of both, and the one that makes a player known. */
const EVENTS = (3 * ROUNDS + 1) * PLAYERS

describe.each(ENGINES)('two nodes and one player on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  beforeAll(async () => {
    installation = await install(engine)
    second = await startNode(installation.database.url)
    await installation.client.data(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000" }) { version } }',
    )
    for (const node of [installation, second]) await node.client.send(bets(3 * ROUNDS, 0, 0))
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  /** Each round is a day of its own, and the players are known to both nodes from a later one: no row of theirs is written. */
  const bets = (round: number, minutes: number, amount = 600) =>
    Array.from({ length: PLAYERS }, (_, n) => ({
      event_id: `${round}-${minutes}-${n}`,
      player_id: `player-${n}`,
      event_type: 'bet',
      amount,
      timestamp: formatInstant(NOON + round * DAY_MS + minutes * MINUTE_MS),
    }))

  /** Each node's batch is below the threshold by itself, and touches no row of a pane that the other's touches. */
  test('600 by each at the same moment, in two panes of one window: one of them sees 1,200', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([installation.client.send(bets(round, 5)), second.client.send(bets(round, 10))])
    }
    const entries = await allEntries(installation.client)
    expect(entries).toHaveLength(2 * ROUNDS * PLAYERS)
    expect(new Set(entries.map(entry => entry.amount))).toEqual(new Set(['1200.00']))
  })

  test('the same event by each at the same moment: stored once', async () => {
    for (let round = ROUNDS; round < 2 * ROUNDS; round++) {
      const body = bets(round, 20)
      const answers = await Promise.all([installation, second].map(node => node.client.send(body)))
      expect(answers.map(answer => answer.accepted + answer.duplicates)).toEqual([PLAYERS, PLAYERS])
      expect(answers.reduce((n, answer) => n + answer.accepted, 0)).toBe(PLAYERS)
    }
    const [sum] = await installation.database.query<{ events: number; summed: number }>(
      `SELECT (SELECT count(*)::int FROM player_event) AS events, (SELECT sum(event_count)::int FROM player_activity_5m) AS summed`,
    )
    expect(sum).toEqual({ events: EVENTS, summed: EVENTS })
  })
})
