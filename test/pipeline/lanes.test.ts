import { describe, expect, it } from 'vitest'
import type { Submission } from '../../src/events/ingest-port.js'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { Lanes } from '../../src/pipeline/lanes.js'
import { Piece, type QueuedEvent } from '../../src/pipeline/piece.js'

const CALM_MS = 2_000

class WaitingLane {
  readonly waiting: QueuedEvent[] = []
  readonly rejected: Piece[] = []
  push = (item: QueuedEvent) => void this.waiting.push(item)
  pushRejected = (_: unknown, piece: Piece) => void this.rejected.push(piece)
  wake = () => undefined

  /** Commits the oldest. */
  commit(): string {
    const { event, piece } = this.waiting.shift()!
    piece.accepted()
    return event.eventId
  }
}

/** Three lanes that spread from ten events on, and what has been committed, in order. */
function world(spreadFromEvents = 10, players = 40, leaveGaps = () => true) {
  let now = 0
  let queued = 0
  let made = 0
  const lanes = [new WaitingLane(), new WaitingLane(), new WaitingLane()]
  const all = new Lanes({ all: lanes, spreadFromEvents, leaveGaps, clock: () => now })
  const committed: string[] = []
  const pass = (ms: number) => {
    now += ms
  }
  const send = (events: number, rejections = 0) => {
    const submission = {
      stream: 's',
      actor: 'a',
      bytes: 0,
      indexes: Array.from({ length: events }, (_, i) => i),
      events: Array.from({ length: events }, () => {
        return { playerId: `p${made % players}`, eventId: `p${made % players}:${made++}` } as PlayerEvent
      }),
      rejections: Array.from({ length: rejections }, () => ({})),
    } as unknown as Submission
    const outcome = { accepted: 0, duplicates: 0, rejectedCount: 0, rejected: [] }
    queued += events + rejections
    const done = (piece: Piece) => {
      queued -= events + rejections
      all.done(piece)
    }
    all.enqueue(new Piece(submission, outcome, now, 0, done), queued)
  }
  const writing = () => lanes.map(lane => lane.waiting.length)
  const commitAll = () => {
    for (let lane = lanes.findIndex(busy); lane >= 0; lane = lanes.findIndex(busy))
      committed.push(lanes[lane]!.commit())
  }
  return { lanes, committed, pass, send, writing, commitAll, queued: () => queued }
}

const busy = (lane: WaitingLane) => lane.waiting.length > 0

describe('lanes', () => {
  it('leave everything to one while it keeps up', () => {
    const { send, writing, commitAll } = world()
    send(4)
    send(5)
    expect(writing()).toEqual([9, 0, 0])
    commitAll()
    send(9)
    expect(writing()).toEqual([9, 0, 0])
  })

  it('all write in a rush, from the moment when what was handed over is committed', () => {
    const { lanes, send, writing, commitAll, queued } = world()
    send(9)
    send(30)
    send(1)
    expect(writing()).toEqual([9, 0, 0])
    for (let i = 0; i < 9; i++) lanes[0]!.commit()
    expect(writing().every(waiting => waiting > 0)).toBe(true)
    expect(writing().reduce((a, b) => a + b)).toBe(31)
    commitAll()
    expect(queued()).toBe(0)
  })

  it('need not wait when there is nothing to wait for, and can be told to write all of them always', () => {
    const rush = world()
    rush.send(30)
    expect(rush.writing().every(waiting => waiting > 0)).toBe(true)
    const always = world(0)
    for (let i = 0; i < 30; i++) always.send(1)
    expect(always.writing().every(waiting => waiting > 0)).toBe(true)
  })

  it('go back to one when there was no rush for a while, and not in the middle of anything', () => {
    const { send, writing, pass, commitAll } = world()
    send(30)
    commitAll()
    pass(CALM_MS - 1)
    send(3)
    pass(1)
    const before = writing()
    send(6)
    expect(writing().filter((waiting, i) => waiting > before[i]!).length).toBeGreaterThan(1)
    commitAll()
    send(9)
    expect(writing()).toEqual([9, 0, 0])
  })

  it('all write only where batches leave gaps; more of them from a moment when all are empty', () => {
    let gaps = false
    const { send, writing, commitAll } = world(10, 40, () => gaps)
    send(30)
    expect(writing().map(waiting => waiting > 0)).toEqual([true, true, false])
    gaps = true
    send(30)
    expect(writing()[2]).toBe(0)
    commitAll()
    expect(writing()).toEqual([0, 0, 0])
    send(30)
    expect(writing().every(waiting => waiting > 0)).toBe(true)
  })

  it('count rejections, which the first lane keeps', () => {
    const { lanes, send, writing } = world()
    send(0, 9)
    send(20)
    expect(writing()).toEqual([0, 0, 0])
    for (const piece of lanes[0]!.rejected) piece.rejected({} as never)
    expect(writing().every(waiting => waiting > 0)).toBe(true)
  })

  it("commit a player's events in the order in which they came, through every change", () => {
    let gaps = false
    const { lanes, committed, send, pass, commitAll, queued } = world(10, 6, () => gaps)
    let seed = 7
    const below = (bound: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % bound
    }
    for (let i = 0; i < 40_000; i++) {
      if (below(10) === 0) send(1 + below(6))
      if (below(100) === 0) send(20)
      if (below(100) === 0) pass(CALM_MS)
      if (below(50) === 0) gaps = !gaps
      for (const lane of lanes) if (below(3) > 0 && busy(lane)) committed.push(lane.commit())
    }
    commitAll()
    expect(queued()).toBe(0)
    const latest = new Map<string, number>()
    for (const id of committed) {
      const [player, number] = id.split(':') as [string, string]
      expect(Number(number)).toBeGreaterThan(latest.get(player) ?? -1)
      latest.set(player, Number(number))
    }
    expect(committed.length).toBeGreaterThan(5_000)
  })
})
