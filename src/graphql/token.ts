import { SignJWT } from 'jose'
import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Role } from './access.js'

export interface TokenClaims {
  readonly sub: string
  readonly roles: readonly Role[]
  readonly expiresInSeconds: number
  readonly issuer?: string
  readonly audience?: string
}

/** Makes an HS256 token, for the demo and for tests. */
export function mintToken(secret: string, claims: TokenClaims, clock: Clock = Date.now): Promise<string> {
  const nowSeconds = Math.floor(clock() / SECOND_MS)
  const jwt = new SignJWT({ roles: [...claims.roles] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.sub)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + claims.expiresInSeconds)
  if (claims.issuer !== undefined) jwt.setIssuer(claims.issuer)
  if (claims.audience !== undefined) jwt.setAudience(claims.audience)
  return jwt.sign(new TextEncoder().encode(secret))
}
