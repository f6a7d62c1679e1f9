import type { AuthCheckerFn } from 'type-graphql'
import { AppError } from '../kernel/errors.js'
import type { Millis } from '../kernel/time.js'

export const ROLES = ['admin', 'ingest', 'crm', 'analyst', 'player'] as const
export type Role = (typeof ROLES)[number]

/** Who a request is made for: what is left of a token after it has been verified. */
export interface Actor {
  readonly sub: string
  readonly roles: ReadonlySet<Role>
  /** Null: the token does not expire. */
  readonly expiresAt: Millis | null
}

export const isRole = (value: unknown): value is Role => ROLES.includes(value as Role)

const hasAny = (actor: Actor, roles: readonly Role[]): boolean =>
  actor.roles.has('admin') || roles.some(role => actor.roles.has(role))

/** An admin may do whatever any role may. */
export function requireRole(actor: Actor, ...roles: Role[]): void {
  if (hasAny(actor, roles)) return
  const needed = roles.length === 0 ? 'admin' : roles.join(', ')
  throw new AppError('FORBIDDEN', `this needs one of the roles ${needed}; the token has ${listed(actor.roles)}`)
}

/** Staff may read any player (or act for it: say which); a player only itself, and must say so by its id. */
export function requireOwnPlayer(
  actor: Actor,
  playerId: string | null | undefined,
  staff: readonly Role[] = ['crm', 'analyst'],
): void {
  if (hasAny(actor, staff)) return
  if (actor.roles.has('player') && typeof playerId === 'string' && playerId === actor.sub) return
  throw new AppError('FORBIDDEN', 'playerId must be the one of the token (its sub)')
}

/** For `@Authorized('crm', ...)`; without roles any verified token will do. */
export const authChecker: AuthCheckerFn<{ actor?: Actor | null }, string> = ({ context }, roles) => {
  if (!context.actor) throw new AppError('UNAUTHENTICATED', 'a token is needed')
  if (roles.length > 0) requireRole(context.actor, ...roles.filter(isRole))
  return true
}

const listed = (roles: ReadonlySet<Role>): string => (roles.size === 0 ? 'none' : [...roles].join(', '))
