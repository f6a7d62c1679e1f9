import { lexicographicSortSchema, printSchema } from 'graphql'
import type { NonEmptyArray } from 'type-graphql'
import { makeSchema } from './schema.js'

/** The schema in its own language, with the descriptions, in an order that only a change of the API changes. */
export async function sdlOf(resolvers: NonEmptyArray<NewableFunction>): Promise<string> {
  // The schema is printed, never executed: no resolver is made.
  const schema = await makeSchema(resolvers, { get: () => null })
  return `${printSchema(lexicographicSortSchema(schema))}\n`
}
