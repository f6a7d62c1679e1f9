import { setMaxListeners } from 'node:events'
import { SECOND_MS } from '../kernel/time.js'

/** npm passes a Ctrl-C on that the terminal has sent to this process already: one press may come twice. */
const SAME_PRESS_MS = SECOND_MS
const INTERRUPTED = 130

/** Aborts at the first SIGINT or SIGTERM, so that all can be cleaned up; the second one ends the process at once. */
export function stopOnSignals(onFirst: () => void): AbortSignal {
  const stop = new AbortController()
  // Every request that is under way listens to it.
  setMaxListeners(0, stop.signal)
  let firstAt = 0
  const onSignal = () => {
    if (!stop.signal.aborted) {
      firstAt = performance.now()
      onFirst()
      stop.abort()
    } else if (performance.now() - firstAt > SAME_PRESS_MS) process.exit(INTERRUPTED)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return stop.signal
}
