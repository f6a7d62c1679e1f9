import { describe, expect, test } from 'vitest'
import { inThread } from '../../src/draws/draw-thread.js'

const TASK = { databaseUrl: 'postgres://nowhere', drawKey: new Uint8Array(32), drawId: 'd', aheadMs: 5 }
const script = (text: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from 'node:worker_threads';${text}`)}`,
  )

const run = (text: string, { signal = new AbortController().signal, steps = [] as unknown[] } = {}) =>
  inThread(script(text), TASK, (step, tookMs) => steps.push([step, tookMs]), signal)

describe('the thread that makes a draw', () => {
  test('tells of its steps, and ends', async () => {
    const steps: unknown[] = []
    await run('parentPort.postMessage({ step: workerData.drawId, tookMs: workerData.aheadMs })', { steps })
    expect(steps).toEqual([['d', 5]])
  })

  test('is asked to leave off, and waited for', async () => {
    const stopping = new AbortController()
    const steps: unknown[] = []
    const ended = run(
      `parentPort.on('message', message => {
         parentPort.postMessage({ step: message, tookMs: 0 }); parentPort.close() })`,
      { signal: stopping.signal, steps },
    )
    stopping.abort()
    await ended
    expect(steps).toEqual([['stop', 0]])
  })

  test.each([
    ['throws', 'throw new RangeError("no such page")', 'no such page'],
    ['fails later', 'setImmediate(() => { throw new Error("later") })', 'later'],
    ['ends by itself', 'process.exit(3)', 'ended with code 3'],
    ['takes too much memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(all))', 'memory'],
    ['cannot be loaded', 'import "node:nosuch"', 'node:nosuch'],
  ])('is an error when it %s', async (_, text, problem) => {
    await expect(run(text)).rejects.toThrow(problem)
  })
})
