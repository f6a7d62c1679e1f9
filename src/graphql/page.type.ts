import { Field, ObjectType } from 'type-graphql'

@ObjectType({ description: 'Where a page ends.' })
export class PageInfo {
  @Field({ description: 'There is more behind `endCursor`.' })
  hasNextPage!: boolean

  @Field(() => String, { nullable: true, description: 'Send it as `after` for the next page; null on an empty page.' })
  endCursor!: string | null
}

/** Cuts a page that was read with one row more than asked. */
export function pageOf<T>(
  rows: readonly T[],
  first: number,
  cursorOf: (row: T) => string,
): { nodes: T[]; pageInfo: PageInfo } {
  const nodes = rows.slice(0, first)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: { hasNextPage: rows.length > first, endCursor: last === undefined ? null : cursorOf(last) },
  }
}
