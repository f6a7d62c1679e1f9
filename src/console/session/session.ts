import { useSyncExternalStore } from './external-store'

export type Role = 'admin' | 'ingest' | 'crm' | 'analyst' | 'player'

/** Who is signed in: what the token itself says. The server decides what it may do; this is for showing it. */
export interface Session {
  readonly token: string
  readonly sub: string
  readonly roles: readonly Role[]
}

const KEY = 'tidemark-token'
/** Null in a frame of another site whose browser lets it store nothing: then the token lives in memory alone. */
let storage = storageOfTab()
const listeners = new Set<() => void>()
let current: Session | null = null
let notice: string | null = null

function changed(): void {
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const getSession = (): Session | null => current
export const useSession = (): Session | null => useSyncExternalStore(subscribe, getSession)
/** Why the last session ended, where it did so by itself. */
export const useSignOutNotice = (): string | null => useSyncExternalStore(subscribe, () => notice)

export const can = (session: Session | null, ...roles: Role[]): boolean =>
  session !== null && (session.roles.includes('admin') || roles.some(role => session.roles.includes(role)))

export const useCan = (...roles: Role[]): boolean => can(useSession(), ...roles)

/** Throws an Error that says what is wrong with what was pasted. */
export function signIn(pasted: string): void {
  const token = pasted.trim().replace(/^Bearer\s+/i, '')
  current = readToken(token)
  notice = null
  storage?.setItem(KEY, token)
  changed()
}

export function signOut(why: string | null = null): void {
  if (current === null) return
  current = null
  notice = why
  storage?.removeItem(KEY)
  changed()
}

/**
 * A token in the address is taken out of it at once: it must not be bookmarked, shared or sent anywhere. One that is
 * no good ends the session before: nobody is shown what belongs to somebody else. `stored: false` keeps it in memory.
 */
export function restoreSession({ stored = true } = {}): void {
  if (!stored) storage = null
  const pasted = /^#token=([^&]*)/.exec(location.hash)?.[1]
  if (pasted !== undefined) history.replaceState(null, '', `${location.pathname}${location.search}`)
  const token = pasted ?? storage?.getItem(KEY) ?? null
  if (token === null) return
  try {
    signIn(token)
  } catch (error) {
    current = null
    notice = token === '' ? null : (error as Error).message
    storage?.removeItem(KEY)
    changed()
  }
}

function storageOfTab(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

function readToken(token: string): Session {
  const payload = token.split('.')[1]
  if (token.split('.').length !== 3 || payload === undefined) {
    throw new Error('This is not a token: a JWT has three parts with dots between them.')
  }
  let claims: { sub?: unknown; roles?: unknown; exp?: unknown }
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0))
    claims = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new Error('This is not a token: its middle part cannot be read. Was a part of it left out?')
  }
  if (typeof claims.exp === 'number' && claims.exp * 1_000 < Date.now()) {
    throw new Error('This token has expired. Ask for a new one.')
  }
  const roles = typeof claims.roles === 'string' ? [claims.roles] : claims.roles
  if (typeof claims.sub !== 'string' || !Array.isArray(roles)) {
    throw new Error('This token names no subject (sub) or no roles.')
  }
  return { token, sub: claims.sub, roles: roles as Role[] }
}
