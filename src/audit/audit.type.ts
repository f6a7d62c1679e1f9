import { Field, ID, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, JSONValue, SafeInt } from '../graphql/scalars.js'
import { type Millis, parseInstant } from '../kernel/time.js'
import type { AuditEntry as Entry } from './audit.js'

@ObjectType({ description: 'One change, committed with this entry or not at all.' })
export class AuditEntry {
  @Field(() => ID, { description: 'From 1, without a hole, in the order of commits.' }) id!: string
  @Field(() => DateTime, { description: 'Wall clock.' }) at!: Millis
  @Field({ description: "The token's sub; `system`, or the name of a command." }) actor!: string
  @Field({ description: 'The name of the mutation, or of what the system did by itself.' }) action!: string
  @Field({ description: 'E.g. campaign:4711, policy:whales, player:p1, webhook:crm, draw:xmas.' }) subject!: string
  @Field(() => JSONValue, { nullable: true, description: 'In the words of this API; null where there was nothing.' })
  before!: unknown
  @Field(() => JSONValue, { nullable: true, description: 'Null where nothing is left.' }) after!: unknown
  @Field({ description: 'SHA-256 over this entry and the hash of the one before it.' }) hash!: string
}

const jsonOf = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

export const auditTypeOf = ({ id, at, actor, action, subject, before, after, hash }: Entry): AuditEntry => ({
  id: String(id),
  at: parseInstant(at)!,
  actor,
  action,
  subject,
  before: jsonOf(before),
  after: jsonOf(after),
  hash,
})

@ObjectType({ description: 'Newest first.' })
export class AuditConnection {
  @Field(() => [AuditEntry]) nodes!: AuditEntry[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}
