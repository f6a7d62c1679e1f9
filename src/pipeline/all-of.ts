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
