import { createHash } from 'node:crypto'
import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import type { Config } from '../config.js'
import { AppError } from '../kernel/errors.js'
import { type Clock, MINUTE_MS, type Millis, SECOND_MS } from '../kernel/time.js'
import { type Actor, isRole } from './access.js'

export type { Actor, Role } from './access.js'

export interface Verifier {
  /** Takes the value of an Authorization header; every failure is an AppError that tells nothing of the token. */
  verify(authorization: string | undefined): Promise<Actor>
}

/** Two machines' clocks differ: a token just expired, or not valid for a few seconds yet, is taken. */
export const CLOCK_TOLERANCE_MS = 5 * SECOND_MS
const TOKEN_CHARACTERS_MAX = 8_192
const SUB_CHARACTERS_MAX = 256
const CACHED_TOKENS_MAX = 10_000
/** A key that was taken out of the JWKS stops working after this time at the latest. */
const CACHED_FOR_MS = 5 * MINUTE_MS
const JWKS_TIMEOUT_MS = 5 * SECOND_MS
/** Asymmetric only: with a symmetric one among them, a public key could be used as a secret. */
const JWKS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const unauthenticated = (problem: string): AppError => new AppError('UNAUTHENTICATED', problem)

export function makeVerifier(jwt: Config['jwt'], clock: Clock): Verifier {
  const verifySignature = signatureCheck(jwt)
  const cache = new TokenCache(clock)
  return {
    async verify(authorization) {
      const token = bearerToken(authorization)
      const key = createHash('sha256').update(token).digest('base64')
      const known = cache.get(key)
      if (known !== undefined) return known
      const options: JWTVerifyOptions = {
        issuer: jwt.issuer,
        audience: jwt.audience,
        clockTolerance: CLOCK_TOLERANCE_MS / SECOND_MS,
        currentDate: new Date(clock()),
      }
      const actor = actorOf(await verifySignature(token, options).catch(refuse))
      cache.set(key, actor)
      return actor
    },
  }
}

type SignatureCheck = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>

function signatureCheck({ secret, jwksUrl }: Config['jwt']): SignatureCheck {
  if (jwksUrl !== undefined) {
    const keys = remoteKeys(jwksUrl)
    return async (token, options) => (await jwtVerify(token, keys, { ...options, algorithms: JWKS_ALGORITHMS })).payload
  }
  if (secret === undefined) throw new Error('JWT_SECRET or JWKS_URL is needed to verify tokens')
  const key = new TextEncoder().encode(secret)
  return async (token, options) => (await jwtVerify(token, key, { ...options, algorithms: ['HS256'] })).payload
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') {
    throw unauthenticated('authorization is missing, send "Bearer <token>"')
  }
  const token = /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(authorization.slice(0, TOKEN_CHARACTERS_MAX + 1))?.[1]
  if (token === undefined || authorization.length > TOKEN_CHARACTERS_MAX) {
    throw unauthenticated(`authorization must be "Bearer <token>" of at most ${TOKEN_CHARACTERS_MAX} characters`)
  }
  return token
}

function actorOf({ sub, roles, exp }: JWTPayload): Actor {
  if (typeof sub !== 'string' || sub === '' || sub.length > SUB_CHARACTERS_MAX || /\0/.test(sub)) {
    throw unauthenticated(`the token needs a sub of 1 to ${SUB_CHARACTERS_MAX} characters, without NUL`)
  }
  const given = Array.isArray(roles) ? roles : [roles]
  return { sub, roles: new Set(given.filter(isRole)), expiresAt: exp === undefined ? null : exp * SECOND_MS }
}

function refuse(error: unknown): never {
  if (error instanceof AppError) throw error
  if (error instanceof errors.JWTExpired) throw unauthenticated('the token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    throw unauthenticated(`the token's claim ${error.claim} is missing or not accepted`)
  }
  throw unauthenticated('the token is not valid: its form, signature, key or algorithm is not accepted')
}

const TOKENS_FAULT = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'])

/** That the keys cannot be had is no fault of the token: its sender may try again with the same one. */
function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: JWKS_TIMEOUT_MS })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (error instanceof errors.JOSEError && TOKENS_FAULT.has(error.code)) throw error
      throw new AppError('UNAVAILABLE', 'the keys that tokens are verified with cannot be fetched at the moment')
    }
  }
}

/** Tokens that were verified lately, so that a busy producer's is not verified with each request. Oldest out first. */
class TokenCache {
  private readonly entries = new Map<string, { actor: Actor; until: Millis }>()

  constructor(private readonly clock: Clock) {}

  get(key: string): Actor | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    if (this.clock() < entry.until) return entry.actor
    this.entries.delete(key)
    return undefined
  }

  set(key: string, actor: Actor): void {
    const until = Math.min(actor.expiresAt ?? Number.POSITIVE_INFINITY, this.clock() + CACHED_FOR_MS)
    if (this.entries.size >= CACHED_TOKENS_MAX) {
      const oldest = this.entries.keys().next()
      if (!oldest.done) this.entries.delete(oldest.value)
    }
    this.entries.set(key, { actor, until })
  }
}
