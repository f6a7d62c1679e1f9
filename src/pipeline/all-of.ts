import { setImmediate as turn } from 'node:timers/promises'

type Results<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> }

/**
 * Like Promise.all, and nothing is under way any more when it fails: a statement behind the ROLLBACK would be on its own.
 * What failed first is what failed.
 */
export async function allOf<const T extends readonly unknown[]>(work: T): Promise<Results<T>> {
  let first: { readonly error: unknown } | null = null
  const settled = work.map(promise =>
    Promise.resolve(promise).catch(error => {
      first ??= { error }
    }),
  )
  await Promise.all(settled)
  if (first !== null) throw (first as { readonly error: unknown }).error
  return Promise.all(work) as Promise<Results<T>>
}

/** It is waited for later, by whoever waits for this: until then its failure is nobody's surprise. */
export function later<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/**
 * What a transaction writes, statement by statement, without waiting for the answers. A statement that the database refuses
 * takes the transaction with it, but one that could not even be sent would be missing from it: so nothing is committed
 * before all that was added is known to be on its way.
 */
export class Written {
  private readonly work: Promise<unknown>[] = []
  private failure: { readonly error: unknown } | null = null

  add<T>(work: Promise<T>): Promise<T> {
    this.work.push(work)
    work.catch(error => {
      this.failure ??= { error }
    })
    return work
  }

  /** What fails before it is sent has failed by the next turn of the event loop. */
  async areSent(): Promise<void> {
    await turn()
    if (this.failure !== null) throw this.failure.error
  }

  /** Resolves when all of it has been answered. */
  async all(): Promise<void> {
    await allOf(this.work)
  }
}
