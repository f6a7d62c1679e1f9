import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import type { ApiClient } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { fight, save, setEnabled } from './campaigns.js'
import { feedState } from './stored.js'

const SENDERS_A_NODE = 2
const BODY_EVENTS = 60
const CHANGES = 20

/** The versions that may have judged an event: what stood when it was sent, up to what was under way when it was answered. */
interface Bounds {
  readonly from: number
  readonly to: number
}

interface Trigger {
  readonly event_id: string
  readonly campaign_id: string
  readonly campaign_version: number
}

describe.each(ENGINES)('a campaign changed at full ingest on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  let clients: readonly [ApiClient, ApiClient]
  beforeAll(async () => {
    installation = await install(engine)
    second = await startNode(installation.database.url)
    clients = [installation.client, second.client]
    await save(clients[0], { id: 'switched' })
    await save(clients[0], { id: 'steady' })
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  test('is in force for all that is sent once it is answered, on both nodes: none missed, none doubled', async () => {
    const random = new Random(`change ${engine.name}`)
    const { query } = installation.database
    /** Of the campaign's versions: on for odd ones. */
    let answered = 1
    let asked = 1
    let sending = true
    let taken = 0
    let onTaken: () => void = () => undefined
    const bounds = new Map<string, Bounds>()

    const sender = async (client: ApiClient, name: string) => {
      for (let body = 0; sending; body++) {
        const events = Array.from({ length: BODY_EVENTS }, (_, n) =>
          fight({ event_id: `${name}-${body}-${n}`, player_id: `${name}-${n}` }),
        )
        const from = answered
        await client.send(events, `/events?stream=${name}`)
        for (const event of events) bounds.set(event.event_id, { from, to: asked })
        taken++
        onTaken()
      }
    }
    const takenSince = async (before: number, more: number) => {
      while (taken < before + more) {
        await new Promise<void>(resolve => {
          onTaken = resolve
        })
      }
    }
    const senders = clients.flatMap((client, node) =>
      Array.from({ length: SENDERS_A_NODE }, (_, s) => sender(client, `n${node}s${s}`)),
    )
    for (let version = 2; version <= CHANGES + 1; version++) {
      await takenSince(taken, 2 * SENDERS_A_NODE + random.below(12))
      asked = version
      const campaign = await setEnabled(random.pick(clients), 'switched', version % 2 === 1)
      expect(campaign.version).toBe(version)
      answered = version
    }
    sending = false
    await Promise.all(senders)

    const triggers = await query<Trigger>('SELECT event_id, campaign_id, campaign_version FROM campaign_trigger')
    const versionOf = new Map(
      triggers.filter(t => t.campaign_id === 'switched').map(t => [t.event_id, t.campaign_version]),
    )
    const wrong: string[] = []
    let certain = 0
    for (const [event, { from, to }] of bounds) {
      const version = versionOf.get(event)
      if (from === to) certain++
      if (version === undefined ? from === to && from % 2 === 1 : version < from || version > to || version % 2 === 0)
        wrong.push(`${event} triggered version ${version}, of ${from} to ${to}`)
    }
    expect(wrong.slice(0, 5)).toEqual([])
    expect(certain).toBeGreaterThan(bounds.size / 10)
    expect(certain).toBeLessThan(bounds.size)
    expect(new Set(versionOf.values()).size).toBeGreaterThan(CHANGES / 4)

    const switched = triggers.filter(t => t.campaign_id === 'switched')
    expect(versionOf.size).toBe(switched.length)
    const steady = triggers.filter(t => t.campaign_id === 'steady').map(t => t.event_id)
    expect(steady.toSorted()).toEqual([...bounds.keys()].toSorted())
    const feed = await feedState(query)
    expect(feed.ids).toEqual(Array.from({ length: triggers.length }, (_, i) => i + 1))
    await expectRevisions(versionOf)
  })

  /** Each event is judged by the version of its revision of the rules, and by no other. */
  async function expectRevisions(versionOf: ReadonlyMap<string, number>): Promise<void> {
    const judged = await installation.database.query<{ event_id: string; version: number; enabled: boolean }>(
      `SELECT event_id, v.version, v.enabled FROM player_event e CROSS JOIN LATERAL (
         SELECT version, enabled FROM campaign_version
         WHERE campaign_id = 'switched' AND revision <= e.rules_revision ORDER BY revision DESC LIMIT 1) v`,
    )
    const wrong = judged.filter(e => versionOf.get(e.event_id) !== (e.enabled ? e.version : undefined))
    expect(wrong.slice(0, 5)).toEqual([])
  }
})
