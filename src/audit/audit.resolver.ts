import { Arg, Authorized, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import { pageOf } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import { type AuditFilter, countEntries, listEntries } from './audit.store.js'
import { AuditConnection, auditTypeOf } from './audit.type.js'

/** A page of entries, and what counts all of them when it is asked for. */
interface AuditPage extends Omit<AuditConnection, 'totalCount'> {
  readonly filter: AuditFilter
}

const CURSOR = /^\d{1,15}$/

@Resolver(() => AuditConnection)
export class AuditResolver {
  constructor(private readonly db: Database) {}

  @Authorized('admin')
  @Query(() => AuditConnection, { description: 'Newest first. For the role admin alone.' })
  async auditLog(
    @Arg('subject', () => String, { nullable: true, description: 'To the letter, e.g. campaign:4711.' })
    subject: string | null,
    @Arg('actor', () => String, { nullable: true, description: 'To the letter.' }) actor: string | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after?: string | null,
  ): Promise<AuditPage> {
    checkFirst(first)
    if (after != null && !CURSOR.test(after)) throw badInput('after', 'must be a cursor that this API has given', after)
    const filter = { subject: subject ?? null, actor: actor ?? null }
    const entries = await listEntries(this.db, filter, after == null ? null : Number(after), first + 1)
    return { ...pageOf(entries.map(auditTypeOf), first, ({ id }) => id), filter }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() page: AuditPage): Promise<number> {
    return countEntries(this.db, page.filter)
  }
}
