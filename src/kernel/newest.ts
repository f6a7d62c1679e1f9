/**
 * What a subscriber pulls where only the newest states matter: who reads slowly skips states and never falls behind.
 * Whoever extends it keeps what has not been taken, which is never more than the states there are.
 *
 * Open: a pull takes what is kept, else waits for what is given next. Ended, by the subscriber or with an error: the pull
 * that waits, or the next one, is told the error; after that there is no more.
 */
export abstract class Newest<T> implements AsyncIterableIterator<T> {
  private waiting: Waiting<T> | null = null
  private failure: Error | null = null
  private closed = false

  /** What was kept and has not been taken, and no longer is kept; null: nothing. */
  protected abstract take(): T | null
  protected abstract onClosed(): void

  protected get isClosed(): boolean {
    return this.closed
  }

  /** There is something to take. */
  protected offer(): void {
    const { waiting } = this
    if (waiting === null) return
    const value = this.take()
    if (value === null) return
    this.waiting = null
    waiting.resolve({ done: false, value })
  }

  async next(): Promise<IteratorResult<T>> {
    const { failure } = this
    this.failure = null
    if (failure !== null) throw failure
    if (this.closed) return { done: true, value: undefined }
    const value = this.take()
    if (value !== null) return { done: false, value }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<T>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends it with an error, e.g. when the node stops. */
  fail(error: Error): void {
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.failure = error
    else waiting.reject(error)
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private close(): void {
    if (this.closed) return
    this.closed = true
    this.waiting?.resolve({ done: true, value: undefined })
    this.waiting = null
    this.onClosed()
  }
}

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T>) => void
  readonly reject: (error: Error) => void
}
