import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Parcel } from '../../src/webhooks/delivery.js'
import { Endpoint, type EndpointSettings } from '../../src/webhooks/endpoint.js'
import { takeLeases } from '../../src/webhooks/lease.store.js'
import { SaveWebhook } from '../../src/webhooks/save-webhook.js'
import { Slots } from '../../src/webhooks/slots.js'
import { ENGINES } from '../support/engines.js'
import { AUDIT, eventually, VIP, Workshop } from './workshop.js'

const SETTINGS: EndpointSettings = { pollMs: 50, postsMax: 4, slowMs: 1_000, pendingMax: 100, retryForMs: 60_000 }

describe.each(ENGINES)('an endpoint on $name', engine => {
  let workshop: Workshop
  beforeAll(async () => {
    workshop = await Workshop.open(engine)
  })
  afterAll(() => workshop.close())

  test('whose request waits for a slot is not slow: it gets several at a time once there are some', async () => {
    const { db } = workshop
    await new SaveWebhook(db, AUDIT, true, () => undefined, Date.now, randomBytes).save(
      { id: 'crm', url: 'http://127.0.0.1:1/', topics: ['VIP_ENTERED'], secret: null, enabled: true },
      'tester',
    )
    expect(await takeLeases(db, 'me', 60_000)).toEqual(['crm'])
    const lane = new Slots(6)
    let release: () => void = () => undefined
    const busy = new Promise<void>(resolve => {
      release = resolve
    })
    const others = Array.from({ length: 6 }, () => lane.run(() => busy))
    const begun: Parcel[] = []
    let answer: () => void = () => undefined
    const answered = new Promise<void>(resolve => {
      answer = resolve
    })
    const errors: Error[] = []
    const endpoint = new Endpoint('crm', 'me', {
      db,
      lanes: { steady: lane, doubtful: lane },
      send: async parcel => {
        begun.push(parcel)
        await answered
        return true
      },
      topicOf: topic => (topic === VIP ? 'VIP_ENTERED' : undefined),
      newId: randomUUID,
      clock: Date.now,
      settings: SETTINGS,
      onCircuit: () => undefined,
      onError: error => errors.push(error),
    })
    await workshop.publish(1)
    endpoint.told('VIP_ENTERED', 0)
    await eventually(
      () => workshop.deliveries(),
      list => list.length === 1,
    )
    await new Promise(resolve => setTimeout(resolve, SETTINGS.slowMs + 100))
    expect(begun).toEqual([])
    release()
    await Promise.all(others)
    await workshop.publish(1)
    endpoint.told('VIP_ENTERED', 0)
    await eventually(
      () => begun.length,
      count => count === 2,
      SETTINGS.slowMs,
    )
    endpoint.stop()
    answer()
    await endpoint.ended
    expect(errors).toEqual([])
  })
})
