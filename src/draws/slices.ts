/** The connection and a stop take turns with a draw that is computed: neither of them waits for longer. */
const SLICE_MS = 2

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Runs it to its end, slice by slice, and returns what it returns; each step of it is short. Throws once it is aborted. */
export async function inSlices<T>(steps: Generator<unknown, T>, signal: AbortSignal): Promise<T> {
  for (let until = performance.now() + SLICE_MS; ; ) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    await turn()
    signal.throwIfAborted()
    until = performance.now() + SLICE_MS
  }
}

/** What it yields, without the lists that are empty: those are pauses. */
export async function* filledInSlices<T>(
  steps: Iterable<readonly T[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  let until = performance.now() + SLICE_MS
  for (const step of steps) {
    if (step.length > 0) yield step
    if (performance.now() < until) continue
    await turn()
    signal.throwIfAborted()
    until = performance.now() + SLICE_MS
  }
}
