import { Worker } from 'node:worker_threads'
import type { Millis } from '../kernel/time.js'
import type { DrawStep } from './draw-waiting.js'
import type { OnStep } from './move-draw.js'

/** What a thread is given. */
export interface DrawTask {
  readonly databaseUrl: string
  /** A copy of the key, which is nowhere but in the memory of both threads. */
  readonly drawKey: Uint8Array
  readonly drawId: string
  /** Of the node's clock, before that of the machine. */
  readonly aheadMs: Millis
}

/** What a thread tells of. */
export interface StepTaken {
  readonly step: DrawStep
  readonly tookMs: Millis
}

export const STOP = 'stop'

/** What is not in buffers: a chunk of awards and its rows, and what the collector leaves lying. */
const HEAP_MIB_MAX = 256
/** It makes little that lives for long: a larger one takes memory and gains nothing. */
const YOUNG_HEAP_MIB = 6

/**
 * Takes steps of one draw in a thread of its own. It ends with the steps, and so gives back all memory that they took.
 * One that dies has let go of the draw with its connection: that is an error, and the draw is tried again later.
 */
export function inThread(script: URL, task: DrawTask, onStep: OnStep, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(script, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX, maxYoungGenerationSizeMb: YOUNG_HEAP_MIB },
    })
    const stop = () => thread.postMessage(STOP)
    signal.addEventListener('abort', stop)
    let failure: unknown = null
    thread.on('message', ({ step, tookMs }: StepTaken) => onStep(step, tookMs))
    thread.on('error', error => {
      failure = error
    })
    thread.on('exit', code => {
      signal.removeEventListener('abort', stop)
      if (failure !== null) reject(failure)
      else if (code === 0) resolve()
      else reject(new Error(`the thread that made the draw ended with code ${code}`))
    })
  })
}
