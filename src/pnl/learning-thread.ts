import { Worker } from 'node:worker_threads'
import { AppError } from '../kernel/errors.js'
import { MINUTE_MS, SECOND_MS } from '../kernel/time.js'
import type { Learned } from './learn-outcomes.js'

export interface LearningOrder {
  readonly connectionString: string
  readonly statementTimeoutMs: number
}

export const LEARNING_MAX_MS = 2 * MINUTE_MS
const STATEMENT_TIMEOUT_MS = 30 * SECOND_MS
const HEAP_MAX_MB = 1_024

const BODY = new URL('./learning.worker.js', import.meta.url)

/** Reads and learns beside the node: in a thread and on a connection of its own. */
export async function learnInThread(
  connectionString: string,
  signal: AbortSignal,
  withinMs = LEARNING_MAX_MS,
): Promise<Learned> {
  const order: LearningOrder = { connectionString, statementTimeoutMs: STATEMENT_TIMEOUT_MS }
  const worker = new Worker(BODY, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
  })
  const ended = new AbortController()
  try {
    return await new Promise<Learned>((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.on('exit', code => reject(new Error(`the learning thread ended with ${code} before it answered`)))
      const stopped = () =>
        reject(new AppError('UNAVAILABLE', 'the node stops: train the model on another one, or later'))
      signal.addEventListener('abort', stopped, { signal: ended.signal })
      if (signal.aborted) stopped()
      const late = setTimeout(() => {
        reject(new AppError('TIMEOUT', `training took longer than ${withinMs / SECOND_MS} s`))
      }, withinMs)
      ended.signal.addEventListener('abort', () => clearTimeout(late))
    })
  } finally {
    ended.abort()
    await worker.terminate()
  }
}
